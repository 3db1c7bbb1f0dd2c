/** What both forms of CIFAR share. */

import type { Split } from '../../contract/dataset.ts';

/** Edge of an image. */
export const EDGE = 32;
/** Bytes of an image: three planes of 32 x 32, red, green, blue. */
export const IMAGE_BYTES = 3 * EDGE * EDGE;

/** Class names of CIFAR-10, as its `batches.meta.txt` has them. */
export const CIFAR10_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** Names by label; null when there are none. */
export function nameMap(names: readonly string[]): ReadonlyMap<number, string> | null {
  return names.length === 0 ? null : new Map(names.map((name, label) => [label, name]));
}

/** `test_batch`, `valid.bin`: the split that a file's own name means. */
export function splitOfFile(name: string): Split {
  const lower = name.toLowerCase();
  if (lower.includes('test')) return 'test';
  return /val/.test(lower) ? 'validation' : 'train';
}

/** Planes of `channels` values each (CHW), image after image, as NHWC. */
export function interleavePlanes(planes: Uint8Array, pixels: number, channels: number): Uint8Array {
  const bytes = pixels * channels;
  const interleaved = new Uint8Array(planes.length);
  for (let image = 0; image < planes.length; image += bytes) {
    for (let channel = 0; channel < channels; channel++) {
      let from = image + channel * pixels;
      let to = image + channel;
      for (let pixel = 0; pixel < pixels; pixel++, from++, to += channels) interleaved[to] = planes[from] ?? 0;
    }
  }
  return interleaved;
}
