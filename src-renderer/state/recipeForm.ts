/** A recipe as a form has it: texts as they were typed, and choices; and the recipe that it comes to. */

import { QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import type { Augmentation, Crop, Optimizer, Schedule, TrainingRecipe } from '../../src-main/contract/recipe.ts';
import { assertNever } from '../../src-main/contract/errors.ts';
import { percentText, readField, readMilestones, type RecipeField, type RecipeTexts } from './recipeFields.ts';

/** Settings that are chosen. */
export interface RecipeChoices {
  readonly schedule: Schedule['kind'];
  readonly optimizer: Optimizer['kind'];
  readonly nesterov: boolean;
  readonly weightDecayOn: TrainingRecipe['weightDecayOn'];
  readonly classWeights: 'none' | 'balanced';
  readonly mirror: boolean;
  readonly crop: Crop['kind'];
  readonly colour: boolean;
  readonly cutout: boolean;
  readonly mixup: boolean;
  readonly stopping: boolean;
  readonly normalisation: TrainingRecipe['normalisation'];
  readonly precision: TrainingRecipe['precision'];
  readonly recomputation: 'auto' | 'on' | 'off';
}

/** Plain JSON, so that it can be remembered. */
export interface RecipeForm {
  readonly texts: RecipeTexts;
  readonly choices: RecipeChoices;
}

/** What a schedule begins with when it is chosen. */
const SCHEDULE_TEXTS: Readonly<Record<Schedule['kind'], Partial<RecipeTexts>>> = {
  constant: {},
  step: { milestones: '50, 75', factor: '0.1' },
  cosine: { finalShare: '0' },
  oneCycle: { peakAt: '30', startShare: '0.04', finalShare: '0.0001', warmUpEpochs: '0' },
  plateau: { factor: '0.1', patience: '10', minimumChange: '0.0001', finalShare: '0' },
};

/** What an optimizer begins with when it is chosen; Adam's rate and decay are those that its papers use. */
const OPTIMIZER_TEXTS: Readonly<Record<Optimizer['kind'], Partial<RecipeTexts>>> = {
  sgd: { momentum: '0.9', learningRate: '0.1', weightDecay: '0.0001' },
  adam: { beta1: '0.9', beta2: '0.999', epsilon: '1e-8', learningRate: '0.001', weightDecay: '0' },
  adamw: { beta1: '0.9', beta2: '0.999', epsilon: '1e-8', learningRate: '0.001', weightDecay: '0.01' },
};

/** Texts of what no recipe holds while it is switched off. */
const UNUSED_TEXTS: RecipeTexts = {
  epochs: '',
  batchSize: '',
  learningRate: '',
  limit: '',
  warmUpEpochs: '0',
  milestones: '50, 75',
  factor: '0.1',
  peakAt: '30',
  startShare: '0.04',
  finalShare: '0',
  patience: '10',
  minimumChange: '0.0001',
  momentum: '0.9',
  beta1: '0.9',
  beta2: '0.999',
  epsilon: '1e-8',
  weightDecay: '0',
  labelSmoothing: '0',
  gradientClipping: '',
  shiftPixels: '4',
  smallestArea: '8',
  largestRatio: '1.33333',
  brightness: '0.4',
  contrast: '0.4',
  saturation: '0.4',
  cutoutSize: '8',
  mixupAlpha: '0.2',
  stoppingPatience: '10',
  stoppingChange: '0',
  accumulation: '1',
  seed: '1',
};

/** The form that shows a recipe. */
export function formOf(recipe: TrainingRecipe): RecipeForm {
  const { schedule, optimizer, augmentation, earlyStopping } = recipe;
  return {
    texts: {
      ...UNUSED_TEXTS,
      epochs: String(recipe.epochs),
      batchSize: String(recipe.batchSize),
      learningRate: String(recipe.learningRate),
      limit: recipe.limit === null ? '' : String(recipe.limit),
      warmUpEpochs: String(recipe.warmUpEpochs),
      ...scheduleTexts(schedule),
      ...optimizerTexts(optimizer),
      weightDecay: String(recipe.weightDecay),
      labelSmoothing: String(recipe.labelSmoothing),
      gradientClipping: recipe.gradientClipping === null ? '' : String(recipe.gradientClipping),
      ...augmentationTexts(augmentation),
      ...(earlyStopping !== null && {
        stoppingPatience: String(earlyStopping.patience),
        stoppingChange: percentText(earlyStopping.minimumChange),
      }),
      accumulation: String(recipe.accumulation),
      seed: String(recipe.seed),
    },
    choices: {
      schedule: schedule.kind,
      optimizer: optimizer.kind,
      nesterov: optimizer.kind === 'sgd' ? optimizer.nesterov : true,
      weightDecayOn: recipe.weightDecayOn,
      classWeights: recipe.classWeights === 'balanced' ? 'balanced' : 'none',
      mirror: augmentation.mirror,
      crop: augmentation.crop.kind,
      colour: augmentation.colour !== null,
      cutout: augmentation.cutout !== null,
      mixup: augmentation.mixup !== null,
      stopping: earlyStopping !== null,
      normalisation: recipe.normalisation,
      precision: recipe.precision,
      recomputation: recipe.recomputation === null ? 'auto' : recipe.recomputation ? 'on' : 'off',
    },
  };
}

/** The recipe as it stands; fields that say nothing sensible keep the value of the quick recipe. */
export function recipeOf({ texts, choices }: RecipeForm): TrainingRecipe {
  const value = (field: Exclude<RecipeField, 'milestones'>): number =>
    readField(field, texts[field]) ?? readField(field, FALLBACK.texts[field]) ?? 0;
  const optional = (field: 'limit' | 'gradientClipping'): number | null => readField(field, texts[field]);
  const weightDecay = value('weightDecay');
  return {
    epochs: value('epochs'),
    batchSize: value('batchSize'),
    learningRate: value('learningRate'),
    warmUpEpochs: choices.schedule === 'oneCycle' ? 0 : value('warmUpEpochs'),
    schedule: scheduleOf(choices.schedule, texts.milestones, value),
    optimizer: optimizerOf(choices, value),
    weightDecay,
    weightDecayOn: weightDecay === 0 ? 'all' : choices.weightDecayOn,
    labelSmoothing: value('labelSmoothing'),
    classWeights: choices.classWeights === 'none' ? null : choices.classWeights,
    gradientClipping: optional('gradientClipping'),
    accumulation: value('accumulation'),
    augmentation: augmentationOf(choices, value),
    normalisation: choices.normalisation,
    earlyStopping: choices.stopping
      ? { patience: value('stoppingPatience'), minimumChange: value('stoppingChange') }
      : null,
    precision: choices.precision,
    recomputation: choices.recomputation === 'auto' ? null : choices.recomputation === 'on',
    seed: value('seed'),
    limit: optional('limit'),
  };
}

/** The form with another schedule, and what that begins with. */
export function withSchedule({ texts, choices }: RecipeForm, schedule: Schedule['kind']): RecipeForm {
  return { texts: { ...texts, ...SCHEDULE_TEXTS[schedule] }, choices: { ...choices, schedule } };
}

/** The form with another optimizer, and a rate and decay that suit it. */
export function withOptimizer({ texts, choices }: RecipeForm, optimizer: Optimizer['kind']): RecipeForm {
  return { texts: { ...texts, ...OPTIMIZER_TEXTS[optimizer] }, choices: { ...choices, optimizer } };
}

type Value = (field: Exclude<RecipeField, 'milestones'>) => number;

const FALLBACK = formOf(QUICK_RECIPE);

function scheduleOf(kind: Schedule['kind'], milestones: string, value: Value): Schedule {
  switch (kind) {
    case 'constant':
      return { kind };
    case 'step':
      return { kind, milestones: readMilestones(milestones) ?? [], factor: value('factor') };
    case 'cosine':
      return { kind, finalShare: value('finalShare') };
    case 'oneCycle':
      return {
        kind,
        peakAt: value('peakAt'),
        startShare: value('startShare'),
        finalShare: value('finalShare'),
      };
    case 'plateau':
      return {
        kind,
        factor: value('factor'),
        patience: value('patience'),
        minimumChange: value('minimumChange'),
        finalShare: value('finalShare'),
      };
    default:
      return assertNever(kind);
  }
}

function optimizerOf({ optimizer: kind, nesterov }: RecipeChoices, value: Value): Optimizer {
  if (kind === 'sgd') return { kind, momentum: value('momentum'), nesterov };
  return { kind, beta1: value('beta1'), beta2: value('beta2'), epsilon: value('epsilon') };
}

function augmentationOf(choices: RecipeChoices, value: Value): Augmentation {
  return {
    mirror: choices.mirror,
    crop: cropOf(choices.crop, value),
    colour: choices.colour
      ? { brightness: value('brightness'), contrast: value('contrast'), saturation: value('saturation') }
      : null,
    cutout: choices.cutout ? { size: value('cutoutSize') } : null,
    mixup: choices.mixup ? { alpha: value('mixupAlpha') } : null,
  };
}

function cropOf(kind: Crop['kind'], value: Value): Crop {
  switch (kind) {
    case 'none':
      return { kind };
    case 'shift':
      return { kind, pixels: value('shiftPixels') };
    case 'randomResized':
      return { kind, smallestArea: value('smallestArea'), largestRatio: value('largestRatio') };
    default:
      return assertNever(kind);
  }
}

function scheduleTexts(schedule: Schedule): Partial<RecipeTexts> {
  switch (schedule.kind) {
    case 'constant':
      return {};
    case 'step':
      return { milestones: schedule.milestones.map(percentText).join(', '), factor: String(schedule.factor) };
    case 'cosine':
      return { finalShare: String(schedule.finalShare) };
    case 'oneCycle':
      return {
        peakAt: percentText(schedule.peakAt),
        startShare: String(schedule.startShare),
        finalShare: String(schedule.finalShare),
      };
    case 'plateau':
      return {
        factor: String(schedule.factor),
        patience: String(schedule.patience),
        minimumChange: String(schedule.minimumChange),
        finalShare: String(schedule.finalShare),
      };
    default:
      return assertNever(schedule);
  }
}

function optimizerTexts(optimizer: Optimizer): Partial<RecipeTexts> {
  if (optimizer.kind === 'sgd') return { momentum: String(optimizer.momentum) };
  const { beta1, beta2, epsilon } = optimizer;
  return { beta1: String(beta1), beta2: String(beta2), epsilon: String(epsilon) };
}

function augmentationTexts({ crop, colour, cutout, mixup }: Augmentation): Partial<RecipeTexts> {
  return {
    ...(crop.kind === 'shift' && { shiftPixels: String(crop.pixels) }),
    ...(crop.kind === 'randomResized' && {
      smallestArea: percentText(crop.smallestArea),
      largestRatio: String(Number(crop.largestRatio.toPrecision(6))),
    }),
    ...(colour !== null && {
      brightness: String(colour.brightness),
      contrast: String(colour.contrast),
      saturation: String(colour.saturation),
    }),
    ...(cutout !== null && { cutoutSize: String(cutout.size) }),
    ...(mixup !== null && { mixupAlpha: String(mixup.alpha) }),
  };
}
