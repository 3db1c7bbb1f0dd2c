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

/** Checkpoints of a run that must find room on disk: the newest, the best, and the one that is being written. */
export const MOST_ON_DISK = NEWEST_KEPT + 2;

/** Earlier epochs that are kept to look back at, at most, and what they may take together. */
const PAST_KEPT = 8;
const PAST_BYTES = 256e6;

/**
 * How many earlier epochs are kept to look back at: none where the disk would soon have no room for what training needs.
 * @param bytes of one checkpoint
 * @param freeBytes of the disk
 */
export function pastKept(bytes: number, freeBytes: number): number {
  if (freeBytes < MOST_ON_DISK * bytes) return 0;
  return Math.min(PAST_KEPT, Math.floor(PAST_BYTES / Math.max(1, bytes)));
}

/**
 * Splits checkpoints (oldest first) into those to keep and the superfluous rest. The newest two and the best stay; so do at most
 * `past` finished epochs that are evenly apart: the multiples of the least power of two of which there are no more.
 */
export function selectCheckpoints<T extends KeptCheckpoint>(
  checkpoints: readonly T[],
  past: number,
): { keep: readonly T[]; remove: readonly T[] } {
  const best = bestOf(checkpoints);
  const oldestKept = checkpoints.length - NEWEST_KEPT;
  const stride = strideOf(Math.max(0, ...checkpoints.map(({ file }) => finishedEpoch(file) ?? 0)), past);
  const isPast = (file: string): boolean => {
    const epoch = finishedEpoch(file);
    return epoch !== null && epoch % stride === 0;
  };
  const stays = (checkpoint: T, index: number): boolean =>
    index >= oldestKept || checkpoint === best || isPast(checkpoint.file);
  return {
    keep: checkpoints.filter(stays),
    remove: checkpoints.filter((checkpoint, index) => !stays(checkpoint, index)),
  };
}

/** Infinite where nothing is kept: no epoch is a multiple of that. */
function strideOf(newest: number, past: number): number {
  if (past === 0) return Infinity;
  let stride = 1;
  while (Math.floor(newest / stride) > past) stride *= 2;
  return stride;
}

/** The epoch at whose end a checkpoint was written; null for one in the middle of an epoch. */
function finishedEpoch(file: string): number | null {
  const epoch = /epoch-(\d+)\.safetensors$/.exec(file)?.[1];
  return epoch === undefined ? null : Number(epoch);
}

/** Highest accuracy, the earliest of equals, so that a later tie never replaces the best. */
export function bestOf<T extends KeptCheckpoint>(checkpoints: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const checkpoint of checkpoints) {
    if (checkpoint.accuracy !== null && checkpoint.accuracy > (best?.accuracy ?? -1)) best = checkpoint;
  }
  return best;
}
