/**
 * Finds all hashes within a distance of another, and misses none: a k-d tree (Friedman, Bentley and Finkel 1977) over their main
 * directions, each node cut in the middle of the direction that differs most in it. What is near enough along these is compared.
 */

import { mainDirections, project } from './directions.ts';

/** Directions that the tree is made of. */
const DIRECTIONS = 8;
/** Hashes in a leaf, about. */
const LEAF = 16;
/** Rounding of 32-bit sums must not make a bound too large. */
const SLACK = 1e-5;

/** A tree over hashes of one length. */
export class HashTree {
  readonly #size: number;
  readonly #directions: Float64Array;
  /** Hashes, and their projections, in the order of the leaves, so that a leaf lies together in memory. */
  readonly #sorted: Float32Array;
  readonly #projected: Float32Array;
  readonly #order: Uint32Array;
  readonly #most: number;
  /** By node, as in a heap: which direction it is cut by, and where. */
  readonly #axes: Uint8Array;
  readonly #cuts: Float32Array;
  readonly #inner: number;
  readonly #query = new Float32Array(DIRECTIONS);
  /** How far the query lies outside the node that is visited, by direction. */
  readonly #outside = new Float64Array(DIRECTIONS);

  /**
   * @param hashes one after another, each of `size` numbers
   * @param farthest distance within which hashes are told
   */
  constructor(hashes: Float32Array, size: number, farthest: number) {
    const count = hashes.length / size;
    this.#size = size;
    this.#most = farthest * farthest + SLACK;
    this.#directions = mainDirections(hashes, size, DIRECTIONS);
    this.#inner = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, count) / LEAF))) - 1;
    this.#axes = new Uint8Array(this.#inner);
    this.#cuts = new Float32Array(this.#inner);
    this.#order = Uint32Array.from({ length: count }, (_, place) => place);
    const projected = new Float32Array(count * DIRECTIONS);
    const part = (all: Float32Array, place: number, length: number): Float32Array =>
      all.subarray(place * length, (place + 1) * length);
    for (let place = 0; place < count; place++)
      project(part(hashes, place, size), this.#directions, part(projected, place, DIRECTIONS));
    this.#split(projected, 0, 0, count);
    this.#sorted = new Float32Array(hashes.length);
    this.#projected = new Float32Array(projected.length);
    this.#order.forEach((place, at) => {
      this.#sorted.set(part(hashes, place, size), at * size);
      this.#projected.set(part(projected, place, DIRECTIONS), at * DIRECTIONS);
    });
  }

  /** Tells the place of every hash that is near enough to this one. */
  near(hash: Float32Array, tell: (place: number) => void): void {
    project(hash, this.#directions, this.#query);
    this.#outside.fill(0);
    this.#visit(hash, 0, 0, this.#order.length, 0, tell);
  }

  /** @param bound square of the least distance that anything in this node has */
  #visit(
    hash: Float32Array,
    node: number,
    from: number,
    to: number,
    bound: number,
    tell: (place: number) => void,
  ): void {
    if (node >= this.#inner) return this.#compare(hash, from, to, tell);
    const middle = (from + to) >>> 1;
    const axis = this.#axes[node] ?? 0;
    const apart = (this.#query[axis] ?? 0) - (this.#cuts[node] ?? 0);
    const before = this.#outside[axis] ?? 0;
    const beyond = bound - before * before + apart * apart;
    if (apart <= 0 || beyond <= this.#most) {
      if (apart > 0) this.#outside[axis] = apart;
      this.#visit(hash, node * 2 + 1, from, middle, apart > 0 ? beyond : bound, tell);
      this.#outside[axis] = before;
    }
    if (apart >= 0 || beyond <= this.#most) {
      if (apart < 0) this.#outside[axis] = apart;
      this.#visit(hash, node * 2 + 2, middle, to, apart < 0 ? beyond : bound, tell);
      this.#outside[axis] = before;
    }
  }

  #compare(hash: Float32Array, from: number, to: number, tell: (place: number) => void): void {
    const query = this.#query;
    const projected = this.#projected;
    const most = this.#most;
    for (let at = from; at < to; at++) {
      const near = squares(query, projected, 0, at * DIRECTIONS);
      // Most are far away by their first numbers already.
      if (near > most || near + squares(query, projected, 4, at * DIRECTIONS) > most) continue;
      if (this.#isNear(hash, at * this.#size)) tell(this.#order[at] ?? 0);
    }
  }

  #isNear(hash: Float32Array, from: number): boolean {
    let sum = 0;
    for (let term = 0; term < hash.length; term++) {
      const apart = (hash[term] ?? 0) - (this.#sorted[from + term] ?? 0);
      sum += apart * apart;
      if (sum > this.#most) return false;
    }
    return true;
  }

  /** Orders the places from `from` to `to` so that each half of a node lies on its side of the cut. */
  #split(projected: Float32Array, node: number, from: number, to: number): void {
    if (node >= this.#inner) return;
    const places = this.#order.subarray(from, to);
    const axis = widestAxis(projected, places);
    const keys = Float64Array.from(places, (place) => projected[place * DIRECTIONS + axis] ?? 0);
    const middle = (from + to) >>> 1;
    selectSmallest(places, keys, middle - from);
    this.#axes[node] = axis;
    this.#cuts[node] = keys[middle - from] ?? 0;
    this.#split(projected, node * 2 + 1, from, middle);
    this.#split(projected, node * 2 + 2, middle, to);
  }
}

/** Squared distance in four directions, from the direction `first`. */
function squares(query: Float32Array, projected: Float32Array, first: number, from: number): number {
  const one = (query[first] ?? 0) - (projected[from + first] ?? 0);
  const two = (query[first + 1] ?? 0) - (projected[from + first + 1] ?? 0);
  const three = (query[first + 2] ?? 0) - (projected[from + first + 2] ?? 0);
  const four = (query[first + 3] ?? 0) - (projected[from + first + 3] ?? 0);
  return one * one + two * two + three * three + four * four;
}

/** The direction in which these places deviate most. */
function widestAxis(projected: Float32Array, places: Uint32Array): number {
  let [best, widest] = [-1, 0];
  for (let axis = 0; axis < DIRECTIONS; axis++) {
    let [sum, squared] = [0, 0];
    for (const place of places) {
      const value = projected[place * DIRECTIONS + axis] ?? 0;
      sum += value;
      squared += value * value;
    }
    const deviation = squared - (sum * sum) / places.length;
    if (deviation > best) [best, widest] = [deviation, axis];
  }
  return widest;
}

/** Puts the `count` smallest keys first, and the next one at `count` (Hoare's selection, 1961); places move along. */
function selectSmallest(places: Uint32Array, keys: Float64Array, count: number): void {
  let [left, right] = [0, keys.length - 1];
  while (left < right) {
    const pivot = keys[(left + right) >>> 1] ?? 0;
    let [low, high] = [left, right];
    while (low <= high) {
      while ((keys[low] ?? 0) < pivot) low++;
      while ((keys[high] ?? 0) > pivot) high--;
      if (low > high) break;
      swap(places, low, high);
      swap(keys, low, high);
      low++;
      high--;
    }
    if (count <= high) right = high;
    else if (count >= low) left = low;
    else return;
  }
}

function swap(values: Uint32Array | Float64Array, one: number, other: number): void {
  const held = values[one] ?? 0;
  values[one] = values[other] ?? 0;
  values[other] = held;
}
