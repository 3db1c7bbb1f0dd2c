/** Which checkpoints stay. */

/** A checkpoint and what decides about it. */
export interface KeptCheckpoint {
  /** Relative to the run's folder. */
  readonly file: string;
  /** Held-out accuracy; null for one that was written in the middle of an epoch. */
  readonly accuracy: number | null;
}

/** A checkpoint on disk, with the hash that its content must have. */
export interface StoredCheckpoint extends KeptCheckpoint {
  readonly sha256: string;
}

/** The newest ones that are always kept. */
const NEWEST_KEPT = 2;

/** Most checkpoints of a run that can lie on disk at once: the newest, the best, and the one that is being written. */
export const MOST_ON_DISK = NEWEST_KEPT + 2;

/** Splits checkpoints (oldest first) into those to keep, the newest two and the best, and the superfluous rest. */
export function selectCheckpoints<T extends KeptCheckpoint>(
  checkpoints: readonly T[],
): { keep: readonly T[]; remove: readonly T[] } {
  const best = bestOf(checkpoints);
  const oldestKept = checkpoints.length - NEWEST_KEPT;
  const stays = (checkpoint: T, index: number): boolean => index >= oldestKept || checkpoint === best;
  return {
    keep: checkpoints.filter(stays),
    remove: checkpoints.filter((checkpoint, index) => !stays(checkpoint, index)),
  };
}

/** Highest accuracy, the earliest of equals, so that a later tie never replaces the best. */
export function bestOf<T extends KeptCheckpoint>(checkpoints: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const checkpoint of checkpoints) {
    if (checkpoint.accuracy !== null && checkpoint.accuracy > (best?.accuracy ?? -1)) best = checkpoint;
  }
  return best;
}
