/** One training, or one search for a learning rate, from the first message to the last event. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertNever, DenseLabError, toFailure, type Failure } from '../contract/errors.ts';
import type { TimedCase, TimingEvent } from '../contract/forecast.ts';
import type { RateSearchEvent, TrainerEnding, TrainerEvent } from '../contract/events.ts';
import { parseOwnerMessage, type OwnerMessage, type TrainingJob } from './job.ts';
import { TrainingLoop } from './loop.ts';
import { checkpointBytes, checkSpace } from './checkpoint.ts';
import { prepareTraining } from './prepare.ts';
import { searchRate } from './rateSearch.ts';
import { MOST_ON_DISK } from './retention.ts';
import { timeCase } from './timing.ts';

/** What a worker does to the world outside. */
export interface WorkerSurroundings {
  readonly emit: (event: TrainerEvent | RateSearchEvent | TimingEvent) => void;
  readonly exit: () => void;
}

/** Reacts to the owner's messages; every job ends in exactly one ending event. */
export class TrainingWorker {
  readonly #surroundings: WorkerSurroundings;
  readonly #stopping = new AbortController();
  #started = false;

  constructor(surroundings: WorkerSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Takes one message; a damaged one is answered by `failed`, unless a training is under way. */
  receive(message: unknown): void {
    let parsed: OwnerMessage;
    try {
      parsed = parseOwnerMessage(message);
    } catch (error) {
      if (!this.#started) this.#end({ event: 'failed', error: toFailure(error) });
      return;
    }
    this.#obey(parsed);
  }

  #obey(message: OwnerMessage): void {
    switch (message.kind) {
      case 'train':
        if (!this.#started) void this.#train(message.job);
        return;
      case 'findRate':
        if (!this.#started) void this.#findRate(message.job, message.steps);
        return;
      case 'time':
        if (!this.#started) void this.#time(message.cases, message.cacheDirectory);
        return;
      case 'stop':
        return this.#stopping.abort();
      case 'release':
        return this.#surroundings.exit();
      default:
        return assertNever(message);
    }
  }

  async #train(job: TrainingJob): Promise<void> {
    this.#started = true;
    this.#end(await this.#outcome(job));
  }

  async #findRate(job: TrainingJob, steps: number): Promise<void> {
    this.#started = true;
    const { signal } = this.#stopping;
    const { emit } = this.#surroundings;
    try {
      const prepared = await prepareTraining(job, emit, signal);
      const search = await searchRate(prepared, steps, (point) => emit({ event: 'rate', point }), signal);
      emit({ event: 'found', search });
    } catch (error) {
      emit({ event: 'failed', error: describeError(error) });
    }
  }

  /** Times case after case, and lets messages in between two. */
  async #time(cases: readonly TimedCase[], cacheDirectory: string): Promise<void> {
    this.#started = true;
    for (const each of cases) {
      if (this.#stopping.signal.aborted) return;
      this.#surroundings.emit(timingOf(each, cacheDirectory));
      await nextTurn();
    }
  }

  async #outcome(job: TrainingJob): Promise<TrainerEnding> {
    const { signal } = this.#stopping;
    const { emit } = this.#surroundings;
    try {
      const prepared = await prepareTraining(job, emit, signal);
      checkSpace(job.runDirectory, MOST_ON_DISK * checkpointBytes(prepared.compiled.variables));
      return await new TrainingLoop(prepared, emit, signal).run();
    } catch (error) {
      if (signal.aborted && error === signal.reason) return { event: 'stopped', epoch: 0, step: 0 };
      return { event: 'failed', error: describeError(error) };
    }
  }

  #end(ending: TrainerEnding): void {
    this.#started = true;
    this.#surroundings.emit(ending);
  }
}

function timingOf(each: TimedCase, cacheDirectory: string): TimingEvent {
  try {
    return { event: 'timed', timing: timeCase(each, cacheDirectory) };
  } catch (error) {
    return { event: 'untimed', error: describeError(error) };
  }
}

/** As `toFailure`, and V8's refusal to allocate becomes `out-of-memory`. */
function describeError(error: unknown): Failure {
  if (!(error instanceof RangeError && /allocation failed/i.test(error.message))) return toFailure(error);
  return new DenseLabError(
    'out-of-memory',
    'The images or the weights need more memory than is free.',
    'Use a smaller batch or a smaller network, or close other programs.',
    error.stack ?? error.message,
  ).failure;
}
