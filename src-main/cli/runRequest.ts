/** What to train, from the options of a command. */

import type { ModelSpec } from '../contract/model.ts';
import type { RunRequest } from '../contract/run.ts';
import { parseModelSpec } from '../model/spec.ts';
import type { Arguments } from './arguments.ts';
import { readDevice } from './devices.ts';
import { readModel } from './models.ts';
import type { OptionName } from './options.ts';
import { readRecipe, RECIPE_OPTIONS } from './recipes.ts';

/** The options that say what to train. */
export const REQUEST_OPTIONS: readonly OptionName[] = [
  ...(['dataset', 'dataset-version', 'model'] as const),
  ...RECIPE_OPTIONS,
  ...(['dropout', 'name', 'device'] as const),
];

/** The request of a command line. @throws DenseLabError `usage`, `model-unknown`, `model-invalid`, `recipe-invalid` */
export function readRequest(args: Arguments): RunRequest {
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
