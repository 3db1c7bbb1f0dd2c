/** Which of a run's checkpoints is meant, and how to speak of it. */

import { DenseLabError } from '../contract/errors.ts';
import type { CheckpointRecord, RunDetail } from '../contract/run.ts';
import { isOfFinishedEpoch } from '../trainer/checkpoint.ts';

/** What of a run decides. */
type Choosing = Pick<RunDetail, 'id' | 'origin' | 'best' | 'checkpoints'>;

/**
 * The checkpoint of a run that is meant: that of an epoch, or the best by held-out accuracy. Where the best is not kept, or no
 * epoch has finished, the newest.
 * @throws DenseLabError `checkpoint-missing` with the epochs that are kept
 */
export function chooseCheckpoint({ id, origin, best, checkpoints }: Choosing, epoch?: number): CheckpointRecord {
  if (origin === 'log') throw withoutNetwork(id);
  const newestFirst = [...checkpoints].sort((a, b) => b.step - a.step);
  const ofEpoch = (wanted: number): CheckpointRecord | undefined => {
    const found = newestFirst.filter((checkpoint) => checkpoint.epoch === wanted);
    return found.find(({ file }) => isOfFinishedEpoch(file)) ?? found[0];
  };
  const chosen =
    epoch === undefined ? ((best === null ? undefined : ofEpoch(best.epoch)) ?? newestFirst[0]) : ofEpoch(epoch);
  if (chosen !== undefined) return chosen;
  const kept = [...new Set(checkpoints.map((checkpoint) => String(checkpoint.epoch)))].join(', ');
  throw new DenseLabError(
    'checkpoint-missing',
    epoch === undefined
      ? `Run ${String(id)} has no checkpoint yet.`
      : `Run ${String(id)} keeps no checkpoint of epoch ${String(epoch)}.`,
    kept === '' ? 'Train it for an epoch first.' : `Choose one of the epochs ${kept}.`,
  );
}

/** One line about a chosen checkpoint: `Epoch 3 of 8, the best by validation accuracy.` */
export function describeChoice(
  { origin, epochs, best, heldOutSplit }: Pick<RunDetail, 'origin' | 'epochs' | 'best' | 'heldOutSplit'>,
  { epoch, step, file }: CheckpointRecord,
): string {
  if (origin === 'weights') return 'The weights that were imported.';
  if (!isOfFinishedEpoch(file)) return `Step ${String(step)}, inside epoch ${String(epoch)} of ${String(epochs)}.`;
  const praise = best?.epoch === epoch ? `, the best by ${heldOutSplit} accuracy` : '';
  return `Epoch ${String(epoch)} of ${String(epochs)}${praise}.`;
}

function withoutNetwork(id: number): DenseLabError {
  return new DenseLabError(
    'checkpoint-missing',
    `Run ${String(id)} is a log of other software: it has curves and no network.`,
    'Import the weights of its network with import-weights.',
  );
}
