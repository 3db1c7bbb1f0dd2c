/** Reading of training recipes. */

import { z } from 'zod';
import { DenseLabError } from '../contract/errors.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import { parseStrict } from './strict.ts';

/** The largest number that float32 holds, rounded down. */
const LARGEST_FLOAT32 = 3.4e38;
const SEEDS = 2 ** 31;

const recipeSchema = z.strictObject({
  epochs: z.int().min(1).max(100_000),
  batchSize: z.int().min(1).max(65_536),
  learningRate: z.number().gt(0).max(LARGEST_FLOAT32),
  schedule: z.strictObject({
    kind: z.literal('step'),
    milestones: z.array(z.number().gt(0).lt(1)).max(100),
    factor: z.number().gt(0).max(1),
  }),
  optimizer: z.strictObject({
    kind: z.literal('sgd'),
    momentum: z.number().min(0).lt(1),
    nesterov: z.boolean(),
  }),
  weightDecay: z.number().min(0).max(LARGEST_FLOAT32),
  augmentation: z.enum(['none', 'standard']),
  seed: z.int().min(0).lt(SEEDS),
  limit: z.int().min(1).nullable(),
}) satisfies z.ZodType<TrainingRecipe>;

/**
 * Reads a recipe: strict about names, types and ranges, and about fields that contradict each other.
 * @throws DenseLabError `recipe-invalid` naming the field; `batch-too-large` when a batch holds more than the limit.
 */
export function validateRecipe(recipe: unknown): TrainingRecipe {
  const parsed = parseStrict(recipeSchema, recipe, { code: 'recipe-invalid', subject: 'The recipe' });
  const { milestones } = parsed.schedule;
  const unordered = milestones.find((milestone, index) => index > 0 && milestone <= (milestones[index - 1] ?? 0));
  if (unordered !== undefined) {
    throw new DenseLabError(
      'recipe-invalid',
      `The recipe has the milestone ${String(unordered)} at or before the one that it follows.`,
      'List schedule.milestones in rising order, each once.',
    );
  }
  if (parsed.optimizer.nesterov && parsed.optimizer.momentum === 0) {
    throw new DenseLabError(
      'recipe-invalid',
      'The recipe has optimizer.nesterov true with optimizer.momentum 0: Nesterov needs a momentum.',
      'Set optimizer.momentum above 0, or optimizer.nesterov to false.',
    );
  }
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
