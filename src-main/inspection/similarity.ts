/** Linear CKA between the layers of two networks, added up over batches. */

/** Fewest images of a batch for which the estimator is defined. */
export const LEAST_BATCH = 4;

/**
 * Sums of HSIC over batches, by the unbiased estimator (Song et al. 2012, equation 5; Nguyen et al. 2021, equation 3), which is the
 * inner product of U-centred matrices of products (Székely and Rizzo 2014).
 */
export class SimilaritySums {
  #sums: { readonly ab: Float64Array; readonly aa: Float64Array; readonly bb: Float64Array } | null = null;
  #layersOfB = 0;

  /**
   * Adds a batch.
   * @param a by layer the products of its activations by image, [n, n]. @param b likewise of the other network, for the same images
   */
  add(a: readonly Float32Array[], b: readonly Float32Array[]): void {
    const [centredA, centredB] = [a.map(centred), b.map(centred)];
    this.#layersOfB = b.length;
    this.#sums ??= {
      ab: new Float64Array(a.length * b.length),
      aa: new Float64Array(a.length),
      bb: new Float64Array(b.length),
    };
    const { ab, aa, bb } = this.#sums;
    centredA.forEach((x, row) => {
      aa[row] = (aa[row] ?? 0) + dot(x, x);
      centredB.forEach((y, column) => {
        const at = row * b.length + column;
        ab[at] = (ab[at] ?? 0) + dot(x, y);
      });
    });
    centredB.forEach((y, column) => (bb[column] = (bb[column] ?? 0) + dot(y, y)));
  }

  /** CKA, [layer of A][layer of B]; null where a layer is the same for all images. */
  matrix(): readonly (readonly (number | null)[])[] {
    if (this.#sums === null) return [];
    const { ab, aa, bb } = this.#sums;
    return Array.from(aa, (own, row) =>
      Array.from(bb, (other, column) => {
        const both = own * other;
        return both > 0 ? (ab[row * this.#layersOfB + column] ?? NaN) / Math.sqrt(both) : null;
      }),
    );
  }
}

/** The upper triangle of the U-centred matrix; its inner products are HSIC but for a factor that all share. */
function centred(products: Float32Array): Float64Array {
  const n = Math.sqrt(products.length);
  const sums = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      if (row !== column) sums[row] = (sums[row] ?? 0) + (products[row * n + column] ?? NaN);
    }
  }
  const whole = sums.reduce((total, each) => total + each, 0) / ((n - 1) * (n - 2));
  const upper = new Float64Array((n * (n - 1)) / 2);
  let [at, largest] = [0, 0];
  for (let row = 0; row < n; row++) {
    for (let column = row + 1; column < n; column++) {
      const value = products[row * n + column] ?? NaN;
      largest = Math.max(largest, Math.abs(value));
      upper[at++] = value - ((sums[row] ?? NaN) + (sums[column] ?? NaN)) / (n - 2) + whole;
    }
  }
  // Below that, a value is what rounding leaves of the differences.
  return upper.every((value) => Math.abs(value) <= 1e-6 * largest) ? upper.fill(0) : upper;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
