/** The recipe that options ask for: a preset or a file, with single settings changed. */

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import {
  PAPER_RECIPE,
  QUICK_RECIPE,
  RECIPE_PRESETS,
  type Augmentation,
  type Optimizer,
  type Schedule,
  type TrainingRecipe,
} from '../contract/recipe.ts';
import { listOf } from '../model/nearest.ts';
import { validateRecipe } from '../model/recipe.ts';
import { usage, type Arguments } from './arguments.ts';
import { readAugmentation } from './augmentation.ts';
import type { OptionName } from './options.ts';

/** Every option that changes a recipe. */
export const RECIPE_OPTIONS: readonly OptionName[] = [
  'recipe',
  'epochs',
  'batch',
  'lr',
  'warmup',
  'schedule',
  'optimizer',
  'weight-decay',
  'decay-on',
  'label-smoothing',
  'class-weights',
  'clip',
  'accumulate',
  'augment',
  'normalise',
  'early-stopping',
  'precision',
  'recompute',
  'seed',
  'limit',
];

/** torch's defaults. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** Rate and decay of an optimizer that the recipe does not have, where none are given: the paper's, and torch's defaults. */
const STEPS: Readonly<Record<Optimizer['kind'], Pick<TrainingRecipe, 'learningRate' | 'weightDecay'>>> = {
  sgd: { learningRate: PAPER_RECIPE.learningRate, weightDecay: PAPER_RECIPE.weightDecay },
  adam: { learningRate: 0.001, weightDecay: 0 },
  adamw: { learningRate: 0.001, weightDecay: 0.01 },
};
const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  sgd: PAPER_RECIPE.optimizer,
  adam: { kind: 'adam', ...ADAM },
  adamw: { kind: 'adamw', ...ADAM },
};
/** The numbers of each schedule where the recipe has another one; those of torch's schedulers. */
const SCHEDULES: Readonly<Record<string, Schedule>> = {
  constant: { kind: 'constant' },
  step: PAPER_RECIPE.schedule,
  cosine: { kind: 'cosine', finalShare: 0 },
  'one-cycle': { kind: 'oneCycle', peakAt: 0.3, startShare: 0.04, finalShare: 4e-6 },
  plateau: { kind: 'plateau', factor: 0.1, patience: 10, minimumChange: 1e-4, finalShare: 0 },
};
/** No recipe comes near it; a wrong file is told before it is read. */
const LARGEST_RECIPE_FILE = 1_000_000;

/**
 * The recipe that the options ask for.
 * @throws DenseLabError `usage`, `recipe-invalid`, `batch-too-large`, `path-missing`.
 */
export function readRecipe(args: Arguments): TrainingRecipe {
  const base = baseRecipe(args.text('recipe'));
  const optimizer = chosen(args.text('optimizer'), base.optimizer, OPTIMIZERS);
  const { learningRate, weightDecay } = optimizer.kind === base.optimizer.kind ? base : STEPS[optimizer.kind];
  const augment = args.text('augment');
  const earlyStopping = args.number('early-stopping');
  const recompute = args.text('recompute');
  const schedule = chosen(args.text('schedule'), base.schedule, SCHEDULES);
  // One cycle warms up by itself.
  const warmUp = schedule.kind === 'oneCycle' ? 0 : base.warmUpEpochs;
  return validateRecipe({
    ...base,
    epochs: args.number('epochs') ?? base.epochs,
    batchSize: args.number('batch') ?? base.batchSize,
    learningRate: args.number('lr') ?? learningRate,
    warmUpEpochs: args.number('warmup') ?? warmUp,
    schedule,
    optimizer,
    weightDecay: args.number('weight-decay') ?? weightDecay,
    weightDecayOn: args.text('decay-on') ?? base.weightDecayOn,
    labelSmoothing: args.number('label-smoothing') ?? base.labelSmoothing,
    classWeights: readClassWeights(args.text('class-weights'), base.classWeights),
    gradientClipping: args.number('clip') ?? base.gradientClipping,
    accumulation: args.number('accumulate') ?? base.accumulation,
    augmentation: augment === undefined ? base.augmentation : readAugmentation(augment),
    normalisation: args.text('normalise') ?? base.normalisation,
    earlyStopping: earlyStopping === undefined ? base.earlyStopping : { patience: earlyStopping, minimumChange: 0 },
    precision: args.text('precision') ?? base.precision,
    recomputation: recompute === undefined ? base.recomputation : recompute === 'on',
    seed: args.number('seed') ?? base.seed,
    limit: args.number('limit') ?? base.limit,
  });
}

/** The part of a recipe that a word names: an optimizer, a schedule, an augmentation; undefined for another setting. */
export function namedPart(key: string, word: string): Optimizer | Schedule | Augmentation | undefined {
  if (key === 'recipe.optimizer') return OPTIMIZERS[word];
  if (key === 'recipe.schedule') return SCHEDULES[word];
  return key === 'recipe.augmentation' ? readAugmentation(word) : undefined;
}

/** The value of a word; the present one when no word is given, or when it is of that kind already. */
function chosen<T extends { readonly kind: string }>(
  word: string | undefined,
  present: T,
  values: Readonly<Record<string, T>>,
): T {
  const value = word === undefined ? present : (values[word] ?? present);
  return value.kind === present.kind ? present : value;
}

function baseRecipe(word: string | undefined): TrainingRecipe {
  if (word === undefined) return QUICK_RECIPE;
  if (/[/\\]|\.json$/i.test(word)) return readRecipeFile(path.resolve(word));
  const preset = RECIPE_PRESETS.find(({ name }) => name === word.toLowerCase());
  if (preset !== undefined) return preset.recipe;
  const names = RECIPE_PRESETS.map(({ name }) => name);
  throw usage(`There is no recipe "${word}".`, `Write ${listOf(names)}, or the path of a JSON file.`);
}

function readRecipeFile(file: string): TrainingRecipe {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) {
    const action = 'Check the path, or give a recipe by name.';
    throw new DenseLabError('path-missing', `There is no recipe file ${file}.`, action);
  }
  if (!status.isFile() || status.size > LARGEST_RECIPE_FILE) {
    throw new DenseLabError('recipe-invalid', `${file} is not a recipe file.`, 'Give a JSON file with a recipe.');
  }
  return validateRecipe(parseJson(file, readFileSync(file, 'utf8')));
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const message = `The recipe file ${file} is not valid JSON.`;
    throw new DenseLabError('recipe-invalid', message, 'Correct it and try again.', String(thrown));
  }
}

function readClassWeights(
  text: string | undefined,
  present: TrainingRecipe['classWeights'],
): TrainingRecipe['classWeights'] {
  if (text === undefined) return present;
  if (text === 'balanced') return text;
  const weights = text.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (weights.length > 1 && weights.every(Number.isFinite)) return weights;
  throw usage(
    `The option --class-weights takes balanced or a list of numbers, not "${text}".`,
    'Write, say, --class-weights 1,2,0.5.',
  );
}
