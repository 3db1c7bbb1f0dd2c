/** The settings of a new run that a sweep can vary: how each is called, what it may be, and its path in a run. */

import type { ModelSpec, ResNetSpec } from '../../src-main/contract/model.ts';
import type { SweepValue } from '../../src-main/contract/sweep.ts';
import { choiceOf } from './architectureChoice.ts';
import { quantitiesOf } from './baselineChoice.ts';
import { fieldsInUse } from './recipeErrors.ts';
import { readField, readMilestones, sentenceOf, type RecipeField } from './recipeFields.ts';
import { CHOICE_LABELS, FIELD_LABELS } from './recipeLabels.ts';
import { recipeOf, withOptimizer, withSchedule, type RecipeChoices, type RecipeForm } from './recipeForm.ts';

/** A value that can be picked. */
export interface SweepOption {
  readonly id: string;
  readonly label: string;
  readonly value: SweepValue;
}

/** A setting that a sweep can vary. */
export type SweepField = {
  /** Path in a run: `model.growthRate`. */
  readonly key: string;
  readonly title: string;
} & (
  | {
      readonly kind: 'typed';
      readonly unit?: string;
      /** What stands between two values; a comma where the value is no list itself. */
      readonly separator: ',' | ';';
      readonly whole: boolean;
      /** The value of a text; null when it is none. */
      readonly read: (text: string) => SweepValue | null;
      /** What is said of a text that is none. */
      readonly sentence: string;
      /** As it stands in the form. */
      readonly present: string;
    }
  | {
      readonly kind: 'picked';
      readonly options: readonly SweepOption[];
      /** Id of what stands in the form. */
      readonly present: string;
    }
);

/** Where a typed field of the recipe lies in a run. */
export const RECIPE_PATHS: Readonly<Record<RecipeField, string>> = {
  epochs: 'recipe.epochs',
  batchSize: 'recipe.batchSize',
  learningRate: 'recipe.learningRate',
  limit: 'recipe.limit',
  warmUpEpochs: 'recipe.warmUpEpochs',
  milestones: 'recipe.schedule.milestones',
  factor: 'recipe.schedule.factor',
  peakAt: 'recipe.schedule.peakAt',
  startShare: 'recipe.schedule.startShare',
  finalShare: 'recipe.schedule.finalShare',
  patience: 'recipe.schedule.patience',
  minimumChange: 'recipe.schedule.minimumChange',
  momentum: 'recipe.optimizer.momentum',
  beta1: 'recipe.optimizer.beta1',
  beta2: 'recipe.optimizer.beta2',
  epsilon: 'recipe.optimizer.epsilon',
  weightDecay: 'recipe.weightDecay',
  labelSmoothing: 'recipe.labelSmoothing',
  gradientClipping: 'recipe.gradientClipping',
  shiftPixels: 'recipe.augmentation.crop.pixels',
  smallestArea: 'recipe.augmentation.crop.smallestArea',
  largestRatio: 'recipe.augmentation.crop.largestRatio',
  brightness: 'recipe.augmentation.colour.brightness',
  contrast: 'recipe.augmentation.colour.contrast',
  saturation: 'recipe.augmentation.colour.saturation',
  cutoutSize: 'recipe.augmentation.cutout.size',
  mixupAlpha: 'recipe.augmentation.mixup.alpha',
  stoppingPatience: 'recipe.earlyStopping.patience',
  stoppingChange: 'recipe.earlyStopping.minimumChange',
  accumulation: 'recipe.accumulation',
  seed: 'recipe.seed',
};

/** Where a choice of the recipe lies in a run. */
export const CHOICE_PATHS: Readonly<Record<keyof RecipeChoices, string>> = {
  schedule: 'recipe.schedule',
  optimizer: 'recipe.optimizer',
  nesterov: 'recipe.optimizer.nesterov',
  weightDecayOn: 'recipe.weightDecayOn',
  classWeights: 'recipe.classWeights',
  mirror: 'recipe.augmentation.mirror',
  crop: 'recipe.augmentation.crop',
  colour: 'recipe.augmentation.colour',
  cutout: 'recipe.augmentation.cutout',
  mixup: 'recipe.augmentation.mixup',
  stopping: 'recipe.earlyStopping',
  normalisation: 'recipe.normalisation',
  precision: 'recipe.precision',
  recomputation: 'recipe.recomputation',
};

/** The key under which seeds are typed; they are no axis, but repeat every combination. */
export const SEED_KEY = RECIPE_PATHS.seed;

/** Everything that can be varied in a network and a recipe as they stand, in the order of the form. */
export function sweepFields(model: ModelSpec, form: RecipeForm): readonly SweepField[] {
  const choices = Object.keys(CHOICE_PATHS).filter((key): key is keyof RecipeChoices => key in CHOICE_PATHS);
  return [
    ...modelFields(model),
    ...fieldsInUse(form.choices).map((field) => typedField(field, form)),
    ...choices
      .filter((choice) => choice !== 'nesterov' || form.choices.optimizer === 'sgd')
      .map((choice) => pickedField(choice, form)),
  ];
}

function typedField(field: RecipeField, form: RecipeForm): SweepField {
  const [title, unit] = FIELD_LABELS[field];
  const list = field === 'milestones';
  return {
    key: RECIPE_PATHS[field],
    title,
    kind: 'typed',
    ...(unit !== undefined && { unit }),
    separator: list ? ';' : ',',
    whole: WHOLE.includes(field),
    read: (text) => (list ? readMilestones(text) : readField(field, text)),
    sentence: list ? 'Give lists such as 50, 75; 60, 90.' : sentenceOf(field),
    present: form.texts[field],
  };
}

const WHOLE: readonly RecipeField[] = [
  'epochs',
  'batchSize',
  'limit',
  'patience',
  'shiftPixels',
  'cutoutSize',
  'stoppingPatience',
  'accumulation',
  'seed',
];

function pickedField(choice: keyof RecipeChoices, form: RecipeForm): SweepField {
  const { title, words } = CHOICE_LABELS[choice];
  const path = CHOICE_PATHS[choice].split('.').slice(1);
  const options = Object.entries(words).map(([id, label]): SweepOption => {
    const recipe = recipeOf(chosen(form, choice, id));
    return { id, label, value: JSON.parse(JSON.stringify(at(recipe, path))) };
  });
  return { key: CHOICE_PATHS[choice], title, kind: 'picked', options, present: String(form.choices[choice]) };
}

/** The form with another choice; a schedule and an optimizer come with the values that they begin with. */
function chosen(form: RecipeForm, choice: keyof RecipeChoices, id: string): RecipeForm {
  if (id === form.choices[choice]) return form;
  const value = id === 'true' || id === 'false' ? id === 'true' : id;
  const choices = { ...form.choices, [choice]: value };
  if (choice === 'schedule') return withSchedule(form, choices.schedule);
  return choice === 'optimizer' ? withOptimizer(form, choices.optimizer) : { ...form, choices };
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, field) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, field) : undefined),
    value,
  );
}

const SWITCH: readonly SweepOption[] = [
  { id: 'true', label: 'on', value: true },
  { id: 'false', label: 'off', value: false },
];

function modelFields(model: ModelSpec): readonly SweepField[] {
  if (model.family === 'densenet') {
    const { depth, growthRate, compression, dropoutRate, bottleneck } = choiceOf(model);
    return [
      number('model.depth', 'Depth L', depth, { least: 1, most: 1000, whole: true }),
      number('model.growthRate', 'Growth rate k', growthRate, { least: 1, most: 256, whole: true }),
      number('model.compression', 'Compression θ', compression, { least: 0.01, most: 1 }),
      number('model.dropoutRate', 'Dropout', dropoutRate, { least: 0, most: 0.95 }),
      {
        ...{ key: 'model.bottleneck', title: 'Bottleneck', kind: 'picked', options: SWITCH },
        present: String(bottleneck),
      },
    ];
  }
  const quantities = quantitiesOf(model, []).flatMap(({ key, label, value, min, step }) =>
    key === null
      ? []
      : [
          number(key, label, value, {
            least: min < 0 ? -20 : 0,
            most: 1000,
            whole: Number.isInteger(step) && min >= 1,
          }),
        ],
  );
  if (model.family !== 'resnet') return quantities;
  return [...quantities, ...residualChoices(model)];
}

function residualChoices({ shortcut, unit, widthFactor }: ResNetSpec): readonly SweepField[] {
  const picked = (key: string, title: string, present: string, ids: readonly string[]): SweepField => ({
    ...{ key, title, kind: 'picked', present },
    options: ids.map((id) => ({ id, label: id, value: id })),
  });
  const shortcuts = picked('model.shortcut', 'Shortcuts', shortcut, ['A', 'B']);
  return widthFactor > 1 ? [shortcuts] : [picked('model.unit', 'Units', unit, ['basic', 'bottleneck']), shortcuts];
}

interface Limits {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

function number(key: string, title: string, present: number, { least, most, whole = false }: Limits): SweepField {
  const read = (text: string): number | null => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const fits = value >= least && value <= most && (!whole || Number.isInteger(value));
    return fits ? value : null;
  };
  const kind = whole ? 'whole numbers' : 'numbers';
  const sentence = `Give ${kind} from ${String(least)} to ${String(most)}.`;
  return {
    key,
    title,
    kind: 'typed',
    separator: ',',
    whole,
    read,
    sentence,
    present: String(Number(present.toPrecision(6))),
  };
}
