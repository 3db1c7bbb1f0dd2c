/** What a network sees of an image, found out in a process of its own: it loads TensorFlow. */

import { DenseLabError } from '../contract/errors.ts';
import type { Failure } from '../contract/errors.ts';
import type { AugmentationRequest, AugmentedImages } from '../contract/datasetVersion.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { checkRecipeFits } from '../model/recipe.ts';
import { workerEnvironment, type RuntimeChoice } from '../trainer/job.ts';
import type { SeeingRequest } from '../trainer/seeing.ts';

/** What the owner asks. */
export interface SeeingQuestion extends SeeingRequest {
  readonly kind: 'see';
}

/** What the probe tells. */
export type SeeingAnswer =
  { readonly kind: 'seen'; readonly images: AugmentedImages } | { readonly kind: 'unseen'; readonly error: Failure };

/** What it takes. */
export interface SeeingParts {
  readonly datasets: DatasetStore;
  readonly spawn: SpawnChild;
  readonly runtime: RuntimeChoice;
}

/**
 * Augments one image of a stored version.
 * @throws DenseLabError `dataset-unknown`, `dataset-version-unknown`, `dataset-damaged`, `recipe-invalid`, `usage`, `cancelled`,
 *   `worker-died`, and those of TensorFlow
 */
export async function seeAugmented(
  { id, version, image, recipe, count }: AugmentationRequest,
  { datasets, spawn, runtime }: SeeingParts,
  signal: AbortSignal,
): Promise<AugmentedImages> {
  const detail = await datasets.show(id, version);
  checkRecipeFits(recipe, { ...detail, classes: detail.classNames.length });
  const question = { kind: 'see', directory: datasets.directoryOf(detail.id), version, image, recipe, count } as const;
  return ask(question, spawn, runtime, signal);
}

function ask(
  question: SeeingQuestion,
  spawn: SpawnChild,
  runtime: RuntimeChoice,
  signal: AbortSignal,
): Promise<AugmentedImages> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const child = spawn('probe', workerEnvironment(runtime));
    const abort = (): void => child.kill();
    signal.addEventListener('abort', abort);
    child.onMessage((message) => {
      if (!isAnswer(message)) return;
      if (message.kind === 'seen') resolve(message.images);
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
    child.post(question);
  });
}

function cancelled(): DenseLabError {
  return new DenseLabError('cancelled', 'A newer question took the place of this one.', 'Ask again.');
}

function died(detail: string): DenseLabError {
  return new DenseLabError(
    'worker-died',
    'The process that augments images ended before it had an answer.',
    'Try again; if it happens twice, report it with the details.',
    detail,
  );
}

/** The probe is our own program, so the kind tells an answer from noise. */
function isAnswer(message: unknown): message is SeeingAnswer {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'seen' || message.kind === 'unseen';
}
