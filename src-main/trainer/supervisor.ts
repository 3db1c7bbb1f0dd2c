/** The owner's side of a training: starts the worker, passes its events on, and tells of every way in which it can end. */

import { toFailure, type Failure } from '../contract/errors.ts';
import type { TrainerEnding, TrainerEvent } from '../contract/events.ts';
import type { ChildProcess, SpawnChild } from '../contract/process.ts';
import { describeDeath } from './death.ts';
import { workerEnvironment, type OwnerMessage, type TrainingJob } from './job.ts';

/** What a supervised training needs. */
export interface SuperviseOptions {
  readonly job: TrainingJob;
  readonly spawn: SpawnChild;
  /** Called for every event in order; the last call, and only that one, is `finished`, `stopped` or `failed`. */
  readonly onEvent: (event: TrainerEvent) => void;
  /** Milliseconds that a worker may take to answer `stop`: a step, or a graph's first run, cannot be interrupted. */
  readonly stopTimeout?: number;
  /** Milliseconds that a worker may take to exit after its last event. */
  readonly exitTimeout?: number;
}

/** A training that runs in a process of its own. */
export interface SupervisedTraining {
  readonly pid: number | undefined;
  /** Asks it to keep a checkpoint and to stop; a worker that does not answer in time is killed, which ends as `stopped` too. */
  stop(): void;
  /** Ends it at once; the last finished checkpoint stays. Ends as `stopped`. */
  kill(): void;
  /** Resolves with the ending event, once the process is gone; never rejects. */
  readonly done: Promise<TrainerEnding>;
}

const DEFAULT_STOP_TIMEOUT = 30_000;
const DEFAULT_EXIT_TIMEOUT = 5_000;

/** Starts a training; failures, also of starting, come as a `failed` event. */
export function superviseTraining(options: SuperviseOptions): SupervisedTraining {
  let child: ChildProcess;
  try {
    child = options.spawn('worker', workerEnvironment(options.job));
  } catch (thrown) {
    return endedBeforeStart({ event: 'failed', error: toFailure(thrown) }, options);
  }
  return new Supervision(options, child);
}

function endedBeforeStart(ending: TrainerEnding, { onEvent }: SuperviseOptions): SupervisedTraining {
  const done = Promise.resolve(ending).then((event) => {
    onEvent(event);
    return event;
  });
  return { pid: undefined, stop: () => undefined, kill: () => undefined, done };
}

class Supervision implements SupervisedTraining {
  readonly done: Promise<TrainerEnding>;
  readonly #options: SuperviseOptions;
  readonly #child: ChildProcess;
  #resolve: (ending: TrainerEnding) => void = () => undefined;
  #ending: TrainerEnding | undefined;
  #stopping = false;
  #killedByUs = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the training is, as far as it has told. */
  #progress = { epoch: 0, step: 0 };

  constructor(options: SuperviseOptions, child: ChildProcess) {
    this.#options = options;
    this.#child = child;
    this.done = new Promise((resolve) => (this.#resolve = resolve));
    this.#child.onMessage((message) => this.#receive(message));
    this.#child.onExit((code, signal, stderrTail) => this.#exited(code, signal, stderrTail));
    this.#post({ kind: 'train', job: options.job });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  stop(): void {
    if (this.#stopping || this.#ending !== undefined) return;
    this.#stopping = true;
    this.#post({ kind: 'stop' });
    this.#killAfter(this.#options.stopTimeout ?? DEFAULT_STOP_TIMEOUT);
  }

  kill(): void {
    this.#killedByUs = true;
    this.#child.kill();
  }

  #receive(message: unknown): void {
    if (this.#ending !== undefined || this.#killedByUs || !isTrainerEvent(message)) return;
    this.#follow(message);
    if (isEnding(message)) this.#end(message);
    else this.#options.onEvent(message);
  }

  #follow(event: TrainerEvent): void {
    if (event.event === 'resumed') this.#progress = { epoch: event.epochsFinished + 1, step: event.step };
    if (event.event === 'steps') this.#progress = event.steps.at(-1) ?? this.#progress;
  }

  #end(ending: TrainerEnding): void {
    this.#ending = ending;
    this.#post({ kind: 'release' });
    this.#killAfter(this.#options.exitTimeout ?? DEFAULT_EXIT_TIMEOUT);
    this.#options.onEvent(ending);
  }

  #exited(code: number | null, signal: string | null, stderrTail: string): void {
    clearTimeout(this.#timer);
    if (this.#ending === undefined) {
      this.#ending = this.#killedByUs
        ? { event: 'stopped', epoch: this.#progress.epoch, step: this.#progress.step }
        : { event: 'failed', error: this.#death(code, signal, stderrTail) };
      this.#options.onEvent(this.#ending);
    }
    this.#resolve(this.#ending);
  }

  #death(code: number | null, signal: string | null, stderrTail: string): Failure {
    return describeDeath({ code, signal, stderrTail, progress: this.#progress });
  }

  #killAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.kill(), milliseconds);
  }

  #post(message: OwnerMessage): void {
    this.#child.post(message);
  }
}

const EVENTS: Readonly<Record<TrainerEvent['event'], true>> = {
  preparing: true,
  resumed: true,
  started: true,
  steps: true,
  evaluating: true,
  epoch: true,
  checkpoint: true,
  finished: true,
  stopped: true,
  failed: true,
};

/** The worker is our own program, so its name tells an event apart from noise. */
function isTrainerEvent(message: unknown): message is TrainerEvent {
  if (typeof message !== 'object' || message === null || !('event' in message)) return false;
  return typeof message.event === 'string' && Object.hasOwn(EVENTS, message.event);
}

function isEnding(event: TrainerEvent): event is TrainerEnding {
  return event.event === 'finished' || event.event === 'stopped' || event.event === 'failed';
}
