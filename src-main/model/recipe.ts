/** Reading of training recipes. */

import { z } from 'zod';
import { DenseLabError } from '../contract/errors.ts';
import { completeRecipe, type TrainingRecipe } from '../contract/recipe.ts';
import { checkContradictions } from './contradictions.ts';
import { parseStrict } from './strict.ts';

/** The largest number that float32 holds, rounded down. */
const LARGEST_FLOAT32 = 3.4e38;
const SEEDS = 2 ** 31;
const MOST_EPOCHS = 100_000;
/** Beyond these, sampling from Beta(alpha, alpha) is slow or inexact. */
const MIXUP_ALPHA = { least: 0.05, most: 4 };

const share = z.number().min(0).max(1);
const amount = z.number().min(0).max(LARGEST_FLOAT32);
const decayRate = z.number().min(0).lt(1);
const moments = { beta1: decayRate, beta2: decayRate, epsilon: z.number().gt(0).max(1) };

const schedule = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('constant') }),
    z.strictObject({
      kind: z.literal('step'),
      milestones: z.array(z.number().gt(0).lt(1)).max(100),
      factor: z.number().gt(0).max(1),
    }),
    z.strictObject({ kind: z.literal('cosine'), finalShare: share }),
    z.strictObject({
      kind: z.literal('oneCycle'),
      peakAt: z.number().gt(0).lt(1),
      startShare: z.number().gt(0).max(1),
      finalShare: share,
    }),
    z.strictObject({
      kind: z.literal('plateau'),
      factor: z.number().gt(0).lt(1),
      patience: z.int().min(0).max(MOST_EPOCHS),
      minimumChange: amount,
      finalShare: share,
    }),
  ],
  { error: 'must be "constant", "step", "cosine", "oneCycle" or "plateau"' },
);

const optimizer = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('sgd'), momentum: decayRate, nesterov: z.boolean() }),
    z.strictObject({ kind: z.literal('adam'), ...moments }),
    z.strictObject({ kind: z.literal('adamw'), ...moments }),
  ],
  { error: 'must be "sgd", "adam" or "adamw"' },
);

const crop = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('shift'), pixels: z.int().min(1).max(512) }),
    z.strictObject({
      kind: z.literal('randomResized'),
      smallestArea: z.number().gt(0).max(1),
      largestRatio: z.number().min(1).max(10),
    }),
  ],
  { error: 'must be "none", "shift" or "randomResized"' },
);

const augmentation = z.strictObject({
  mirror: z.boolean(),
  crop,
  colour: z.strictObject({ brightness: share, contrast: share, saturation: share }).nullable(),
  cutout: z.strictObject({ size: z.int().min(1).max(512) }).nullable(),
  mixup: z.strictObject({ alpha: z.number().min(MIXUP_ALPHA.least).max(MIXUP_ALPHA.most) }).nullable(),
});

const recipeSchema = z.strictObject({
  epochs: z.int().min(1).max(MOST_EPOCHS),
  batchSize: z.int().min(1).max(65_536),
  learningRate: z.number().gt(0).max(LARGEST_FLOAT32),
  warmUpEpochs: z.number().min(0).max(MOST_EPOCHS),
  schedule,
  optimizer,
  weightDecay: amount,
  weightDecayOn: z.enum(['all', 'weights']),
  labelSmoothing: z.number().min(0).lt(1),
  classWeights: z
    .union([z.literal('balanced'), z.array(z.number().gt(0).max(LARGEST_FLOAT32)).min(2)], {
      error: 'must be null, "balanced" or a list of numbers above 0, one for each class',
    })
    .nullable(),
  gradientClipping: z.number().gt(0).max(LARGEST_FLOAT32).nullable(),
  accumulation: z.int().min(1).max(65_536),
  augmentation,
  normalisation: z.enum(['channels', 'scale']),
  earlyStopping: z.strictObject({ patience: z.int().min(1).max(MOST_EPOCHS), minimumChange: share }).nullable(),
  precision: z.enum(['float32', 'bfloat16', 'auto']),
  recomputation: z.boolean().nullable(),
  seed: z.int().min(0).lt(SEEDS),
  limit: z.int().min(1).nullable(),
}) satisfies z.ZodType<TrainingRecipe>;

/**
 * Reads a recipe: strict about names, types and ranges, and about fields that contradict each other. What an older version
 * did not name takes the meaning that it had.
 * @throws DenseLabError `recipe-invalid` naming the field; `batch-too-large` when a batch holds more than the limit.
 */
export function validateRecipe(recipe: unknown): TrainingRecipe {
  const whole = typeof recipe === 'object' && recipe !== null ? completeRecipe(recipe) : recipe;
  const parsed = parseStrict(recipeSchema, whole, { code: 'recipe-invalid', subject: 'The recipe' });
  checkContradictions(parsed);
  if (parsed.limit !== null) checkBatchFits(parsed, parsed.limit);
  return parsed;
}

/**
 * Checks a recipe against a dataset.
 * @param trainImages images of the train split; the recipe's own limit counts as well
 * @throws DenseLabError `batch-too-large` naming both numbers.
 */
export function checkBatchFits(recipe: TrainingRecipe, trainImages: number): void {
  const available = Math.min(recipe.limit ?? trainImages, trainImages);
  if (recipe.batchSize <= available) return;
  const origin = recipe.limit !== null && recipe.limit <= trainImages ? 'the limit' : 'the train split';
  throw new DenseLabError(
    'batch-too-large',
    `A batch of ${String(recipe.batchSize)} images is larger than ${origin} of ${String(available)}.`,
    `Use a batch size of at most ${String(available)}.`,
  );
}

/**
 * Checks a recipe against the images of a dataset and its classes.
 * @throws DenseLabError `recipe-invalid` naming the field.
 */
export function checkRecipeFits(
  { augmentation: { crop: part, cutout }, classWeights }: TrainingRecipe,
  dataset: { readonly height: number; readonly width: number; readonly classes: number },
): void {
  const { height, width, classes } = dataset;
  const size = `${String(height)}x${String(width)}`;
  if (Array.isArray(classWeights) && classWeights.length !== classes) {
    throw new DenseLabError(
      'recipe-invalid',
      `The recipe has ${String(classWeights.length)} class weights, but the dataset has ${String(classes)} classes.`,
      'Give one weight for each class, or "balanced".',
    );
  }
  const smaller = Math.min(height, width);
  if (cutout !== null && cutout.size > smaller) {
    throw new DenseLabError(
      'recipe-invalid',
      `The recipe cuts out squares of ${String(cutout.size)} pixels, but the images have ${size}.`,
      `Set augmentation.cutout.size to at most ${String(smaller)}.`,
    );
  }
  if (part.kind === 'shift' && part.pixels >= smaller) {
    throw new DenseLabError(
      'recipe-invalid',
      `The recipe shifts images by up to ${String(part.pixels)} pixels, but they have ${size}.`,
      `Set augmentation.crop.pixels to at most ${String(smaller - 1)}.`,
    );
  }
}
