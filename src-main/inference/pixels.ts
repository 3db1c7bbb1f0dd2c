/** Image files as a network sees them. Needs no TensorFlow. */

import { realpath } from 'node:fs/promises';
import { DEFAULT_CONVERSION } from '../contract/conversion.ts';
import type { InputShape } from '../contract/model.ts';
import { targetOf } from '../datasets/convert.ts';
import type { DecodeOutcome, DecodeSession } from '../datasets/decoding.ts';
import { probeImage } from '../datasets/formats/probeImage.ts';

/**
 * Reads one file. It is converted as folders of images are: EXIF turned, transparency over white, and unless it has the input's
 * size already scaled until the shorter side fits and cut to the middle.
 * @returns uint8, height x width x channels of the input; or why it cannot be read and what its owner can do
 */
export async function readPixels(
  decoder: DecodeSession,
  file: string,
  { height, width, channels }: InputShape,
): Promise<DecodeOutcome> {
  const found = await probe(file);
  if (!found.ok) return { ok: false, reason: found.reason, remedy: found.remedy };
  const { path, kind, bytes, modifiedMs, orientation } = found.image;
  const turned = orientation >= 5;
  const isSize =
    (turned ? found.image.width : found.image.height) === height &&
    (turned ? found.image.height : found.image.width) === width;
  if (height !== width && !isSize) {
    const reason = `Not ${String(height)}x${String(width)}`;
    return { ok: false, reason, remedy: 'Give an image of the size of the input' };
  }
  return decoder.decode({
    ...{ path, kind, bytes, modifiedMs, orientation },
    ...targetOf({ height, width, channels: channels === 1 ? 1 : 3 }, DEFAULT_CONVERSION),
  });
}

async function probe(file: string): ReturnType<typeof probeImage> {
  try {
    return await probeImage(await realpath(file));
  } catch {
    return { ok: false, reason: 'There is no such file', remedy: 'Check the path' };
  }
}
