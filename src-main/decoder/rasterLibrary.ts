/** Decodes PNG, WebP and BMP with the `image` library of Rust, which needs no TensorFlow. */

import { Transformer } from '@napi-rs/image';
import type { Raster } from '../datasets/resample.ts';
import { ImageProblem } from './problem.ts';

/**
 * Decodes a whole file: 1 to 4 channels (grey, grey and alpha, RGB, RGB and alpha), the upper 8 bits of 16.
 * @param size as the header says it
 * @param depth bits per channel of the file, as far as they change what comes: 16, else 8
 * @throws ImageProblem when the library finds another size; Error with the library's words for what it cannot decode.
 */
export function decodeRaster(
  bytes: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  depth: 8 | 16,
): Raster {
  const raw = new Transformer(bytes).rawPixelsSync();
  const channels = raw.length / (height * width) / (depth / 8);
  if (!Number.isInteger(channels) || channels < 1 || channels > 4) {
    throw new ImageProblem('Corrupt: its pixels are not as many as its header says');
  }
  return { height, width, channels, pixels: depth === 8 ? raw : upperBytes(raw) };
}

/** Samples of 16 bits come in the order of this machine, which all that run DenseLab have little end first. */
function upperBytes(raw: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: raw.length / 2 }, (_, index) => raw[index * 2 + 1] ?? 0);
}
