/** Image files as a network sees them. Needs no TensorFlow. */

import { realpath } from 'node:fs/promises';
import { DEFAULT_CONVERSION, type Conversion } from '../contract/conversion.ts';
import type { InputShape } from '../contract/model.ts';
import { targetOf } from '../datasets/convert.ts';
import type { DecodeOutcome, DecodeSession } from '../datasets/decoding.ts';
import { probeImage } from '../datasets/formats/probeImage.ts';

/**
 * Reads one file, and converts it as the images were that the network was trained on: in the middle cut out, filled up or
 * stretched; EXIF turned, transparency over the background.
 * @param conversion the usual one when absent: cut to the middle, over white
 * @returns uint8, height x width x channels of the input; or why it cannot be read and what its owner can do
 */
export async function readPixels(
  decoder: DecodeSession,
  file: string,
  { height, width, channels }: InputShape,
  conversion: Conversion = DEFAULT_CONVERSION,
): Promise<DecodeOutcome> {
  const found = await probe(file);
  if (!found.ok) return { ok: false, reason: found.reason, remedy: found.remedy };
  const { path, kind, bytes, modifiedMs, orientation } = found.image;
  const input = { height, width, channels: channels === 1 ? 1 : 3 } as const;
  // The input says the size and the channels, whatever was asked for then.
  const target = targetOf(input, { ...conversion, size: null, colour: 'auto' });
  return decoder.decode({ ...{ path, kind, bytes, modifiedMs, orientation }, ...target });
}

async function probe(file: string): ReturnType<typeof probeImage> {
  try {
    return await probeImage(await realpath(file));
  } catch {
    return { ok: false, reason: 'There is no such file', remedy: 'Check the path' };
  }
}
