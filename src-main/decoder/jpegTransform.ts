/**
 * The inverse cosine transform of JPEG blocks, whole or at a half, a quarter or an eighth of their size, in the integer
 * arithmetic of libjpeg (`jidctint.c` and `jidctred.c`, after Loeffler, Ligtenberg and Moschytz, 1989): the same values, bit by bit.
 */

/** Edge of what a block becomes. */
export type BlockEdge = 1 | 2 | 4 | 8;

/** Bits behind the point of the constants, and of what the first pass leaves to the second. */
const CONSTANT_BITS = 13;
const PASS_BITS = 2;

/** What a row or column becomes. */
const line = new Int32Array(8);
/** Columns after the first pass. */
const columns = new Int32Array(64);

/**
 * Writes edge x edge samples, 0 to 255.
 * @param block 64 coefficients in natural order, times their quantisation steps
 * @param isFlat whether all but the first are 0
 * @param at where the first sample belongs in `plane`, whose rows are `stride` apart
 */
export function transformBlock(
  block: Int32Array,
  isFlat: boolean,
  edge: BlockEdge,
  plane: Uint8ClampedArray,
  at: number,
  stride: number,
): void {
  if (isFlat || edge === 1) {
    const value = (((block[0] ?? 0) + 4) >> 3) + 128;
    for (let row = 0, start = at; row < edge; row++, start += stride) {
      for (let column = 0; column < edge; column++) plane[start + column] = value;
    }
  } else if (edge === 8) wholeBlock(block, plane, at, stride);
  else if (edge === 4) halfBlock(block, plane, at, stride);
  else quarterBlock(block, plane, at, stride);
}

/** Bits that the first and the second pass take off again; a reduced transform has more gain in each. */
const FIRST = CONSTANT_BITS - PASS_BITS;
const SECOND = CONSTANT_BITS + PASS_BITS + 3;

function wholeBlock(block: Int32Array, plane: Uint8ClampedArray, at: number, stride: number): void {
  for (let column = 0; column < 8; column++) {
    whole(block, column, 8, FIRST);
    for (let row = 0; row < 8; row++) columns[row * 8 + column] = line[row] ?? 0;
  }
  for (let row = 0, to = at; row < 8; row++, to += stride) {
    whole(columns, row * 8, 1, SECOND);
    for (let column = 0; column < 8; column++) plane[to + column] = (line[column] ?? 0) + 128;
  }
}

function halfBlock(block: Int32Array, plane: Uint8ClampedArray, at: number, stride: number): void {
  for (let column = 0; column < 8; column++) {
    // The second pass never looks at the fifth.
    if (column === 4) continue;
    half(block, column, 8, FIRST + 1);
    for (let row = 0; row < 4; row++) columns[row * 8 + column] = line[row] ?? 0;
  }
  for (let row = 0, to = at; row < 4; row++, to += stride) {
    half(columns, row * 8, 1, SECOND + 1);
    for (let column = 0; column < 4; column++) plane[to + column] = (line[column] ?? 0) + 128;
  }
}

function quarterBlock(block: Int32Array, plane: Uint8ClampedArray, at: number, stride: number): void {
  for (const column of [0, 1, 3, 5, 7]) {
    quarter(block, column, 8, FIRST + 2);
    columns[column] = line[0] ?? 0;
    columns[8 + column] = line[1] ?? 0;
  }
  for (let row = 0, to = at; row < 2; row++, to += stride) {
    quarter(columns, row * 8, 1, SECOND + 2);
    plane[to] = (line[0] ?? 0) + 128;
    plane[to + 1] = (line[1] ?? 0) + 128;
  }
}

/** Eight values, `step` apart, into `line`. Constants are those of libjpeg's names, times 2 ** 13. */
function whole(input: Int32Array, from: number, step: number, shift: number): void {
  const i0 = input[from] ?? 0;
  const i1 = input[from + step] ?? 0;
  const i2 = input[from + 2 * step] ?? 0;
  const i3 = input[from + 3 * step] ?? 0;
  const i4 = input[from + 4 * step] ?? 0;
  const i5 = input[from + 5 * step] ?? 0;
  const i6 = input[from + 6 * step] ?? 0;
  const i7 = input[from + 7 * step] ?? 0;
  const round = 1 << (shift - 1);
  if ((i1 | i2 | i3 | i4 | i5 | i6 | i7) === 0) {
    line.fill(((i0 << CONSTANT_BITS) + round) >> shift);
    return;
  }
  const turned = Math.imul(i2 + i6, 4433);
  const low = turned - Math.imul(i6, 15137);
  const high = turned + Math.imul(i2, 6270);
  const sum = ((i0 + i4) << CONSTANT_BITS) + round;
  const difference = ((i0 - i4) << CONSTANT_BITS) + round;
  const common = Math.imul(i7 + i3 + i5 + i1, 9633);
  const z1 = Math.imul(i7 + i1, -7373);
  const z2 = Math.imul(i5 + i3, -20995);
  const z3 = common + Math.imul(i7 + i3, -16069);
  const z4 = common + Math.imul(i5 + i1, -3196);
  const odd0 = (Math.imul(i7, 2446) + z1 + z3) | 0;
  const odd1 = (Math.imul(i5, 16819) + z2 + z4) | 0;
  const odd2 = (Math.imul(i3, 25172) + z2 + z3) | 0;
  const odd3 = (Math.imul(i1, 12299) + z1 + z4) | 0;
  line[0] = (sum + high + odd3) >> shift;
  line[7] = (sum + high - odd3) >> shift;
  line[1] = (difference + low + odd2) >> shift;
  line[6] = (difference + low - odd2) >> shift;
  line[2] = (difference - low + odd1) >> shift;
  line[5] = (difference - low - odd1) >> shift;
  line[3] = (sum - high + odd0) >> shift;
  line[4] = (sum - high - odd0) >> shift;
}

/** As `whole`, four of seven. */
function half(input: Int32Array, from: number, step: number, shift: number): void {
  const i1 = input[from + step] ?? 0;
  const i2 = input[from + 2 * step] ?? 0;
  const i3 = input[from + 3 * step] ?? 0;
  const i5 = input[from + 5 * step] ?? 0;
  const i6 = input[from + 6 * step] ?? 0;
  const i7 = input[from + 7 * step] ?? 0;
  const mean = ((input[from] ?? 0) << (CONSTANT_BITS + 1)) + (1 << (shift - 1));
  const turned = (Math.imul(i2, 15137) - Math.imul(i6, 6270)) | 0;
  const odd0 = (Math.imul(i5, 11893) - Math.imul(i7, 1730) - Math.imul(i3, 17799) + Math.imul(i1, 8697)) | 0;
  const odd2 = (Math.imul(i3, 7373) - Math.imul(i7, 4176) - Math.imul(i5, 4926) + Math.imul(i1, 20995)) | 0;
  line[0] = (mean + turned + odd2) >> shift;
  line[3] = (mean + turned - odd2) >> shift;
  line[1] = (mean - turned + odd0) >> shift;
  line[2] = (mean - turned - odd0) >> shift;
}

/** As `whole`, two of five. */
function quarter(input: Int32Array, from: number, step: number, shift: number): void {
  const i1 = input[from + step] ?? 0;
  const i3 = input[from + 3 * step] ?? 0;
  const i5 = input[from + 5 * step] ?? 0;
  const i7 = input[from + 7 * step] ?? 0;
  const mean = ((input[from] ?? 0) << (CONSTANT_BITS + 2)) + (1 << (shift - 1));
  const odd = (Math.imul(i1, 29692) - Math.imul(i3, 10426) + Math.imul(i5, 6967) - Math.imul(i7, 5906)) | 0;
  line[0] = (mean + odd) >> shift;
  line[1] = (mean - odd) >> shift;
}
