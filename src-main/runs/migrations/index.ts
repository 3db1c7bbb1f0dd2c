/** All steps of the schema, in order; a step that has shipped is never edited. */

import { RUNS } from './0001-runs.ts';
import { IMPORTED } from './0002-imported.ts';
import { STEP_EXTREMES } from './0003-step-extremes.ts';
import { GRADIENT_NORM } from './0004-gradient-norm.ts';
import { DEVICE_WISH } from './0005-device-wish.ts';
import { ANNOTATIONS } from './0006-annotations.ts';
import { SAVED_COMPARISONS } from './0007-saved-comparisons.ts';
import { ORIGINS } from './0008-origins.ts';
import { QUEUE } from './0009-queue.ts';
import { FORECAST } from './0010-forecast.ts';
import { DIGESTS } from './0011-digests.ts';
import { GRADIENT_FLOW } from './0012-gradient-flow.ts';

/** Migration n (1-based) takes a database of `user_version` n - 1 to n. */
export const MIGRATIONS: readonly string[] = [
  RUNS,
  IMPORTED,
  STEP_EXTREMES,
  GRADIENT_NORM,
  DEVICE_WISH,
  ANNOTATIONS,
  SAVED_COMPARISONS,
  ORIGINS,
  QUEUE,
  FORECAST,
  DIGESTS,
  GRADIENT_FLOW,
];
