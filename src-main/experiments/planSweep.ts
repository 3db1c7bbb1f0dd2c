/** What a sweep comes to on its dataset and this machine: runs, time and memory, before anything is stored. */

import { toFailure } from '../contract/errors.ts';
import type { DatasetDetail } from '../contract/dataset.ts';
import type { Forecast } from '../contract/forecast.ts';
import type { LeftOut, PlannedRun, SweepPlan, SweepRequest } from '../contract/sweep.ts';
import { heldOutSplitOf } from '../datasets/heldOut.ts';
import { titleOf } from '../model/spec.ts';
import { expandSweep, seedsOf, type SweptRun } from '../sweeps/expand.ts';
import { sweptName } from '../sweeps/naming.ts';
import { forecast, gatherKnowledge, type ForecastParts, type Knowledge } from './forecasting.ts';
import { prepareOn } from './prepare.ts';

/**
 * Plans a sweep; nothing is stored. A combination that the dataset refuses is left out with the reason.
 * @throws DenseLabError `sweep-invalid`, `sweep-too-large`; of the dataset as `prepareRun`
 */
export async function planSweep(request: SweepRequest, parts: ForecastParts): Promise<SweepPlan> {
  const { runs: swept, leftOut } = expandSweep(request);
  const dataset = await parts.datasets.show(request.base.dataset, request.base.datasetVersion);
  heldOutSplitOf(dataset);
  const planned = planRuns(swept, { request, dataset, knowledge: gatherKnowledge(parts) });
  return { runs: planned.runs, leftOut: [...leftOut, ...planned.leftOut], totals: totalsOf(planned.runs) };
}

interface Planning {
  readonly request: SweepRequest;
  readonly dataset: DatasetDetail;
  readonly knowledge: Knowledge;
}

function planRuns(swept: readonly SweptRun[], planning: Planning): Pick<SweepPlan, 'runs' | 'leftOut'> {
  const runs: PlannedRun[] = [];
  const leftOut: LeftOut[] = [];
  // Runs that differ in their seed alone take the same time, and are refused together.
  const known = new Map<string, Forecast | string>();
  for (const each of swept) {
    const subject = JSON.stringify([each.model, { ...each.recipe, seed: 0 }]);
    const earlier = known.get(subject);
    const found = earlier ?? forecastOrReason(each, planning);
    known.set(subject, found);
    if (typeof found !== 'string') runs.push(planned(each, found, planning));
    else if (earlier === undefined) {
      leftOut.push({ modelTitle: titleOf(each.model), values: each.values, reason: found });
    }
  }
  return { runs, leftOut };
}

function forecastOrReason(each: SweptRun, { request, dataset, knowledge }: Planning): Forecast | string {
  const { model, recipe } = each;
  try {
    return forecast(prepareOn({ ...request.base, model, recipe }, dataset), knowledge);
  } catch (thrown) {
    const { code, message } = toFailure(thrown);
    if (code === 'internal') throw thrown;
    return message;
  }
}

function planned(each: SweptRun, known: Forecast, { request, dataset }: Planning): PlannedRun {
  const { model, recipe, values, seed } = each;
  const name = sweptName(each, dataset.name, seedsOf(request).length > 1);
  return {
    request: { ...request.base, model, recipe, name },
    modelTitle: titleOf(model),
    values,
    seed,
    forecast: known,
  };
}

function totalsOf(runs: readonly PlannedRun[]): SweepPlan['totals'] {
  const times = runs.map(({ forecast: { time } }) => time?.secondsInAll ?? null);
  return {
    runs: runs.length,
    seconds: times.reduce<number | null>((sum, time) => (sum === null || time === null ? null : sum + time), 0),
    memory: Math.max(0, ...runs.map(({ forecast: { memory } }) => memory.bytes)),
    unfitting: runs.filter(({ forecast: { memory } }) => !memory.fits).length,
  };
}
