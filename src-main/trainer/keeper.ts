/** Writes a run's checkpoints and removes the ones that newer ones make superfluous. */

import { existsSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { driveGone } from '../contract/errors.ts';
import type { TrainerEvent } from '../contract/events.ts';
import type { GraphVariable } from '../graph/node.ts';
import { readCheckpoint, removeUnknown, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { bestOf, pastKept, selectCheckpoints, type StoredCheckpoint } from './retention.ts';
import type { StoredTensor } from './safetensors.ts';
import { matchTensors } from './start.ts';

/** What a keeper starts with: the checkpoints that are there, oldest first, and the step of the newest. */
export interface KeptState {
  readonly kept: readonly StoredCheckpoint[];
  readonly lastStep: number;
}

/** The checkpoints of one run while it trains. */
export class CheckpointKeeper {
  readonly #runDirectory: string;
  readonly #emit: (event: TrainerEvent) => void;
  #kept: readonly StoredCheckpoint[];
  #lastStep: number;

  constructor(runDirectory: string, emit: (event: TrainerEvent) => void, { kept, lastStep }: KeptState) {
    this.#runDirectory = runDirectory;
    this.#emit = emit;
    this.#kept = kept;
    this.#lastStep = lastStep;
  }

  /** Step of the newest checkpoint; 0 when there is none. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /**
   * The tensors of the checkpoint with the highest held-out accuracy, in the order of the variables.
   * @throws DenseLabError `checkpoint-damaged`, `checkpoint-mismatch`, `path-missing`
   */
  readBest(variables: readonly GraphVariable[]): readonly StoredTensor[] {
    const best = bestOf(this.#kept);
    if (best === undefined) throw new Error('no epoch has finished');
    const path = join(this.#runDirectory, best.file);
    return matchTensors(path, readCheckpoint(path, best.sha256).tensors, variables);
  }

  /** Removes files that no record knows: what a crash, or steps that are void now, have left. */
  tidy(): void {
    removeUnknown(
      this.#runDirectory,
      this.#kept.map(({ file }) => file),
    );
  }

  /**
   * Writes a checkpoint; older ones are removed only once it is safely on disk and the owner is told.
   * @throws DenseLabError `disk-full`, `drive-gone`; the older ones stay.
   */
  save(checkpoint: Checkpoint): void {
    // Never made anew: below the mount point of a drive that is gone it would be another folder.
    if (!existsSync(this.#runDirectory)) throw driveGone(this.#runDirectory);
    const record = writeCheckpoint(this.#runDirectory, checkpoint);
    const accuracy = checkpoint.description.heldOut?.accuracy ?? null;
    const { bavail, bsize } = statfsSync(this.#runDirectory);
    const all = [...this.#kept, { file: record.file, sha256: record.sha256, accuracy }];
    const { keep, remove } = selectCheckpoints(all, pastKept(record.bytes, bavail * bsize));
    this.#kept = keep;
    this.#lastStep = record.step;
    this.#emit({ event: 'checkpoint', checkpoint: record, removed: remove.map(({ file }) => file) });
    for (const { file } of remove) rmSync(join(this.#runDirectory, file), { force: true });
  }
}
