/** The owner's side of the analyst. */

import { DenseLabError } from '../contract/errors.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { DuplicateFinder } from '../datasets/duplicates/findDuplicates.ts';
import { isAnalystAnswer, type AnalystRequest } from './messages.ts';

/**
 * Finds duplicates in a process of its own, which ends with its answer or when the signal is aborted.
 * @throws (the finder) DenseLabError what the analyst tells, `cancelled`, `worker-died`
 */
export function duplicateFinder(spawn: SpawnChild): DuplicateFinder {
  return (directory, { images, height, width, channels }, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      const child = spawn('analyst', {});
      const abort = (): void => child.kill();
      signal.addEventListener('abort', abort);
      child.onMessage((message) => {
        if (!isAnalystAnswer(message)) return;
        if (message.ok) resolve(message.found);
        else {
          const { code, message: what, action, detail } = message.error;
          reject(new DenseLabError(code, what, action, detail));
        }
        child.kill();
      });
      child.onExit((code, exitSignal, stderrTail) => {
        signal.removeEventListener('abort', abort);
        // After an answer this changes nothing.
        reject(signal.aborted ? cancelled() : died(`${exitSignal ?? `exit ${String(code)}`}\n${stderrTail}`));
      });
      child.post({ directory, dataset: { images, height, width, channels } } satisfies AnalystRequest);
    });
}

function cancelled(): DenseLabError {
  return new DenseLabError('cancelled', 'The search for duplicates was cancelled.', 'Start it again.');
}

function died(detail: string): DenseLabError {
  return new DenseLabError(
    'worker-died',
    'The process that compares images ended before it had an answer.',
    'Show the dataset again; if it happens twice, report it with the details.',
    detail,
  );
}
