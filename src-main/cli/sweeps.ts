/** --sweep, --beside, --seeds and --random as typed. */

import type { RunRequest } from '../contract/run.ts';
import type { AxisValues, SweepAxis, SweepRequest, SweepValue } from '../contract/sweep.ts';
import { settingKeys } from '../sweeps/fields.ts';
import { usage, type Arguments } from './arguments.ts';
import { readModel } from './models.ts';
import type { OptionName } from './options.ts';
import { namedPart } from './recipes.ts';

/** The options that make many runs of one. */
export const SWEEP_OPTIONS: readonly OptionName[] = ['sweep', 'beside', 'seeds', 'random'];

/** Short words for settings; any path of a setting, or its last word, does as well. */
const WORDS: Readonly<Record<string, string>> = {
  k: 'model.growthRate',
  lr: 'recipe.learningRate',
  batch: 'recipe.batchSize',
  augment: 'recipe.augmentation',
};
/** Settings that are whole numbers, of which a range takes no others. */
const WHOLE =
  /\.(growthRate|depth|batchSize|epochs|initialFeatures|widthFactor|accumulation|limit|pixels|size|patience)$/;
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER}):(\\d{1,3})(log)?$`, 'i');

/** Whether a command line asks for more than one run. */
export function asksForSweep(args: Arguments): boolean {
  return SWEEP_OPTIONS.some((name) => args.text(name) !== undefined);
}

/** The sweep of a command line. @throws DenseLabError `usage`, `model-unknown`, `model-invalid` */
export function readSweep(args: Arguments, base: RunRequest): SweepRequest {
  const random = args.number('random');
  const beside = args.text('beside')?.split(',') ?? [];
  return {
    base,
    fixed: false,
    models: beside.map((word) => ({ model: readModel(word.trim()), fixed: true })),
    axes: args.all('sweep').map((text) => readAxis(text, base)),
    choose: random === undefined ? { kind: 'grid' } : { kind: 'random', count: random, seed: base.recipe.seed },
    seeds: readSeeds(args.text('seeds')),
  };
}

/** `growthRate=6,12`, `lr=0.001..0.1:5log`. */
function readAxis(text: string, base: RunRequest): SweepAxis {
  const [, word = '', values = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (values === '') {
    throw usage(
      `The option --sweep takes a setting and its values, not "${text}".`,
      'Write, say, --sweep growthRate=6,12 or --sweep lr=0.001..0.1:5log.',
    );
  }
  const key = keyOf(word.trim(), base);
  return { key, values: readValues(key, values) };
}

/** The path of a word; the word itself where there is none, which is refused with what is alike. */
function keyOf(word: string, { model, recipe }: RunRequest): string {
  const known = WORDS[word] ?? settingKeys({ model, recipe }).find((key) => key === word || key.endsWith(`.${word}`));
  return known ?? (word.includes('.') ? word : `model.${word}`);
}

function readValues(key: string, text: string): AxisValues {
  const range = RANGE.exec(text.trim());
  if (range === null) return { kind: 'list', values: listed(text).map((word) => readValue(key, word)) };
  const [, from, to, count, scale] = range;
  return {
    kind: 'range',
    from: Number(from),
    to: Number(to),
    count: Number(count),
    scale: scale === undefined ? 'linear' : 'log',
    whole: WHOLE.test(key),
  };
}

/** JSON may hold commas of its own. */
function listed(text: string): readonly string[] {
  return /^[[{]/.test(text) ? [text] : text.split(',').map((word) => word.trim());
}

function readValue(key: string, word: string): SweepValue {
  if (word === 'on' || word === 'true') return true;
  if (word === 'off' || word === 'false') return false;
  if (word === 'none' && key !== 'recipe.augmentation') return null;
  if (word !== '' && Number.isFinite(Number(word))) return Number(word);
  const part = namedPart(key, word);
  return readJson(word) ?? (part === undefined ? word : { ...part });
}

function readJson(word: string): SweepValue | undefined {
  if (!/^[[{]/.test(word)) return undefined;
  try {
    const value: unknown = JSON.parse(word);
    if (Array.isArray(value)) return value;
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below.
  }
  throw usage(`"${word}" is not valid JSON.`, 'Write, say, --sweep blockLayers=[6,6,6].');
}

function readSeeds(text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const seeds = text.split(',').map((word) => (/^\d{1,10}$/.test(word.trim()) ? Number(word) : Number.NaN));
  if (seeds.every((seed) => seed < 2 ** 31)) return seeds;
  throw usage(`The option --seeds takes whole numbers, not "${text}".`, 'Write, say, --seeds 1,2,3.');
}
