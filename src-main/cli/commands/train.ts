/** `denselab train`. */

import { NO_AUGMENTATION, QUICK_RECIPE, type TrainingRecipe } from '../../contract/recipe.ts';
import type { RunRequest } from '../../contract/run.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readDevice } from '../devices.ts';
import { trainAndFollow } from '../following.ts';
import { readModel } from '../models.ts';

/** Trains one network in a worker process, and follows it to its end. */
export const train: Command = {
  name: 'train',
  operands: [],
  options: [
    'dataset',
    'model',
    'epochs',
    'batch',
    'lr',
    'seed',
    'augment',
    'limit',
    'name',
    'device',
    'checkpoint-steps',
  ],
  summary: 'Train a model on a dataset, and keep the run',
  details: [
    'Ctrl-C stops between two steps and keeps a checkpoint; a second one ends the training at once.',
    'With --json every event is a line; the last is {"event":"finished","run":ID,"test":{"accuracy":X,"loss":X}}.',
  ],
  async run(call) {
    const request = readRequest(call.args);
    return trainAndFollow(
      call,
      (printer, run) => printer.begin(run),
      (coordinator) => coordinator.start(request),
    );
  },
};

function readRequest(args: Arguments): RunRequest {
  const name = args.text('name');
  return {
    dataset: args.required('dataset'),
    model: readModel(args.required('model')),
    recipe: readRecipe(args),
    ...(name === undefined ? {} : { name }),
    device: readDevice(args),
  };
}

/** The recipe that the options ask for. */
export function readRecipe(args: Arguments): TrainingRecipe {
  return {
    ...QUICK_RECIPE,
    epochs: args.number('epochs') ?? QUICK_RECIPE.epochs,
    batchSize: args.number('batch') ?? QUICK_RECIPE.batchSize,
    learningRate: args.number('lr') ?? QUICK_RECIPE.learningRate,
    seed: args.number('seed') ?? QUICK_RECIPE.seed,
    augmentation: args.text('augment') === 'none' ? NO_AUGMENTATION : QUICK_RECIPE.augmentation,
    limit: args.number('limit') ?? QUICK_RECIPE.limit,
  };
}
