/** Where a training starts: at its beginning, or at a checkpoint of it. */

import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import type { DatasetDetail } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { RunEnvironment, SplitMetrics } from '../contract/run.ts';
import type { GraphVariable } from '../graph/node.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { CheckpointDescription } from './description.ts';
import type { TrainingJob } from './job.ts';
import type { StoredTensor } from './safetensors.ts';
import { firstNonFinite } from './state.ts';
import { NO_TOTALS, type EpochTotals } from './totals.ts';

/** How far a training has come. */
export interface TrainingStart {
  /** The epoch that goes on, 1-based; one more than the recipe has when only the final test is left. */
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  /** Sums of the epoch's steps that are done. */
  readonly totals: EpochTotals;
  /** Held-out metrics of every finished epoch, in order. */
  readonly history: readonly SplitMetrics[];
}

/** Before the first step. */
export const BEGINNING: TrainingStart = { epoch: 1, step: 0, totals: NO_TOTALS, history: [] };

/** What a run says of itself, to be compared with what its checkpoint says. */
export type RunFacts = Pick<TrainingJob, 'model' | 'recipe'> & {
  readonly dataset: Pick<DatasetDetail, 'contentHash' | 'classNames'>;
};

/**
 * Reads a checkpoint to go on from.
 * @throws DenseLabError `checkpoint-damaged`, `path-missing`; `checkpoint-mismatch` when it belongs to another network, recipe
 *   or dataset, or does not hold enough to go on exactly.
 */
export function readResumable(
  runDirectory: string,
  { file, sha256 }: { readonly file: string; readonly sha256: string },
  facts: RunFacts,
): Checkpoint {
  const path = join(runDirectory, file);
  const checkpoint = readCheckpoint(path, sha256);
  const reason = whyNot(checkpoint, facts);
  if (reason !== null) throw mismatch(path, reason);
  return checkpoint;
}

function whyNot({ description, tensors }: Checkpoint, { model, recipe, dataset }: RunFacts): string | null {
  if (!isDeepStrictEqual(description.model, model)) return 'it holds another network';
  if (!isDeepStrictEqual(description.recipe, recipe)) return 'it was trained with another recipe';
  if (description.dataset.contentHash !== dataset.contentHash) return 'it was trained on other images';
  if (!isDeepStrictEqual(description.dataset.classNames, dataset.classNames)) return 'it tells other classes apart';
  if (!description.epochFinished && description.unfinished === null) {
    return 'it is from the middle of an epoch and from a version that did not keep the sums of the epoch';
  }
  const broken = firstNonFinite(tensors);
  return broken === undefined ? null : `its tensor ${broken} is not finite`;
}

/** How far a checkpoint has come. */
export function startOf(description: CheckpointDescription): TrainingStart {
  const { epoch, epochFinished, step, history, unfinished } = description;
  return { epoch: epochFinished ? epoch + 1 : epoch, step, totals: unfinished ?? NO_TOTALS, history };
}

/**
 * The tensors of a checkpoint in the order of a network's variables.
 * @throws DenseLabError `checkpoint-mismatch` naming the first tensor that is missing, left over, or of another shape.
 */
export function matchTensors(
  path: string,
  tensors: readonly StoredTensor[],
  variables: readonly Pick<GraphVariable, 'name' | 'shape'>[],
): readonly StoredTensor[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const ordered = variables.map(({ name, shape }) => {
    const tensor = byName.get(name);
    if (tensor === undefined) throw mismatch(path, `it lacks the tensor ${name}`);
    if (!isDeepStrictEqual(tensor.shape, shape)) {
      throw mismatch(path, `its tensor ${name} is [${tensor.shape.join(', ')}] and not [${shape.join(', ')}]`);
    }
    return tensor;
  });
  const known = new Set(variables.map(({ name }) => name));
  const extra = tensors.find(({ name }) => !known.has(name));
  if (extra !== undefined) throw mismatch(path, `the network has no tensor ${extra.name}`);
  return ordered;
}

/**
 * Refuses to go on where the result would not be that of an uninterrupted run.
 * @throws DenseLabError `environment-changed` naming the first thing that differs.
 */
export function requireSameEnvironment(before: RunEnvironment, now: RunEnvironment): void {
  const [name, was, is] = compared(before, now).find(([, one, other]) => one !== other) ?? [];
  if (name === undefined) return;
  throw new DenseLabError(
    'environment-changed',
    `The run was trained with ${name} ${String(was)}, and here it is ${String(is)}: going on would not give what an uninterrupted run gives.`,
    'Bring back what it was, or resume with --force to go on as it is.',
  );
}

function compared(before: RunEnvironment, now: RunEnvironment) {
  return [
    ['the device', before.device, now.device],
    ['kernels', before.kernels ?? 'stock', now.kernels ?? 'stock'],
    ['the precision', before.precision ?? 'float32', now.precision ?? 'float32'],
    ['TensorFlow', before.tensorflow, now.tensorflow],
    ['a thread count of', before.intraOpThreads, now.intraOpThreads],
    ['operations at a time of', before.interOpThreads, now.interOpThreads],
  ] as const;
}

function mismatch(path: string, reason: string): DenseLabError {
  return new DenseLabError(
    'checkpoint-mismatch',
    `The checkpoint ${path} cannot be used here: ${reason}.`,
    'Use a checkpoint of this run.',
  );
}
