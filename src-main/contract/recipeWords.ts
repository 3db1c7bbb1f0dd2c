/** Recipes in words, alike in the window and on the command line. */

import { assertNever } from './errors.ts';
import type { Augmentation, Optimizer, Schedule, TrainingRecipe } from './recipe.ts';

/** A setting and its value, to be read. */
export interface RecipeWord {
  readonly name: string;
  readonly value: string;
}

/** `x 0.1 at epoch 150 and 225`, `cosine to 0`: what the rate does after the warm-up. */
export function scheduleWords(schedule: Schedule, epochs: number): string {
  switch (schedule.kind) {
    case 'constant':
      return 'constant';
    case 'step': {
      const marks = schedule.milestones.map((share) => String(Math.round(10 * share * epochs) / 10));
      return marks.length === 0 ? 'constant' : `× ${String(schedule.factor)} at epoch ${marks.join(' and ')}`;
    }
    case 'cosine':
      return `cosine to ${percent(schedule.finalShare)} of the rate`;
    case 'oneCycle':
      return `one cycle, peak at ${percent(schedule.peakAt)} of training, from ${percent(schedule.startShare)} to ${percent(schedule.finalShare)} of the rate`;
    case 'plateau':
      return `× ${String(schedule.factor)} after ${plural(schedule.patience, 'epoch')} without a gain over ${String(schedule.minimumChange)}, down to ${percent(schedule.finalShare)}`;
    default:
      return assertNever(schedule);
  }
}

/** `SGD, Nesterov 0.9`. */
export function optimizerWords(optimizer: Optimizer): string {
  switch (optimizer.kind) {
    case 'sgd':
      return `SGD, ${optimizer.nesterov ? 'Nesterov' : 'momentum'} ${String(optimizer.momentum)}`;
    case 'adam':
    case 'adamw': {
      const name = optimizer.kind === 'adam' ? 'Adam' : 'AdamW';
      return `${name}, beta ${String(optimizer.beta1)} and ${String(optimizer.beta2)}, epsilon ${String(optimizer.epsilon)}`;
    }
    default:
      return assertNever(optimizer);
  }
}

/** `mirror, shift by 4 px`; `none` for images as they are. */
export function augmentationWords({ mirror, crop, colour, cutout, mixup }: Augmentation): string {
  const parts = [
    ...(mirror ? ['mirror'] : []),
    ...(crop.kind === 'shift' ? [`shift by ${String(crop.pixels)} px`] : []),
    ...(crop.kind === 'randomResized'
      ? [`crop ${percent(crop.smallestArea)} to 100%, ratio up to ${String(rounded(crop.largestRatio))}`]
      : []),
    ...(colour === null
      ? []
      : [
          `colour ± ${String(colour.brightness)} brightness, ${String(colour.contrast)} contrast, ${String(colour.saturation)} saturation`,
        ]),
    ...(cutout === null ? [] : [`cutout of ${String(cutout.size)} px`]),
    ...(mixup === null ? [] : [`mixup ${String(mixup.alpha)}`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Every setting in the order of the recipe's fields; those that change nothing are left out. */
export function recipeWords(recipe: TrainingRecipe): readonly RecipeWord[] {
  const { earlyStopping } = recipe;
  const words: readonly (readonly [string, string] | false)[] = [
    ['Epochs', String(recipe.epochs)],
    ['Batch', plural(recipe.batchSize, 'image')],
    ['Learning rate', String(recipe.learningRate)],
    recipe.warmUpEpochs > 0 && ['Warm-up', plural(recipe.warmUpEpochs, 'epoch')],
    ['Schedule', scheduleWords(recipe.schedule, recipe.epochs)],
    ['Optimizer', optimizerWords(recipe.optimizer)],
    ['Weight decay', `${String(recipe.weightDecay)}${recipe.weightDecayOn === 'weights' ? ' on weights alone' : ''}`],
    recipe.labelSmoothing > 0 && ['Label smoothing', String(recipe.labelSmoothing)],
    recipe.classWeights !== null && ['Class weights', classWeightWords(recipe.classWeights)],
    recipe.gradientClipping !== null && ['Gradient clipping', `norm ${String(recipe.gradientClipping)}`],
    recipe.accumulation > 1 && ['Accumulation', `${String(recipe.accumulation)} parts per step`],
    ['Augmentation', augmentationWords(recipe.augmentation)],
    recipe.normalisation === 'scale' && ['Normalisation', 'divided by 255'],
    earlyStopping !== null && [
      'Early stopping',
      `after ${plural(earlyStopping.patience, 'epoch')} without a gain over ${String(earlyStopping.minimumChange)}`,
    ],
    recipe.precision !== 'float32' && ['Precision', recipe.precision],
    recipe.recomputation !== null && ['Recomputation', recipe.recomputation ? 'on' : 'off'],
    ['Seed', String(recipe.seed)],
    ['Train images', recipe.limit === null ? 'all' : String(recipe.limit)],
  ];
  return words.flatMap((word) => (word === false ? [] : [{ name: word[0], value: word[1] }]));
}

function classWeightWords(weights: 'balanced' | readonly number[]): string {
  return weights === 'balanced' ? weights : weights.map((weight) => String(rounded(weight))).join(', ');
}

function percent(share: number): string {
  return `${String(rounded(100 * share))}%`;
}

/** Four digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function plural(count: number, unit: string): string {
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}
