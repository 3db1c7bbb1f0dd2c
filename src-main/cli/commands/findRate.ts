/** `denselab find-rate`. */

import type { RateSearch } from '../../contract/rates.ts';
import type { RateSearchEvent } from '../../contract/events.ts';
import { findRate } from '../../experiments/findRate.ts';
import { threadsFor } from '../../experiments/threads.ts';
import type { Call, Command } from '../command.ts';
import { readDevice } from '../devices.ts';
import { count, loss } from '../format.ts';
import { readModel } from '../models.ts';
import { facts } from '../table.ts';
import { PHASES } from '../../experiments/runLog.ts';
import { readRecipe, RECIPE_OPTIONS } from '../recipes.ts';

const DEFAULT_STEPS = 200;

/** Searches a learning rate for a network and a dataset; keeps nothing. */
export const findRateCommand: Command = {
  name: 'find-rate',
  operands: [],
  options: ['dataset', 'dataset-version', 'model', ...RECIPE_OPTIONS, 'device', 'steps'],
  summary: 'Find a learning rate: train a little while it rises, and see where the loss falls fastest',
  details: ['Nothing is stored. With --json it prints one object: steepest, tenthOfLowest, points.'],
  async run(call) {
    const search = await searching(call);
    call.output.clearStatus();
    call.output.result(search, () => describeSearch(search));
    return 0;
  },
};

async function searching({ args, parts, home, output }: Call): Promise<RateSearch> {
  const steps = args.number('steps') ?? DEFAULT_STEPS;
  const datasetVersion = args.number('dataset-version');
  const request = {
    dataset: args.required('dataset'),
    ...(datasetVersion === undefined ? {} : { datasetVersion }),
    model: readModel(args.required('model')),
    recipe: readRecipe(args),
    steps,
    device: readDevice(args),
  };
  const datasets = await parts.openDatasets(home);
  const cancelling = new AbortController();
  const stopListening = parts.onInterrupt(() => cancelling.abort());
  let step = 0;
  const onEvent = (event: RateSearchEvent): void => {
    if (event.event === 'rate') step++;
    output.status(statusOf(event, step, steps));
  };
  try {
    const { cacheDirectory, version, spawn } = parts;
    const search = { home, cacheDirectory, version, spawn, datasets, threads: threadsFor(parts.cores) };
    return await findRate(request, search, { onEvent, signal: cancelling.signal });
  } finally {
    stopListening();
  }
}

function statusOf(event: RateSearchEvent, step: number, steps: number): string {
  if (event.event === 'preparing') return `${PHASES[event.phase]} ...`;
  if (event.event !== 'rate') return '';
  const { rate, smoothed } = event.point;
  return `Step ${count(step)} of ${count(steps)}  rate ${rate.toPrecision(2)}  loss ${loss(smoothed)}`;
}

function describeSearch({ points, steepest, tenthOfLowest }: RateSearch): string[] {
  return facts([
    ['Learning rate', `${steepest.toPrecision(2)}, where the loss falls fastest`],
    ['Second opinion', `${tenthOfLowest.toPrecision(2)}, a tenth of where it is lowest`],
    ['Steps', count(points.length)],
  ]);
}
