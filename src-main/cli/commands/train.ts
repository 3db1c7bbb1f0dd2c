/** `denselab train`. */

import type { ModelSpec } from '../../contract/model.ts';
import type { RunRequest } from '../../contract/run.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readDevice } from '../devices.ts';
import { trainAndFollow } from '../following.ts';
import { readModel } from '../models.ts';
import { parseModelSpec } from '../../model/spec.ts';
import { readRecipe, RECIPE_OPTIONS } from '../recipes.ts';

/** Trains one network in a worker process, and follows it to its end. */
export const train: Command = {
  name: 'train',
  operands: [],
  options: ['dataset', 'dataset-version', 'model', ...RECIPE_OPTIONS, 'dropout', 'name', 'device', 'checkpoint-steps'],
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
  const [name, datasetVersion] = [args.text('name'), args.number('dataset-version')];
  return {
    dataset: args.required('dataset'),
    ...(datasetVersion === undefined ? {} : { datasetVersion }),
    model: readNetwork(args),
    recipe: readRecipe(args),
    ...(name === undefined ? {} : { name }),
    device: readDevice(args),
  };
}

/** The model, with the dropout that is asked for. */
function readNetwork(args: Arguments): ModelSpec {
  const model = readModel(args.required('model'));
  const dropoutRate = args.number('dropout');
  return dropoutRate === undefined ? model : parseModelSpec({ ...model, dropoutRate });
}
