/** The runs of a sweep that a command asks for. */

import type { QueueAddition } from '../contract/queue.ts';
import type { RunRequest } from '../contract/run.ts';
import type { SweepPlan } from '../contract/sweep.ts';
import { planSweep } from '../experiments/planSweep.ts';
import type { Call } from './command.ts';
import { foretelling } from './foretelling.ts';
import { readSweep } from './sweeps.ts';

/** Plans it; nothing is stored. @throws DenseLabError as `readSweep` and `planSweep` */
export function sweepPlan(call: Call, base: RunRequest): Promise<SweepPlan> {
  return foretelling(call, (parts) => planSweep(readSweep(call.args, base), parts));
}

/** Its runs as the queue takes them, under one name. */
export function plannedRuns({ runs }: SweepPlan, base: RunRequest): Pick<QueueAddition, 'requests' | 'sweep'> {
  return { requests: runs.map(({ request }) => request), sweep: base.name ?? `Sweep on ${base.dataset}` };
}
