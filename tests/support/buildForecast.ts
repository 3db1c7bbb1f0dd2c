/** Forecasts and sweeps for tests of the window: real combinations, made-up times. */

import type { CalibrationState, Forecast } from '../../src-main/contract/forecast.ts';
import type { SweepPlan, SweepRequest } from '../../src-main/contract/sweep.ts';
import { titleOf } from '../../src-main/model/spec.ts';
import { expandSweep, seedsOf } from '../../src-main/sweeps/expand.ts';
import { sweptName } from '../../src-main/sweeps/naming.ts';

/** 20 seconds per epoch by calibration, 0.9 of 8 GB. */
export function buildForecast(change: Partial<Forecast> = {}): Forecast {
  return {
    parameters: 87_340,
    multiplyAdds: 24_000_000,
    stepsPerEpoch: 938,
    epochs: 8,
    precision: 'float32',
    kernels: 'block',
    memory: { bytes: 900e6, availableBytes: 8e9, totalBytes: 16e9, fits: true, largestBatch: 1024 },
    time: { secondsPerEpoch: 20, secondsInAll: 165, source: 'calibrated', basis: 'Calibration of 24 November 2026' },
    ...change,
  };
}

/** A calibration that holds. */
export function buildCalibration(change: Partial<CalibrationState> = {}): CalibrationState {
  return { measuredAt: '2026-11-24T10:00:00.000Z', seconds: 62, stale: null, fitError: 0.06, ...change };
}

/** The plan of a sweep in which every run takes what `buildForecast` says. */
export function buildSweepPlan(request: SweepRequest): SweepPlan {
  const { runs, leftOut } = expandSweep(request);
  const forecast = buildForecast();
  const seeded = seedsOf(request).length > 1;
  return {
    runs: runs.map((run) => ({
      request: { ...request.base, model: run.model, recipe: run.recipe, name: sweptName(run, 'Fashion-MNIST', seeded) },
      modelTitle: titleOf(run.model),
      values: run.values,
      seed: run.seed,
      forecast,
    })),
    leftOut,
    totals: { runs: runs.length, seconds: 165 * runs.length, memory: forecast.memory.bytes, unfitting: 0 },
  };
}
