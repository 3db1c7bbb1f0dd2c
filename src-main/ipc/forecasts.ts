/** Answers about runs that have not begun, and the calibration that they rest on. */

import type { CalibrationEvent } from '../contract/forecast.ts';
import { DenseLabError } from '../contract/errors.ts';
import { calibrate } from '../experiments/calibrate.ts';
import { calibrationBasis, calibrationState, readCalibration } from '../experiments/calibration.ts';
import { forecastRun, type ForecastParts } from '../experiments/forecasting.ts';
import { planSweep } from '../experiments/planSweep.ts';
import type { CoordinatorParts } from '../experiments/coordinator.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface ForecastHandlerParts extends ForecastParts, Pick<CoordinatorParts, 'spawn'> {
  /** The run that trains; null when none does. */
  readonly activeRun: () => number | null;
  readonly tell: (event: CalibrationEvent) => void;
}

/**
 * Handlers of `runs/forecast`, `sweeps/*` and the calibration, of which at most one is measured at a time, and none while a run
 * trains.
 */
export function forecastHandlers(parts: ForecastHandlerParts) {
  const { home, cacheDirectory, threads, activeRun, tell } = parts;
  let running = new AbortController();
  return {
    'runs/forecast': (request) => forecastRun(request, parts),
    'sweeps/plan': (request) => planSweep(request, parts),
    'engine/calibration': () => calibrationState(readCalibration(home, calibrationBasis(cacheDirectory, threads))),
    'engine/calibrate': () => {
      const active = activeRun();
      if (active !== null) throw busy(active);
      running.abort();
      running = new AbortController();
      return calibrate(parts, { onEvent: tell, signal: running.signal });
    },
    'engine/cancelCalibration': () => {
      running.abort();
      return null;
    },
  } satisfies Partial<Handlers>;
}

function busy(run: number): DenseLabError {
  return new DenseLabError(
    'run-active',
    `Run ${String(run)} is being trained, and would be measured too.`,
    'Calibrate when it has ended, or stop it first.',
  );
}
