/** What a step of a network takes on this machine, before there is a dataset for it. */

import type { MemoryForecast } from '../contract/forecast.ts';
import type { LayerPlan } from '../contract/model.ts';
import { PAPER_RECIPE } from '../contract/recipe.ts';
import type { Way } from '../model/recomputation.ts';
import type { TrainingJob } from '../trainer/job.ts';
import { calibrationBasis, readCalibration } from './calibration.ts';
import { computingEvidence, possibleWays } from './computing.ts';
import { memoryForecast } from './forecasting.ts';
import { machineMemory } from './memory.ts';

/** Memory by estimate; time where the machine was calibrated. */
export interface NetworkForecast extends Way {
  readonly batchSize: number;
  readonly memory: MemoryForecast;
  /** Of one training step; null without a calibration. */
  readonly stepMilliseconds: number | null;
}

/** Foretells a step with a batch in float32, on the processor, without accumulation. @param home the data folder */
export function forecastNetwork(
  plan: LayerPlan,
  batchSize: number,
  parts: { readonly home: string; readonly cacheDirectory: string; readonly threads: TrainingJob['threads'] },
): NetworkForecast {
  const { home, cacheDirectory, threads } = parts;
  const recipe = { ...PAPER_RECIPE, batchSize, precision: 'float32' } as const;
  const [way] = possibleWays(plan, recipe, 'cpu', computingEvidence(cacheDirectory));
  const known = readCalibration(home, calibrationBasis(cacheDirectory, threads));
  const { recomputation } = recipe;
  return {
    ...way,
    batchSize,
    memory: memoryForecast(plan, recipe, way, machineMemory()),
    stepMilliseconds: known?.costs.step(plan, way, { images: batchSize, recomputation }) ?? null,
  };
}
