/** A small dataset that is quickly learnt: noisy stripes and checks, as IDX files like MNIST's. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '../../../src-main/datasets/random.ts';

/** Edge of an image in pixels. */
export const PATTERN_SIZE = 12;
/** Images of the train and of the test split. */
export const PATTERN_COUNTS = { train: 600, test: 90 } as const;
/** Stripes across, stripes down, checks. */
export const PATTERN_CLASSES = 3;

/** Writes the four files into a new folder; the same bytes every time. */
export function writePatterns(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(11);
  for (const [prefix, count] of [
    ['train', PATTERN_COUNTS.train],
    ['t10k', PATTERN_COUNTS.test],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % PATTERN_CLASSES);
    const pixels = Buffer.concat([...labels].map((label) => drawPattern(label, random)));
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), idx([count], labels));
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), idx([count, PATTERN_SIZE, PATTERN_SIZE], pixels));
  }
}

function drawPattern(label: number, random: Random): Uint8Array {
  const phase = random.below(4);
  return Uint8Array.from({ length: PATTERN_SIZE * PATTERN_SIZE }, (_, index) => {
    const down = (((index % PATTERN_SIZE) + phase) >> 1) & 1;
    const across = ((Math.floor(index / PATTERN_SIZE) + phase) >> 1) & 1;
    const bright = [across, down, across ^ down][label];
    return (bright === 1 ? 160 : 60) + random.below(40);
  });
}

function idx(sizes: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, data]);
}
