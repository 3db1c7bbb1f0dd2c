/** The options that say what an import does to every image. */

import type { Conversion, Fit } from '../contract/conversion.ts';
import { DEFAULT_CONVERSION } from '../contract/conversion.ts';
import { usage } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import type { OptionName } from './options.ts';

/** Options that `readConversion` reads. */
export const CONVERSION_OPTIONS: readonly OptionName[] = ['size', 'fit', 'colour', 'background'];

const FITS: readonly Fit[] = ['crop', 'pad', 'stretch'];
const COLOURS: readonly Conversion['colour'][] = ['auto', 'grey', 'colour'];

/**
 * The conversion that was asked for.
 * @throws DenseLabError `usage`.
 */
export function readConversion(args: Arguments): Conversion {
  const background = args.text('background') ?? DEFAULT_CONVERSION.background;
  if (!/^#[0-9a-f]{6}$/i.test(background)) {
    throw usage(`"${background}" is no colour.`, 'Write, say, --background "#ffffff".');
  }
  return {
    size: readSize(args.text('size')),
    fit: FITS.find((fit) => fit === args.text('fit')) ?? DEFAULT_CONVERSION.fit,
    colour: COLOURS.find((colour) => colour === args.text('colour')) ?? DEFAULT_CONVERSION.colour,
    background,
  };
}

function readSize(text: string | undefined): Conversion['size'] {
  if (text === undefined) return null;
  const [, height, width] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? [];
  const size = { height: Number(height), width: Number(width ?? height) };
  if (Object.values(size).every((edge) => edge >= 8 && edge <= 512)) return size;
  throw usage(`The option --size takes 8 to 512 pixels, not ${text}.`, 'Write, say, --size 64 or --size 48x64.');
}
