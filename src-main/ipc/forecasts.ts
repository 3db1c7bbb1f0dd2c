/** Answers about runs that have not begun. */

import { forecastRun, type ForecastParts } from '../experiments/forecasting.ts';
import { planSweep } from '../experiments/planSweep.ts';
import type { Handlers } from './register.ts';

/** Handlers of `runs/forecast` and `sweeps/*`; nothing is stored. */
export function forecastHandlers(parts: ForecastParts) {
  return {
    'runs/forecast': (request) => forecastRun(request, parts),
    'sweeps/plan': (request) => planSweep(request, parts),
  } satisfies Partial<Handlers>;
}
