/** What the settings of a recipe are called, and what can be chosen in them. */

import type { Optimizer, Schedule } from '../../src-main/contract/recipe.ts';
import type { RecipeField } from './recipeFields.ts';
import type { RecipeChoices } from './recipeForm.ts';

/** What a typed setting is called, and its unit. */
export const FIELD_LABELS: Readonly<Record<RecipeField, readonly [label: string, unit?: string]>> = {
  epochs: ['Epochs'],
  batchSize: ['Batch'],
  learningRate: ['Learning rate'],
  limit: ['Images'],
  warmUpEpochs: ['Warm-up', 'epochs'],
  milestones: ['Falls at', '%'],
  factor: ['To', '× rate'],
  peakAt: ['Peak at', '%'],
  startShare: ['Starts at', '× rate'],
  finalShare: ['Ends at', '× rate'],
  patience: ['After', 'flat epochs'],
  minimumChange: ['Least fall', 'loss'],
  momentum: ['Momentum'],
  beta1: ['β1'],
  beta2: ['β2'],
  epsilon: ['ε'],
  weightDecay: ['Weight decay'],
  labelSmoothing: ['Label smoothing'],
  gradientClipping: ['Largest gradient', 'norm'],
  shiftPixels: ['Shift by', 'px'],
  smallestArea: ['Smallest area', '%'],
  largestRatio: ['Largest ratio', ': 1'],
  brightness: ['Brightness', '±'],
  contrast: ['Contrast', '±'],
  saturation: ['Saturation', '±'],
  cutoutSize: ['Square of', 'px'],
  mixupAlpha: ['Mixup α'],
  stoppingPatience: ['After', 'flat epochs'],
  stoppingChange: ['Least gain', '%'],
  accumulation: ['Batch in parts'],
  seed: ['Seed'],
};

/** Names of the schedules. */
export const SCHEDULE_NAMES: Readonly<Record<Schedule['kind'], string>> = {
  constant: 'Constant',
  step: 'Steps',
  cosine: 'Cosine',
  oneCycle: 'One cycle',
  plateau: 'On plateaus',
};

/** Names of the optimizers. */
export const OPTIMIZER_NAMES: Readonly<Record<Optimizer['kind'], string>> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
};

/** What a choice is called, and the words for what can be chosen. */
export interface ChoiceLabel {
  readonly title: string;
  readonly words: Readonly<Record<string, string>>;
}

const ON_OFF = { true: 'on', false: 'off' } as const;

/** All choices. */
export const CHOICE_LABELS: Readonly<Record<keyof RecipeChoices, ChoiceLabel>> = {
  schedule: { title: 'Schedule', words: SCHEDULE_NAMES },
  optimizer: { title: 'Method', words: OPTIMIZER_NAMES },
  nesterov: { title: 'Nesterov', words: ON_OFF },
  weightDecayOn: { title: 'Decay on', words: { all: 'All', weights: 'Weights only' } },
  classWeights: { title: 'Classes', words: { none: 'All alike', balanced: 'Balanced' } },
  mirror: { title: 'Mirror', words: ON_OFF },
  crop: { title: 'Crop', words: { none: 'None', shift: 'Shift', randomResized: 'Resized' } },
  colour: { title: 'Colour', words: ON_OFF },
  cutout: { title: 'Cutout', words: ON_OFF },
  mixup: { title: 'Mixup', words: ON_OFF },
  stopping: { title: 'Stop early, keep the best', words: ON_OFF },
  normalisation: { title: 'Pixels', words: { channels: 'By channel', scale: '÷ 255' } },
  precision: { title: 'Precision', words: { float32: 'float32', bfloat16: 'bfloat16', auto: 'Faster' } },
  recomputation: { title: 'Recompute', words: { auto: 'By depth', on: 'Yes', off: 'No' } },
};
