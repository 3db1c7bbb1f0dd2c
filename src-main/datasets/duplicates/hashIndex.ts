/**
 * Finds hashes of 64 bits that differ in few of them, by multi-index hashing (Norouzi, Punjani and Fleet 2012): hashes that
 * differ in 7 bits or fewer differ in at most one bit in one of four parts of 16 bits, so a look at 17 buckets of each part finds
 * them. Of those that differ in 8 a few are missed: the ones that differ in exactly two bits of each part.
 */

const PARTS = 4;
const BUCKETS = 1 << 16;
/** Bits that may differ. */
export const FARTHEST = 8;

/** An index over hashes, each a pair of 32 bits. */
export class HashIndex {
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #starts: readonly Uint32Array[];
  readonly #members: readonly Uint32Array[];
  /** Query that has seen a hash last, so that none is told twice. */
  readonly #seen: Uint32Array;
  #query = 0;

  constructor(low: Uint32Array, high: Uint32Array) {
    this.#low = low;
    this.#high = high;
    this.#seen = new Uint32Array(low.length);
    const tables = Array.from({ length: PARTS }, (_, part) => tableOf(low, high, part));
    this.#starts = tables.map(({ starts }) => starts);
    this.#members = tables.map(({ members }) => members);
  }

  /** Tells every hash that differs from this one in at most `FARTHEST` bits, by its place. */
  near([low, high]: readonly [number, number], tell: (place: number) => void): void {
    this.#query += 1;
    for (let part = 0; part < PARTS; part++) {
      const key = partOf(low, high, part);
      this.#visit(part, key, low, high, tell);
      for (let bit = 0; bit < 16; bit++) this.#visit(part, key ^ (1 << bit), low, high, tell);
    }
  }

  #visit(part: number, key: number, low: number, high: number, tell: (place: number) => void): void {
    const [starts, members] = [this.#starts[part], this.#members[part]];
    if (starts === undefined || members === undefined) return;
    for (let at = starts[key] ?? 0; at < (starts[key + 1] ?? 0); at++) {
      const place = members[at] ?? 0;
      if (this.#seen[place] === this.#query) continue;
      this.#seen[place] = this.#query;
      const differing = ones(low ^ (this.#low[place] ?? 0)) + ones(high ^ (this.#high[place] ?? 0));
      if (differing <= FARTHEST) tell(place);
    }
  }
}

function tableOf(low: Uint32Array, high: Uint32Array, part: number): { starts: Uint32Array; members: Uint32Array } {
  const starts = new Uint32Array(BUCKETS + 1);
  low.forEach((word, place) => {
    const next = partOf(word, high[place] ?? 0, part) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  });
  for (let key = 1; key <= BUCKETS; key++) starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
  const next = starts.slice();
  const members = new Uint32Array(low.length);
  low.forEach((word, place) => {
    const key = partOf(word, high[place] ?? 0, part);
    const at = next[key] ?? 0;
    members[at] = place;
    next[key] = at + 1;
  });
  return { starts, members };
}

/** 16 of the 64 bits. */
function partOf(low: number, high: number, part: number): number {
  const word = part < 2 ? low : high;
  return part % 2 === 0 ? word & 0xffff : word >>> 16;
}

/** Bits that are set (Warren, "Hacker's Delight", 2002). */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
