/** What a conversion means for images of a known shape: the stored shape, its sentence, and the pixels. */

import type { Conversion } from '../contract/conversion.ts';
import { assertNever } from '../contract/errors.ts';
import type { Fitting, Raster } from './resample.ts';
import { fitImage } from './resample.ts';

/** What every stored image looks like, and how it comes to that. */
export interface Target extends Fitting {
  readonly channels: 1 | 3;
}

/** Size and channels of images before conversion. */
export interface SourceShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/**
 * The target of a conversion.
 * @param source the shape that the images share; size that is kept when none is asked for
 */
export function targetOf(source: SourceShape, { size, fit, colour, background }: Conversion): Target {
  const { height, width } = size ?? source;
  const channels = colour === 'auto' ? source.channels : colour === 'grey' ? 1 : 3;
  return { height, width, channels, fit, background: backgroundOf(background, channels) };
}

/** `#rrggbb` as one value per channel; grey by its luma. */
export function backgroundOf(background: string, channels: 1 | 3): readonly number[] {
  const colour = [1, 3, 5].map((at) => Number.parseInt(background.slice(at, at + 2), 16));
  const [red = 0, green = 0, blue = 0] = colour;
  return channels === 3 ? colour : [luma(red, green, blue)];
}

/**
 * Pixels with alpha, laid over a background: rounded, in 8 bits.
 * @param pixels uint8, `colours` values and alpha for each
 * @param background one value for each channel of the result; three over grey make colour of it
 */
export function layOver(pixels: Uint8Array, colours: number, background: readonly number[]): Uint8Array {
  const channels = background.length;
  const count = pixels.length / (colours + 1);
  const flat = new Uint8Array(count * channels);
  for (let pixel = 0, from = 0; pixel < count; pixel++, from += colours + 1) {
    const alpha = pixels[from + colours] ?? 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = pixels[from + (colours === 1 ? 0 : channel)] ?? 0;
      const below = background[channel] ?? 0;
      flat[pixel * channels + channel] = Math.floor((value * alpha + below * (255 - alpha)) / 255 + 0.5);
    }
  }
  return flat;
}

/** A decoded image as it is stored: height x width x channels of the target. */
export function convertImage(image: Raster, target: Target): Uint8Array {
  return changeChannels(fitImage(image, { ...target, background: fillOf(image, target) }), target.channels).pixels;
}

/** Uint8 images of one shape, one after another, as they are stored. */
export function convertImages(pixels: Uint8Array, shape: SourceShape, target: Target): Uint8Array {
  if (shape.height === target.height && shape.width === target.width && shape.channels === target.channels) {
    return pixels;
  }
  const bytes = shape.height * shape.width * shape.channels;
  const stored = target.height * target.width * target.channels;
  const count = pixels.length / bytes;
  const converted = new Uint8Array(count * stored);
  for (let index = 0; index < count; index++) {
    const image = { ...shape, pixels: pixels.subarray(index * bytes, (index + 1) * bytes) };
    converted.set(convertImage(image, target), index * stored);
  }
  return converted;
}

/** Grey by ITU-R BT.601 luma, as Pillow's `L`; colour by repeating grey. */
export function changeChannels(image: Raster, channels: 1 | 3): Raster {
  if (image.channels === channels) return image;
  const { height, width, pixels } = image;
  const changed = new Uint8Array(height * width * channels);
  if (channels === 3)
    for (let index = 0; index < changed.length; index++) changed[index] = pixels[Math.floor(index / 3)] ?? 0;
  else {
    for (let index = 0, from = 0; index < changed.length; index++, from += 3) {
      changed[index] = luma(pixels[from] ?? 0, pixels[from + 1] ?? 0, pixels[from + 2] ?? 0);
    }
  }
  return { height, width, channels, pixels: changed };
}

/** What a conversion to `target` does, as the dataset's description says it; `kept` where sizes stay as they are. */
export function conversionSentence(target: Target, kept: boolean, background: string): string {
  const colours = target.channels === 1 ? 'one grey channel' : 'three colour channels';
  return `${sizeSentence(target, kept, background)}; ${colours}.`;
}

function sizeSentence({ height, width, fit }: Target, kept: boolean, background: string): string {
  const size = `${height} x ${width}`;
  if (kept) return 'Kept at their size';
  switch (fit) {
    case 'crop':
      return `Scaled with an antialiasing triangle filter until the shorter side fits, cut to the middle ${size}`;
    case 'pad':
      return `Scaled with an antialiasing triangle filter until the longer side fits, filled up to ${size} with ${colourWord(background)}`;
    case 'stretch':
      return `Scaled with an antialiasing triangle filter to ${size}, whatever their proportions`;
    default:
      return assertNever(fit);
  }
}

/** `#rrggbb` as a sentence says it. */
export function colourWord(background: string): string {
  const colour = background.toLowerCase();
  return colour === '#ffffff' ? 'white' : colour === '#000000' ? 'black' : colour;
}

function luma(red: number, green: number, blue: number): number {
  return Math.floor((red * 299 + green * 587 + blue * 114) / 1000 + 0.5);
}

/** The background in the channels of the image that is padded. */
function fillOf({ channels }: Raster, { background }: Target): readonly number[] {
  if (channels === background.length) return background;
  const [first = 0, second = first, third = first] = background;
  return channels === 1 ? [luma(first, second, third)] : [first, second, third];
}
