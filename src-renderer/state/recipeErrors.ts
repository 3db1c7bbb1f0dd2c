/** What stands against a recipe, at the field that mends it. */

import { counted, readField, readMilestones, sentenceOf, type RecipeField } from './recipeFields.ts';
import { recipeOf, type RecipeChoices, type RecipeForm } from './recipeForm.ts';
import type { TrainingRecipe } from '../../src-main/contract/recipe.ts';

/** What is wrong, by field, as a sentence. */
export type RecipeErrors = Readonly<Partial<Record<RecipeField, string>>>;

/** What is trained on. */
export interface RecipeInput {
  /** Images of the train split. */
  readonly trainImages: number;
  readonly height: number;
  readonly width: number;
}

const ALWAYS: readonly RecipeField[] = [
  'epochs',
  'batchSize',
  'learningRate',
  'limit',
  'weightDecay',
  'labelSmoothing',
  'gradientClipping',
  'accumulation',
  'seed',
];

const SCHEDULE_FIELDS: Readonly<Record<RecipeChoices['schedule'], readonly RecipeField[]>> = {
  constant: ['warmUpEpochs'],
  step: ['milestones', 'factor', 'warmUpEpochs'],
  cosine: ['finalShare', 'warmUpEpochs'],
  oneCycle: ['peakAt', 'startShare', 'finalShare'],
  plateau: ['factor', 'patience', 'minimumChange', 'finalShare', 'warmUpEpochs'],
};

const CROP_FIELDS: Readonly<Record<RecipeChoices['crop'], readonly RecipeField[]>> = {
  none: [],
  shift: ['shiftPixels'],
  randomResized: ['smallestArea', 'largestRatio'],
};

/** Fields of the schedule, in the order in which they are shown. */
export function scheduleFields(choices: Pick<RecipeChoices, 'schedule'>): readonly RecipeField[] {
  return SCHEDULE_FIELDS[choices.schedule];
}

/** Fields of the optimizer. */
export function optimizerFields({ optimizer }: Pick<RecipeChoices, 'optimizer'>): readonly RecipeField[] {
  return optimizer === 'sgd' ? ['momentum'] : ['beta1', 'beta2', 'epsilon'];
}

/** Fields of the crop. */
export function cropFields({ crop }: Pick<RecipeChoices, 'crop'>): readonly RecipeField[] {
  return CROP_FIELDS[crop];
}

/** Everything that is wrong; empty when it can start. Settings that are switched off count for nothing. */
export function errorsOf(form: RecipeForm, input: RecipeInput): RecipeErrors {
  const unreadable = fieldsInUse(form.choices).filter((field) => !isReadable(field, form.texts[field]));
  return {
    ...Object.fromEntries(contradictions(recipeOf(form), input)),
    ...Object.fromEntries(unreadable.map((field) => [field, sentenceOf(field)])),
  };
}

/** The typed fields that count while the choices are as they are. */
export function fieldsInUse(choices: RecipeChoices): readonly RecipeField[] {
  return [
    ...ALWAYS,
    ...scheduleFields(choices),
    ...optimizerFields(choices),
    ...cropFields(choices),
    ...(choices.colour ? (['brightness', 'contrast', 'saturation'] as const) : []),
    ...(choices.cutout ? (['cutoutSize'] as const) : []),
    ...(choices.mixup ? (['mixupAlpha'] as const) : []),
    ...(choices.stopping ? (['stoppingPatience', 'stoppingChange'] as const) : []),
  ];
}

function isReadable(field: RecipeField, text: string): boolean {
  if (field === 'milestones') return readMilestones(text) !== null;
  const optional = field === 'limit' || field === 'gradientClipping';
  return (optional && text.trim() === '') || readField(field, text) !== null;
}

type Complaint = readonly [field: RecipeField, sentence: string];

/** Fields that are each allowed, and cannot be meant together or with this dataset; as the main process would refuse them. */
function contradictions(recipe: TrainingRecipe, input: RecipeInput): readonly Complaint[] {
  const { epochs, batchSize, accumulation, optimizer, earlyStopping } = recipe;
  const complaints: Complaint[] = [...sizes(recipe, input)];
  if (recipe.warmUpEpochs >= epochs && recipe.warmUpEpochs > 0) {
    complaints.push(['warmUpEpochs', `The warm-up leaves nothing of the ${counted(epochs)} epochs.`]);
  }
  if (optimizer.kind === 'sgd' && optimizer.nesterov && optimizer.momentum === 0) {
    complaints.push(['momentum', 'Nesterov needs a momentum above 0.']);
  }
  if (accumulation > 1 && Math.ceil(batchSize / accumulation) < 2) {
    complaints.push(['accumulation', `Cuts the batch of ${counted(batchSize)} into single images.`]);
  }
  if (earlyStopping !== null && earlyStopping.patience >= epochs) {
    complaints.push(['stoppingPatience', `The ${counted(epochs)} epochs never get there.`]);
  }
  return complaints;
}

function sizes(recipe: TrainingRecipe, { trainImages, height, width }: RecipeInput): readonly Complaint[] {
  const { batchSize, limit, augmentation } = recipe;
  const complaints: Complaint[] = [];
  const available = Math.min(limit ?? trainImages, trainImages);
  const smaller = Math.min(height, width);
  const size = `${String(height)}×${String(width)}`;
  if (limit !== null && limit > trainImages) {
    complaints.push(['limit', `The train split has ${counted(trainImages)} images.`]);
  }
  if (batchSize > available) {
    const origin = limit !== null && limit < trainImages ? 'the limit' : 'the train split';
    complaints.push([
      'batchSize',
      `A batch of ${counted(batchSize)} is larger than ${origin} of ${counted(available)} images.`,
    ]);
  }
  if (augmentation.crop.kind === 'shift' && augmentation.crop.pixels >= smaller) {
    complaints.push(['shiftPixels', `The images have ${size}.`]);
  }
  if (augmentation.cutout !== null && augmentation.cutout.size > smaller) {
    complaints.push(['cutoutSize', `The images have ${size}.`]);
  }
  return complaints;
}
