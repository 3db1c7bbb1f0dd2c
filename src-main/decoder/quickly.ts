/** The short way of common images through the addon; what it declines goes the long way, which tells what is wrong. */

import type { Fit } from '../contract/conversion.ts';
import type { DecodeRequest } from '../datasets/decoding.ts';
import type { ProbedImage } from '../datasets/formats/probeImage.ts';
import type { ImageAddon } from './imageAddon.ts';

/** As the addon counts them. */
const KINDS = ['png', 'jpeg'] as const;
const FITS: Readonly<Record<Fit, number>> = { crop: 0, pad: 1, stretch: 2 };

const found = new Float64Array(7);
const numbers = new Float64Array(11);

/** What the header of a common image says; null for any other file. */
export function probeQuickly(addon: ImageAddon, path: string): ProbedImage | null {
  if (!addon.probe(path, found)) return null;
  const [kindAt = 0, height = 0, width = 0, channels = 0, orientation = 1, bytes = 0, modifiedMs = 0] = found;
  const kind = KINDS[kindAt];
  if (kind === undefined) return null;
  return { path, kind, height, width, channels: channels === 1 ? 1 : 3, orientation, bytes, modifiedMs };
}

/**
 * The pixels of a common image, height x width x channels of the request.
 * @param pixels written to: of exactly that many bytes
 * @returns whether they were
 */
export function decodeQuickly(addon: ImageAddon, request: DecodeRequest, pixels: Uint8Array): boolean {
  const kind = KINDS.findIndex((one) => one === request.kind);
  if (kind < 0) return false;
  const { background, bytes, channels, content, fit, height, modifiedMs, orientation, path, width } = request;
  const [first = 0, second = first, third = first] = background;
  numbers.set([kind, orientation, height, width, channels, FITS[fit], first, second, third, bytes, modifiedMs]);
  return addon.decode(content ?? path, numbers, pixels);
}
