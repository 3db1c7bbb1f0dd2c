/** What a run will take on this machine: memory by estimate, time by what was measured here. */

import type { Forecast, MemoryForecast, TimeForecast } from '../contract/forecast.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { RunRequest } from '../contract/run.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { estimateMemory, largestPass } from '../model/memory.ts';
import type { NewRun } from '../runs/runTable.ts';
import type { RunReader, RunTiming } from '../runs/reader.ts';
import { computingEvidence, isOnGpu, possibleWays, type Computing, type ComputingEvidence } from './computing.ts';
import { machineMemory, type MachineMemory } from './memory.ts';
import { prepareRun, type PreparedRun } from './prepare.ts';

/** What a forecast works with. */
export interface ForecastParts {
  readonly cacheDirectory: string;
  readonly datasets: DatasetStore;
  readonly runs: Pick<RunReader, 'timings'>;
  readonly threads: { readonly intraOp: number; readonly interOp: number };
}

/** What is known of this machine at one moment, for one forecast or for all of a sweep. */
export interface Knowledge {
  readonly machine: MachineMemory;
  readonly evidence: ComputingEvidence;
  readonly timings: (run: NewRun) => readonly RunTiming[];
}

/** Looks at the machine and its runs. */
export function gatherKnowledge({ cacheDirectory, runs }: ForecastParts): Knowledge {
  return {
    machine: machineMemory(),
    evidence: computingEvidence(cacheDirectory),
    timings: ({ model, dataset }) => runs.timings(model, dataset.contentHash),
  };
}

/** Foretells one run. @throws DenseLabError as `prepareRun` */
export async function forecastRun(request: RunRequest, parts: ForecastParts): Promise<Forecast> {
  return forecast(await prepareRun(request, parts.datasets), gatherKnowledge(parts));
}

/** Foretells a run that was prepared. */
export function forecast({ run, plan }: Pick<PreparedRun, 'run' | 'plan'>, knowledge: Knowledge): Forecast {
  const [way, ...others] = possibleWays(plan, run.recipe, run.device ?? 'auto', knowledge.evidence);
  const timed = [way, ...others].map((each) => ({ ...each, time: measuredTime(run, each, knowledge) }));
  const fastest = timed.reduce((best, each) => (secondsOf(each) < secondsOf(best) ? each : best));
  return {
    parameters: plan.parameters,
    multiplyAdds: plan.multiplyAdds,
    stepsPerEpoch: run.stepsPerEpoch,
    epochs: run.recipe.epochs,
    precision: fastest.precision,
    kernels: fastest.kernels,
    memory: memoryForecast(plan, run, knowledge.machine),
    time: fastest.time,
  };
}

function secondsOf({ time }: { readonly time: TimeForecast | null }): number {
  return time?.secondsPerEpoch ?? Infinity;
}

function memoryForecast(plan: LayerPlan, { recipe }: NewRun, machine: MachineMemory): MemoryForecast {
  const { total } = estimateMemory(plan, recipe);
  const pass = largestPass(plan, recipe, machine.available);
  return {
    bytes: Math.round(total),
    availableBytes: machine.available,
    totalBytes: machine.total,
    fits: total <= machine.available,
    largestBatch: pass * recipe.accumulation,
  };
}

/** The time of runs of the same kind; null when there is none. */
function measuredTime(run: NewRun, way: Computing, { timings }: Knowledge): TimeForecast | null {
  const { batchSize, accumulation, epochs, recomputation } = run.recipe;
  const alike = timings(run).find(
    ({ recipe, environment }) =>
      recipe.batchSize === batchSize &&
      recipe.accumulation === accumulation &&
      recipe.recomputation === recomputation &&
      (environment.precision ?? 'float32') === way.precision &&
      (environment.kernels ?? 'stock') === way.kernels &&
      isOnGpu(run.device) === environment.device.startsWith('GPU'),
  );
  if (alike === undefined) return null;
  // Their epochs may have had fewer or more steps; evaluation saw the same images.
  const secondsPerEpoch = alike.secondsPerStep * run.stepsPerEpoch + alike.evaluationSeconds;
  return {
    secondsPerEpoch,
    secondsInAll: secondsPerEpoch * epochs,
    source: 'measured',
    basis: `Run ${String(alike.id)} on this machine`,
  };
}
