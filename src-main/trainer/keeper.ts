/** Writes a run's checkpoints and removes the ones that newer ones make superfluous. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainerEvent } from '../contract/events.ts';
import { writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { selectCheckpoints, type KeptCheckpoint } from './retention.ts';

/** The checkpoints of one run while it trains. */
export class CheckpointKeeper {
  readonly #runDirectory: string;
  readonly #emit: (event: TrainerEvent) => void;
  #kept: readonly KeptCheckpoint[] = [];
  #lastStep = 0;

  constructor(runDirectory: string, emit: (event: TrainerEvent) => void) {
    this.#runDirectory = runDirectory;
    this.#emit = emit;
  }

  /** Step of the newest checkpoint; 0 when there is none. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /**
   * Writes a checkpoint; older ones are removed only once it is safely on disk.
   * @throws DenseLabError `disk-full`; the older ones stay.
   */
  save(checkpoint: Checkpoint): void {
    const record = writeCheckpoint(this.#runDirectory, checkpoint);
    const accuracy = checkpoint.description.heldOut?.accuracy ?? null;
    const { keep, remove } = selectCheckpoints([...this.#kept, { file: record.file, accuracy }]);
    for (const { file } of remove) rmSync(join(this.#runDirectory, file), { force: true });
    this.#kept = keep;
    this.#lastStep = record.step;
    this.#emit({ event: 'checkpoint', checkpoint: record, removed: remove.map(({ file }) => file) });
  }
}
