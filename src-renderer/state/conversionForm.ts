/** The conversion of an import as it is typed: texts in, and what is wrong with them. */

import { DEFAULT_CONVERSION, type Conversion } from '../../src-main/contract/conversion.ts';

/** What the fields of the preview hold. */
export interface ConversionTexts {
  /** Empty: as the source images are; `64`, or `48x64` for height and width. */
  readonly size: string;
  readonly fit: Conversion['fit'];
  readonly colour: Conversion['colour'];
  /** `#rrggbb`. */
  readonly background: string;
  /** Seed of the split; empty for the one that an import takes by itself. */
  readonly splitSeed: string;
}

/** What an import does when nothing is typed. */
export const FIRST_TEXTS: ConversionTexts = {
  size: '',
  fit: DEFAULT_CONVERSION.fit,
  colour: DEFAULT_CONVERSION.colour,
  background: DEFAULT_CONVERSION.background,
  splitSeed: '',
};

/** Smallest and largest edge that can be stored, in pixels. */
const EDGES = { least: 8, most: 512 };
const LARGEST_SEED = 2 ** 31 - 1;

/** Sentences by field. */
export type ConversionErrors = Partial<Readonly<Record<'size' | 'splitSeed', string>>>;

/** What is wrong with the texts, by field. */
export function conversionErrors({ size, splitSeed }: ConversionTexts): ConversionErrors {
  const badSize = parseSize(size) === undefined;
  const badSeed = parseSeed(splitSeed) === undefined;
  return {
    ...(badSize && { size: `One edge or two, ${String(EDGES.least)} to ${String(EDGES.most)}: 64, or 48x64.` }),
    ...(badSeed && { splitSeed: 'A whole number from 0.' }),
  };
}

/** The conversion that the texts ask for; null while one of them is wrong. */
export function conversionOf(texts: ConversionTexts): Conversion | null {
  const size = parseSize(texts.size);
  if (size === undefined) return null;
  const { fit, colour, background } = texts;
  return { size, fit, colour, background };
}

/** A seed; null where none is typed, undefined where the text is none. */
export function parseSeed(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (!/^\d{1,10}$/.test(trimmed)) return undefined;
  const seed = Number(trimmed);
  return seed <= LARGEST_SEED ? seed : undefined;
}

/** `64` and `48x64` (height first); null where none is typed, undefined where the text is none. */
function parseSize(text: string): Conversion['size'] | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const match = /^(\d{1,4})(?:\s*[x×]\s*(\d{1,4}))?$/i.exec(trimmed);
  if (match === null) return undefined;
  const height = Number(match[1]);
  const width = Number(match[2] ?? match[1]);
  const fits = (edge: number): boolean => edge >= EDGES.least && edge <= EDGES.most;
  return fits(height) && fits(width) ? { height, width } : undefined;
}
