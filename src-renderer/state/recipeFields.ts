/** The typed fields of a recipe: how each is read, and what is said where it cannot be. */

/** A setting that is typed. */
export type RecipeField =
  | 'epochs'
  | 'batchSize'
  | 'learningRate'
  | 'limit'
  | 'warmUpEpochs'
  | 'milestones'
  | 'factor'
  | 'peakAt'
  | 'startShare'
  | 'finalShare'
  | 'patience'
  | 'minimumChange'
  | 'momentum'
  | 'beta1'
  | 'beta2'
  | 'epsilon'
  | 'weightDecay'
  | 'labelSmoothing'
  | 'gradientClipping'
  | 'shiftPixels'
  | 'smallestArea'
  | 'largestRatio'
  | 'brightness'
  | 'contrast'
  | 'saturation'
  | 'cutoutSize'
  | 'mixupAlpha'
  | 'stoppingPatience'
  | 'stoppingChange'
  | 'accumulation'
  | 'seed';

/** The text of each field. */
export type RecipeTexts = Readonly<Record<RecipeField, string>>;

interface FieldRule {
  /** The value; null when the text is none. Percentages are shares. */
  readonly read: (text: string) => number | null;
  readonly sentence: string;
}

const MOST_EPOCHS = 100_000;
const LARGEST_BATCH = 65_536;
const LARGEST_PIXELS = 512;
const LARGEST_SEED = 2 ** 31 - 1;

const atLeastZero = (text: string): number | null => within(text, (value) => value >= 0);
const aboveZero = (text: string): number | null => within(text, (value) => value > 0);
const share = (text: string): number | null => within(text, (value) => value >= 0 && value <= 1);
const belowOne = (text: string): number | null => within(text, (value) => value >= 0 && value < 1);
const shareAboveZero = (text: string): number | null => within(text, (value) => value > 0 && value <= 1);
const percent = (text: string): number | null => percentWithin(text, (value) => value >= 0 && value <= 1);

const MOMENT = { read: belowOne, sentence: 'Give a number from 0 to below 1, such as 0.9.' };
const STRENGTH = { read: share, sentence: 'Give a number from 0 to 1, such as 0.4.' };
const PIXELS = {
  read: (text: string) => whole(text, 1, LARGEST_PIXELS),
  sentence: 'Give a whole number of pixels, 1 or more.',
};

/** Rules by field; those whose text may be empty or a list are read by `recipeOf`. */
const RULES: Readonly<Record<Exclude<RecipeField, 'milestones'>, FieldRule>> = {
  epochs: { read: (text) => whole(text, 1, MOST_EPOCHS), sentence: 'Give a whole number of epochs, 1 or more.' },
  batchSize: { read: (text) => whole(text, 1, LARGEST_BATCH), sentence: 'Give a whole number of images, 1 or more.' },
  learningRate: { read: aboveZero, sentence: 'Give a number above 0, such as 0.1.' },
  limit: {
    read: (text) => whole(text, 1, Number.MAX_SAFE_INTEGER),
    sentence: 'Give a whole number of images, or nothing for all.',
  },
  warmUpEpochs: { read: atLeastZero, sentence: 'Give a number of epochs, 0 for none; half an epoch is 0.5.' },
  factor: { read: shareAboveZero, sentence: 'Give a number above 0 and up to 1, such as 0.1.' },
  peakAt: {
    read: (text) => percentWithin(text, (value) => value > 0 && value < 1),
    sentence: 'Give a percentage between 0 and 100, such as 30.',
  },
  startShare: { read: shareAboveZero, sentence: 'Give a share of the rate above 0 and up to 1, such as 0.04.' },
  finalShare: { read: share, sentence: 'Give a share of the rate from 0 to 1.' },
  patience: { read: (text) => whole(text, 0, MOST_EPOCHS), sentence: 'Give a whole number of epochs, 0 or more.' },
  minimumChange: { read: atLeastZero, sentence: 'Give a loss of 0 or more, such as 0.001.' },
  momentum: MOMENT,
  beta1: MOMENT,
  beta2: MOMENT,
  epsilon: { read: shareAboveZero, sentence: 'Give a small number above 0, such as 1e-8.' },
  weightDecay: { read: atLeastZero, sentence: 'Give 0 or a small number, such as 0.0001.' },
  labelSmoothing: { read: belowOne, sentence: 'Give a share from 0 to below 1, such as 0.1.' },
  gradientClipping: { read: aboveZero, sentence: 'Give a norm above 0, or nothing for no limit.' },
  shiftPixels: PIXELS,
  smallestArea: {
    read: (text) => percentWithin(text, (value) => value > 0 && value <= 1),
    sentence: 'Give a percentage above 0 and up to 100, such as 8.',
  },
  largestRatio: {
    read: (text) => within(text, (value) => value >= 1 && value <= 10),
    sentence: 'Give a ratio from 1 to 10, such as 1.33.',
  },
  brightness: STRENGTH,
  contrast: STRENGTH,
  saturation: STRENGTH,
  cutoutSize: PIXELS,
  mixupAlpha: {
    read: (text) => within(text, (value) => value >= 0.05 && value <= 4),
    sentence: 'Give a number from 0.05 to 4, such as 0.2.',
  },
  stoppingPatience: {
    read: (text) => whole(text, 1, MOST_EPOCHS),
    sentence: 'Give a whole number of epochs, 1 or more.',
  },
  stoppingChange: { read: percent, sentence: 'Give a percentage from 0 to 100, such as 0.1.' },
  accumulation: { read: (text) => whole(text, 1, LARGEST_BATCH), sentence: 'Give a whole number of parts, 1 or more.' },
  seed: {
    read: (text) => whole(text, 0, LARGEST_SEED),
    sentence: `Give a whole number from 0 to ${counted(LARGEST_SEED)}.`,
  },
};

/** The value of a field; null when its text is none. */
export function readField(field: keyof typeof RULES, text: string): number | null {
  return RULES[field].read(text);
}

/** What is said when a field cannot be read. */
export function sentenceOf(field: RecipeField): string {
  return field === 'milestones'
    ? 'Give rising percentages between 0 and 100, such as 50, 75; or nothing.'
    : RULES[field].sentence;
}

/** Shares of training from percentages such as `50, 75`; null when one is no percentage, or they do not rise. */
export function readMilestones(text: string): readonly number[] | null {
  if (text.trim() === '') return [];
  const shares = text.split(/[,;]/).map((part) => percentWithin(part, (value) => value > 0 && value < 1));
  const rising = shares.every((value, index) => value !== null && value > (shares[index - 1] ?? 0));
  return rising ? shares.filter((value) => value !== null) : null;
}

/** A share as a percentage is typed: 0.08 is `8`; a third is `33.3333`. */
export function percentText(value: number): string {
  return String(Number((value * 100).toPrecision(6)));
}

/** `1,200`, for sentences. */
export function counted(value: number): string {
  return value.toLocaleString('en-US');
}

function within(text: string, allowed: (value: number) => boolean): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && allowed(value) ? value : null;
}

/** The share that a percentage comes to. */
function percentWithin(text: string, allowed: (share: number) => boolean): number | null {
  const value = within(text.replace('%', ''), () => true);
  return value !== null && allowed(value / 100) ? value / 100 : null;
}

/** Thousands separators are read as such; anything else than digits is not a whole number. */
function whole(text: string, least: number, most: number): number | null {
  const digits = text.trim().replaceAll(',', '');
  const value = Number(digits);
  return /^\d{1,10}$/.test(digits) && value >= least && value <= most ? value : null;
}
