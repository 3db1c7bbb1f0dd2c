/** --augment as typed. */

import { NO_AUGMENTATION, STANDARD_AUGMENTATION, type Augmentation } from '../contract/recipe.ts';
import { listOf } from '../model/nearest.ts';
import { usage } from './arguments.ts';

/** What each word adds, with the number behind its colon or the one that it has without. */
const WORDS: Readonly<Record<string, (number: number | undefined) => Partial<Augmentation>>> = {
  none: () => NO_AUGMENTATION,
  standard: () => STANDARD_AUGMENTATION,
  mirror: () => ({ mirror: true }),
  shift: (pixels = 4) => ({ crop: { kind: 'shift', pixels } }),
  crop: (smallestArea = 0.08) => ({ crop: { kind: 'randomResized', smallestArea, largestRatio: 4 / 3 } }),
  colour: (amount = 0.4) => ({ colour: { brightness: amount, contrast: amount, saturation: amount } }),
  cutout: (size = 16) => ({ cutout: { size } }),
  mixup: (alpha = 0.2) => ({ mixup: { alpha } }),
};

/** The augmentation of words such as `mirror,shift:4,mixup:0.2`. @throws DenseLabError `usage` */
export function readAugmentation(text: string): Augmentation {
  return text.split(',').reduce<Augmentation>((augmentation, part) => {
    const [word = '', number] = part.trim().split(':');
    const add = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    const value = number === undefined ? undefined : Number(number);
    if (add === undefined || number === '' || Number.isNaN(value)) {
      throw usage(
        `The option --augment takes ${listOf(Object.keys(WORDS))}, not "${part}".`,
        'Write, say, --augment mirror,shift:4,mixup:0.2.',
      );
    }
    return { ...augmentation, ...add(value) };
  }, NO_AUGMENTATION);
}
