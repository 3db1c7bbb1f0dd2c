/** Searches a learning rate in a worker of its own; nothing is stored. */

import { DenseLabError } from '../contract/errors.ts';
import type { RateSearchEvent } from '../contract/events.ts';
import type { ChildProcess } from '../contract/process.ts';
import type { RateRequest, RateSearch } from '../contract/rates.ts';
import { describeDeath } from '../trainer/death.ts';
import { workerEnvironment, type TrainingJob } from '../trainer/job.ts';
import type { CoordinatorParts } from './coordinator.ts';
import { requireDevice } from './devices.ts';
import { prepareRun } from './prepare.ts';

/** What a search works with. */
export type RateSearchParts = Pick<
  CoordinatorParts,
  'home' | 'cacheDirectory' | 'version' | 'threads' | 'datasets' | 'spawn'
>;

/** How a search is watched and ended. */
export interface RateSearchOptions {
  readonly onEvent: (event: RateSearchEvent) => void;
  /** Aborted to end it at once. */
  readonly signal: AbortSignal;
}

/**
 * Trains a little with a rising rate.
 * @throws DenseLabError as `prepareRun` and `requireDevice`; what the worker tells; `cancelled`
 */
export async function findRate(
  request: RateRequest,
  parts: RateSearchParts,
  options: RateSearchOptions,
): Promise<RateSearch> {
  const { run, datasetDirectory } = await prepareRun(request, parts.datasets);
  const device = request.device ?? 'auto';
  await requireDevice(device, parts.spawn);
  const job: TrainingJob = {
    // Named for completeness: a search writes no file.
    runDirectory: parts.home,
    datasetDirectory,
    datasetVersion: run.dataset.version,
    cacheDirectory: parts.cacheDirectory,
    model: run.model,
    recipe: run.recipe,
    threads: parts.threads,
    denselab: parts.version,
    device,
    saving: { seconds: null, steps: null },
    resume: null,
  };
  if (options.signal.aborted) throw cancelled();
  const worker = parts.spawn('worker', workerEnvironment(job));
  worker.post({ kind: 'findRate', job, steps: request.steps });
  return follow(worker, options);
}

/** Settles once the worker is gone. */
function follow(worker: ChildProcess, { onEvent, signal }: RateSearchOptions): Promise<RateSearch> {
  let outcome: Extract<RateSearchEvent, { event: 'found' | 'failed' }> | undefined;
  let step = 0;
  signal.addEventListener('abort', () => worker.kill());
  worker.onMessage((message) => {
    if (!isSearchEvent(message) || outcome !== undefined) return;
    if (message.event === 'rate') step++;
    if (message.event === 'found' || message.event === 'failed') {
      outcome = message;
      worker.post({ kind: 'release' });
    }
    onEvent(message);
  });
  return new Promise((resolve, reject) => {
    worker.onExit((code, exitSignal, stderrTail) => {
      if (outcome?.event === 'found') return resolve(outcome.search);
      if (signal.aborted) return reject(cancelled());
      const death = { code, signal: exitSignal, stderrTail, progress: { epoch: 1, step } };
      const { error } = outcome ?? { error: describeDeath(death) };
      reject(new DenseLabError(error.code, error.message, error.action, error.detail));
    });
  });
}

function cancelled(): DenseLabError {
  return new DenseLabError('cancelled', 'The search for a learning rate was cancelled.', 'Start it again.');
}

const EVENTS: Readonly<Record<RateSearchEvent['event'], true>> = {
  preparing: true,
  rate: true,
  found: true,
  failed: true,
};

/** The worker is our own program, so its name tells an event apart from noise. */
function isSearchEvent(message: unknown): message is RateSearchEvent {
  if (typeof message !== 'object' || message === null || !('event' in message)) return false;
  return typeof message.event === 'string' && Object.hasOwn(EVENTS, message.event);
}
