/** From a run that was stopped to a job that goes on with it: everything that can be refused is refused before anything changes. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { CheckpointRecord, DeviceWish, Resumption, RunCurves, RunDetail } from '../contract/run.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { DatasetDetail } from '../contract/dataset.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { planModel } from '../model/plan.ts';
import { validateRecipe } from '../model/recipe.ts';
import { parseModelSpec } from '../model/spec.ts';
import { runDirectory } from '../runs/directory.ts';
import type { RunStore } from '../runs/store.ts';
import { parseDeviceWish } from '../tensorflow/devices/choose.ts';
import { isOfFinishedEpoch, type Checkpoint } from '../trainer/checkpoint.ts';
import type { ResumePoint, TrainingJob } from '../trainer/job.ts';
import type { StoredCheckpoint } from '../trainer/retention.ts';
import { readResumable, startOf, type RunFacts } from '../trainer/start.ts';

/** What resuming looks at. */
export interface ResumeParts {
  readonly home: string;
  readonly runs: RunStore;
  readonly datasets: DatasetStore;
  /** For a run that never got as far as to have its own. */
  readonly threads: TrainingJob['threads'];
}

/** How a person wants to go on. */
export interface ResumeOptions {
  /** Whether to go on where device or software differ from before. */
  readonly force: boolean;
  /** That of before when absent. */
  readonly device?: DeviceWish;
}

/** How a run goes on. */
export interface PreparedResume {
  readonly resumption: Resumption;
  readonly plan: LayerPlan;
  readonly job: Pick<
    TrainingJob,
    'runDirectory' | 'datasetDirectory' | 'datasetVersion' | 'model' | 'recipe' | 'threads' | 'device' | 'resume'
  >;
}

/** A usable checkpoint, and the newer ones that are not. */
interface Choice {
  readonly record: CheckpointRecord | null;
  readonly checkpoint: Checkpoint | null;
  readonly passedOver: Resumption['passedOver'];
}

/**
 * Finds the newest good checkpoint of a run that has ended, or whose turn has come, and makes the job that goes on from it; a
 * run that was ended before its first checkpoint starts again. Changes nothing.
 * @throws DenseLabError `run-unknown`, `dataset-unknown`, `dataset-damaged`, `dataset-changed`,
 *   `model-invalid`, `recipe-invalid`; when none of its checkpoints can be used, what is wrong with the newest.
 */
export async function prepareResume(
  id: number,
  { force, device: asked }: ResumeOptions,
  parts: ResumeParts,
): Promise<PreparedResume> {
  const run = parts.runs.show(id);
  const dataset = await parts.datasets.show(run.datasetId, run.datasetVersion);
  requireSameDataset(run, dataset);
  const [model, recipe] = [parseModelSpec(run.model), validateRecipe(run.recipe)];
  const directory = runDirectory(parts.home, id);
  const { record, checkpoint, passedOver } = choose(run.checkpoints, directory, { model, recipe, dataset });
  const start = checkpoint === null ? null : startOf(checkpoint.description);
  const resume: ResumePoint = {
    checkpoint: record === null ? null : { file: record.file, sha256: record.sha256 },
    kept: record === null ? [] : keptUpTo(directory, record, run.checkpoints, parts.runs.curves(id).epochs),
    force,
  };
  return {
    plan: planModel(model, dataset, dataset.classNames.length),
    resumption: { id, epochsFinished: (start?.epoch ?? 1) - 1, step: start?.step ?? 0, passedOver },
    job: {
      runDirectory: directory,
      datasetDirectory: parts.datasets.directoryOf(dataset.id),
      datasetVersion: dataset.version,
      model,
      recipe,
      threads: threadsOf(run) ?? parts.threads,
      device: asked ?? deviceOf(run, force),
      resume,
    },
  };
}

function requireSameDataset(run: RunDetail, dataset: DatasetDetail): void {
  const same = run.datasetHash === dataset.contentHash && isDeepStrictEqual(run.classNames, dataset.classNames);
  if (same) return;
  throw new DenseLabError(
    'dataset-changed',
    `The dataset "${dataset.name}" is not as it was when run ${String(run.id)} was started: its ${run.datasetHash === dataset.contentHash ? 'classes' : 'images'} differ.`,
    'Start a new run on it.',
  );
}

/** The thread pools are part of what makes a result repeatable, so those of before are used again. */
function threadsOf({ environment }: RunDetail): TrainingJob['threads'] | null {
  return environment === null ? null : { intraOp: environment.intraOpThreads, interOp: environment.interOpThreads };
}

/** The device of before, or that was asked for; where it may be another, the one that the machine would choose now. */
function deviceOf({ deviceWish, environment }: RunDetail, force: boolean): DeviceWish {
  if (force) return 'auto';
  return parseDeviceWish(environment?.device ?? deviceWish ?? 'auto') ?? 'auto';
}

function choose(records: readonly CheckpointRecord[], directory: string, facts: RunFacts): Choice {
  const passedOver: { file: string; reason: string }[] = [];
  let first: unknown;
  for (const record of [...records].reverse()) {
    try {
      return { record, checkpoint: readResumable(directory, record, facts), passedOver };
    } catch (thrown) {
      first ??= thrown;
      passedOver.push({ file: record.file, reason: toFailure(thrown).message });
    }
  }
  if (first !== undefined) throw first;
  return { record: null, checkpoint: null, passedOver };
}

/** Checkpoints up to `last` that are there, oldest first, each with what decides whether it stays. */
function keptUpTo(
  directory: string,
  last: CheckpointRecord,
  records: readonly CheckpointRecord[],
  epochs: RunCurves['epochs'],
): readonly StoredCheckpoint[] {
  const accuracies = new Map(epochs.map(({ step, heldOut }) => [step, heldOut.accuracy]));
  return records
    .slice(0, records.indexOf(last) + 1)
    .filter(({ file }) => existsSync(join(directory, file)))
    .map(({ file, sha256, step }) => ({
      file,
      sha256,
      accuracy: isOfFinishedEpoch(file) ? (accuracies.get(step) ?? null) : null,
    }));
}
