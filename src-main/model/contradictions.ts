/** Fields of a recipe that are each allowed, and cannot be meant together. */

import { DenseLabError } from '../contract/errors.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';

/** What is wrong and what to do, as the error tells it. */
type Complaint = readonly [message: string, action: string];

/** @throws DenseLabError `recipe-invalid` naming the first pair of fields that contradict each other. */
export function checkContradictions(recipe: TrainingRecipe): void {
  const complaint =
    milestones(recipe) ?? warmUp(recipe) ?? momentum(recipe) ?? parts(recipe) ?? patience(recipe) ?? decay(recipe);
  if (complaint !== undefined) throw new DenseLabError('recipe-invalid', ...complaint);
}

function milestones({ schedule }: TrainingRecipe): Complaint | undefined {
  if (schedule.kind !== 'step') return undefined;
  const unordered = schedule.milestones.find((one, index, all) => index > 0 && one <= (all[index - 1] ?? 0));
  if (unordered === undefined) return undefined;
  return [
    `The recipe has the milestone ${String(unordered)} at or before the one that it follows.`,
    'List schedule.milestones in rising order, each once.',
  ];
}

function warmUp({ warmUpEpochs, epochs, schedule }: TrainingRecipe): Complaint | undefined {
  if (warmUpEpochs >= epochs && warmUpEpochs > 0) {
    return [
      `The recipe has warmUpEpochs ${String(warmUpEpochs)}, which leaves nothing of its epochs ${String(epochs)}.`,
      `Set warmUpEpochs below ${String(epochs)}.`,
    ];
  }
  if (warmUpEpochs === 0 || schedule.kind !== 'oneCycle') return undefined;
  return [
    `The recipe has warmUpEpochs ${String(warmUpEpochs)} with the schedule oneCycle, which warms up by itself.`,
    'Set warmUpEpochs to 0, or choose another schedule.',
  ];
}

function momentum({ optimizer }: TrainingRecipe): Complaint | undefined {
  if (optimizer.kind !== 'sgd' || !optimizer.nesterov || optimizer.momentum > 0) return undefined;
  return [
    'The recipe has optimizer.nesterov true with optimizer.momentum 0: Nesterov needs a momentum.',
    'Set optimizer.momentum above 0, or optimizer.nesterov to false.',
  ];
}

/** BatchNorm needs two images in each part of a batch. */
function parts({ accumulation, batchSize }: TrainingRecipe): Complaint | undefined {
  if (accumulation === 1 || Math.ceil(batchSize / accumulation) > 1) return undefined;
  return [
    `The recipe has accumulation ${String(accumulation)}, which cuts its batchSize ${String(batchSize)} into single images.`,
    `Set accumulation to at most ${String(Math.max(1, Math.floor(batchSize / 2)))}.`,
  ];
}

function patience({ earlyStopping, epochs }: TrainingRecipe): Complaint | undefined {
  if (earlyStopping === null || earlyStopping.patience < epochs) return undefined;
  return [
    `The recipe has earlyStopping.patience ${String(earlyStopping.patience)}, which its epochs ${String(epochs)} never reach.`,
    'Set earlyStopping.patience below epochs, or earlyStopping to null.',
  ];
}

function decay({ weightDecay, weightDecayOn }: TrainingRecipe): Complaint | undefined {
  if (weightDecay > 0 || weightDecayOn === 'all') return undefined;
  return [
    'The recipe has weightDecayOn "weights" with weightDecay 0: nothing decays.',
    'Set weightDecay above 0, or weightDecayOn to "all".',
  ];
}
