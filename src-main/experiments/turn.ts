/** What is done when the turn of a run has come: its job is made from what was stored when it was queued. */

import type { LayerPlan } from '../contract/model.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { RunRequest } from '../contract/run.ts';
import { checkMemory } from '../model/memory.ts';
import type { TrainingJob } from '../trainer/job.ts';
import { computingEvidence, isOnGpu, neediestWay } from './computing.ts';
import { requireDevice } from './devices.ts';
import { machineMemory } from './memory.ts';
import { prepareResume, type PreparedResume, type ResumeParts } from './resume.ts';

/** What preparing a turn looks at. */
export interface TurnParts extends ResumeParts {
  readonly cacheDirectory: string;
  readonly version: string;
  readonly saving: TrainingJob['saving'];
  readonly spawn: SpawnChild;
}

/** A training that can begin. */
export interface Turn {
  readonly job: TrainingJob;
  readonly plan: LayerPlan;
  readonly resumption: PreparedResume['resumption'];
  /** What a person should know before it starts; null when nothing. */
  readonly warning: string | null;
}

/**
 * Makes the job of a run that is `preparing`. Changes nothing.
 * @throws DenseLabError as `prepareResume`, `requireDevice` and `checkMemory`: what has changed since it was queued
 */
export async function prepareTurn(id: number, parts: TurnParts): Promise<Turn> {
  const how = parts.runs.waiting.resumptionOf(id);
  const { job, plan, resumption } = await prepareResume(id, how ?? { force: false }, parts);
  await requireDevice(job.device ?? 'auto', parts.spawn);
  const { cacheDirectory, version: denselab, saving } = parts;
  return {
    job: { ...job, resume: how === null ? null : job.resume, cacheDirectory, denselab, saving },
    plan,
    resumption,
    warning: warningOf(plan, job, cacheDirectory),
  };
}

/** What `checkMemory` warns of, or throws; it knows the processor's memory only. */
export function warningOf(
  plan: LayerPlan,
  { recipe, device }: Pick<RunRequest, 'recipe' | 'device'>,
  cacheDirectory: string,
): string | null {
  if (isOnGpu(device)) return null;
  return checkMemory(plan, recipe, neediestWay(plan, recipe, computingEvidence(cacheDirectory)), machineMemory());
}
