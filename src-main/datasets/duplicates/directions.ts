/** The few directions in which hashes differ most: distances along them are never larger than distances between the hashes. */

/** Hashes that the directions are found from. */
const SAMPLE = 4000;
/** Rounds of the iteration: directions need not be exact, since any ones give true bounds. */
const ROUNDS = 40;

/**
 * Orthonormal directions, one after another, the first with the most variance; by orthogonal iteration (Golub and Van Loan,
 * "Matrix Computations", 8.2).
 * @param hashes one after another, each of `size` numbers
 */
export function mainDirections(hashes: Float32Array, size: number, count: number): Float64Array {
  const covariance = covarianceOf(hashes, size);
  let basis = new Float64Array(count * size);
  // Any start that has a part of each direction will do.
  for (let at = 0; at < basis.length; at++) basis[at] = Math.cos(at * at + 1);
  orthonormalise(basis, size);
  for (let round = 0; round < ROUNDS; round++) {
    basis = multiply(basis, covariance, size);
    orthonormalise(basis, size);
  }
  return basis;
}

/** Writes how far a hash reaches in each direction. */
export function project(hash: Float32Array, directions: Float64Array, into: Float32Array): void {
  const size = hash.length;
  for (let direction = 0; direction < into.length; direction++) {
    let sum = 0;
    for (let term = 0; term < size; term++) sum += (hash[term] ?? 0) * (directions[direction * size + term] ?? 0);
    into[direction] = sum;
  }
}

function covarianceOf(hashes: Float32Array, size: number): Float64Array {
  const count = hashes.length / size;
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  let taken = 0;
  for (let place = 0; place < count; place += step, taken++) {
    for (let term = 0; term < size; term++) mean[term] = (mean[term] ?? 0) + (hashes[place * size + term] ?? 0);
  }
  const deviations = new Float64Array(size);
  for (let place = 0; place < count; place += step) {
    for (let term = 0; term < size; term++)
      deviations[term] = (hashes[place * size + term] ?? 0) - (mean[term] ?? 0) / taken;
    for (let row = 0; row < size; row++) {
      const weight = deviations[row] ?? 0;
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        covariance[at] = (covariance[at] ?? 0) + weight * (deviations[column] ?? 0);
      }
    }
  }
  return covariance;
}

/** Each direction times a symmetric matrix. */
function multiply(basis: Float64Array, matrix: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(basis.length);
  for (let at = 0; at < basis.length; at++) {
    const [from, row] = [Math.floor(at / size) * size, (at % size) * size];
    let sum = 0;
    for (let term = 0; term < size; term++) sum += (basis[from + term] ?? 0) * (matrix[row + term] ?? 0);
    product[at] = sum;
  }
  return product;
}

/** Gram and Schmidt's, in place; a direction that nothing is left of becomes zero, which bounds nothing and harms nothing. */
function orthonormalise(basis: Float64Array, size: number): void {
  for (let from = 0; from < basis.length; from += size) {
    const direction = basis.subarray(from, from + size);
    for (let earlier = 0; earlier < from; earlier += size) {
      const other = basis.subarray(earlier, earlier + size);
      const along = direction.reduce((sum, value, term) => sum + value * (other[term] ?? 0), 0);
      direction.forEach((value, term) => (direction[term] = value - along * (other[term] ?? 0)));
    }
    const length = Math.hypot(...direction);
    direction.forEach((value, term) => (direction[term] = length > 1e-12 ? value / length : 0));
  }
}
