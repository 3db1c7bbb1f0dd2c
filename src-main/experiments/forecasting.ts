/** What a run will take on this machine: memory by estimate, time by what was measured here. */

import type { Forecast, MemoryForecast, TimeForecast } from '../contract/forecast.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { RunRequest } from '../contract/run.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { estimateMemory, largestPass, type MemoryRecipe } from '../model/memory.ts';
import type { Way } from '../model/recomputation.ts';
import type { NewRun } from '../runs/runTable.ts';
import type { RunReader, RunTiming } from '../runs/reader.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import type { TrainingJob } from '../trainer/job.ts';
import { computingEvidence, isOnGpu, possibleWays, type ComputingEvidence } from './computing.ts';
import { calibrationBasis, readCalibration, type KnownCosts } from './calibration.ts';
import { machineMemory, type MachineMemory } from './memory.ts';
import { prepareRun, type Forecastable } from './prepare.ts';

/** What a forecast works with. */
export interface ForecastParts {
  /** The data folder. */
  readonly home: string;
  readonly cacheDirectory: string;
  readonly datasets: DatasetStore;
  readonly runs: Pick<RunReader, 'timings'>;
  readonly threads: TrainingJob['threads'];
}

/** What is known of this machine at one moment, for one forecast or for all of a sweep. */
export interface Knowledge {
  readonly machine: MachineMemory;
  readonly evidence: ComputingEvidence;
  readonly timings: (run: NewRun) => readonly RunTiming[];
  /** Null where the machine was never calibrated. */
  readonly known: KnownCosts | null;
}

/** Looks at the machine and its runs. */
export function gatherKnowledge({ home, cacheDirectory, runs, threads }: ForecastParts): Knowledge {
  return {
    machine: machineMemory(),
    evidence: computingEvidence(cacheDirectory),
    timings: ({ model, dataset }) => runs.timings(model, dataset.contentHash),
    known: readCalibration(home, calibrationBasis(cacheDirectory, threads)),
  };
}

/** Foretells one run. @throws DenseLabError as `prepareRun` */
export async function forecastRun(request: RunRequest, parts: ForecastParts): Promise<Forecast> {
  return forecast(await prepareRun(request, parts.datasets), gatherKnowledge(parts));
}

/** Foretells a run that was prepared. */
export function forecast(prepared: Forecastable, knowledge: Knowledge): Forecast {
  const { run, plan } = prepared;
  const [way, ...others] = possibleWays(plan, run.recipe, run.device ?? 'auto', knowledge.evidence);
  const timed = [way, ...others].map((each) => ({ ...each, time: timeForecast(prepared, each, knowledge) }));
  const fastest = timed.reduce((best, each) => (secondsOf(each) < secondsOf(best) ? each : best));
  return {
    parameters: plan.parameters,
    multiplyAdds: plan.multiplyAdds,
    stepsPerEpoch: run.stepsPerEpoch,
    epochs: run.recipe.epochs,
    precision: fastest.precision,
    kernels: fastest.kernels,
    memory: memoryForecast(plan, run.recipe, fastest, knowledge.machine),
    time: fastest.time,
  };
}

/** Measured where it can be, calibrated else. A step of a calibrated machine tells the preparation too. */
function timeForecast(prepared: Forecastable, way: Way, knowledge: Knowledge): TimeForecast | null {
  const { run, evaluated } = prepared;
  const priced = isOnGpu(run.device) ? null : pricedTime(prepared, way, knowledge);
  const measured = measuredTime(run, way, knowledge);
  const pace = measured ?? priced;
  if (pace === null) return null;
  const tested = evaluated.heldOut === 0 ? 0 : (pace.evaluationSeconds * evaluated.test) / evaluated.heldOut;
  const secondsPerEpoch = pace.trainSeconds + pace.evaluationSeconds;
  return {
    secondsPerEpoch,
    secondsInAll: (priced?.preparationSeconds ?? 0) + run.recipe.epochs * secondsPerEpoch + tested,
    source: pace.source,
    basis: pace.basis,
  };
}

/** Seconds of one epoch, and before the first. */
interface Pace extends Pick<TimeForecast, 'source' | 'basis'> {
  readonly trainSeconds: number;
  readonly evaluationSeconds: number;
  readonly preparationSeconds: number;
}

function secondsOf({ time }: { readonly time: TimeForecast | null }): number {
  return time?.secondsPerEpoch ?? Infinity;
}

/** Whether a training fits into what the machine has free, and the largest batch that does. */
export function memoryForecast(
  plan: LayerPlan,
  recipe: MemoryRecipe,
  way: Way,
  machine: MachineMemory,
): MemoryForecast {
  const { total } = estimateMemory(plan, recipe, way);
  const pass = largestPass(plan, recipe, way, machine.available);
  return {
    bytes: Math.round(total),
    availableBytes: machine.available,
    totalBytes: machine.total,
    fits: total <= machine.available,
    largestBatch: pass * recipe.accumulation,
  };
}

/** By the pace of a run of the same kind; null when there is none. */
function measuredTime(run: NewRun, way: Way, { timings }: Knowledge): Pace | null {
  const { batchSize, accumulation, recomputation } = run.recipe;
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
  return {
    // Their epochs may have had fewer or more steps; evaluation saw the same images.
    trainSeconds: alike.secondsPerStep * run.stepsPerEpoch,
    evaluationSeconds: alike.evaluationSeconds,
    preparationSeconds: 0,
    source: 'measured',
    basis: `Run ${String(alike.id)} on this machine`,
  };
}

/** By the calibration; null where there is none, or none of this way to compute. */
function pricedTime({ run, plan, evaluated }: Forecastable, way: Way, { known }: Knowledge): Pace | null {
  if (known === null) return null;
  const { costs, calibration, stale } = known;
  const { batchSize, accumulation, recomputation } = run.recipe;
  const pass = { images: Math.ceil(batchSize / accumulation), recomputation };
  const step = costs.step(plan, way, pass);
  const images = evaluationBatch(plan.input);
  const evaluation = costs.evaluation(plan, way.precision, images);
  const preparation = costs.preparation(plan, way, pass);
  if (step === null || evaluation === null || preparation === null) return null;
  const measured = `Calibration of ${calibration.measuredAt.slice(0, 10)}`;
  return {
    trainSeconds: (step * accumulation * evaluated.train) / batchSize / 1000,
    evaluationSeconds: (evaluation * evaluated.heldOut) / images / 1000,
    preparationSeconds: preparation,
    source: stale === null ? 'calibrated' : 'estimated',
    basis: stale === null ? measured : `${measured}. ${stale}`,
  };
}
