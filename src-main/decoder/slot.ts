/** One decoder process at a time, and a new one when it is gone. */

import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { ChildProcess, SpawnChild } from '../contract/process.ts';
import type { Answer, NumberedTask, Outcome, Task } from './messages.ts';
import { packTasks, parseDecoderMessage } from './messages.ts';

/** Processes that may end one after another without one answer between them. */
const MOST_DEATHS = 20;
/** TensorFlow is read from disk before a process is ready: 0.8 GB, on a slow disk a minute and more. */
const START_PATIENCE = 180_000;

/** A file, and whoever waits for it. */
export interface Job {
  readonly task: Task;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: DenseLabError) => void;
}

/** What a slot needs around it. */
export interface SlotOptions {
  readonly spawn: SpawnChild;
  readonly patience: number;
  /** Jobs that a process holds at a time. */
  readonly capacity: number;
  readonly owner: {
    next(): Job | undefined;
    putBack(jobs: readonly Job[]): void;
    onBroken(failure: DenseLabError): void;
  };
}

interface Running {
  readonly child: ChildProcess;
  ready: boolean;
  /** Set when it was ended for being silent. */
  hung: boolean;
}

/**
 * When a process dies with several files in hand, it is not known which one killed it (answers may have been lost on the
 * way): they are tried again, one at a time. The one that kills a process alone is reported, the others are decoded.
 */
export class DecoderSlot {
  readonly #options: SlotOptions;
  readonly #held = new Map<number, Job>();
  /** Jobs of a process that died, to be tried alone. */
  readonly #suspects: Job[] = [];
  #running: Running | null = null;
  #lastNumber = 0;
  #deaths = 0;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Takes as many jobs as it can, at most `most`. */
  pull(most = Infinity): void {
    const taken: number[] = [];
    while (!this.#ended && taken.length < most) {
      const alone = this.#suspects.length > 0;
      if (this.#held.size >= (alone || this.#triesAlone ? 1 : this.#options.capacity)) break;
      const job = this.#suspects.shift() ?? this.#options.owner.next();
      if (job === undefined) break;
      this.#triesAlone = alone;
      this.#held.set(++this.#lastNumber, job);
      taken.push(this.#lastNumber);
    }
    if (taken.length > 0) this.#hand(taken);
  }

  /** Ends the process; returns the jobs that nobody will do. */
  end(): readonly Job[] {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#running?.child.kill();
    this.#running = null;
    const jobs = [...this.#held.values(), ...this.#suspects.splice(0)];
    this.#held.clear();
    return jobs;
  }

  /** Whether the job in hand is a suspect. */
  #triesAlone = false;

  #hand(numbers: readonly number[]): void {
    const running = (this.#running ??= this.#start());
    if (!running.ready) return;
    if (this.#held.size === numbers.length) this.#watch(this.#options.patience);
    this.#post(numbers);
  }

  #post(numbers: Iterable<number>): void {
    const tasks: NumberedTask[] = [];
    for (const number of numbers) {
      const job = this.#held.get(number);
      if (job !== undefined) tasks.push({ number, task: job.task });
    }
    this.#running?.child.post(packTasks(tasks));
  }

  #start(): Running {
    const child = this.#options.spawn('decoder', {
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '1',
    });
    const running: Running = { child, ready: false, hung: false };
    child.onMessage((message) => {
      if (this.#running === running) this.#hear(running, message);
    });
    child.onExit((code, signal, stderrTail) => {
      if (this.#running === running) this.#bury(running, `${signal ?? `exit ${String(code)}`}\n${stderrTail}`);
    });
    this.#watch(START_PATIENCE, running);
    return running;
  }

  #hear(running: Running, raw: unknown): void {
    const message = parseDecoderMessage(raw, (number) => this.#pathOf(number));
    // A child that talks nonsense is as good as dead.
    if (message === null) return running.child.kill();
    switch (message.kind) {
      case 'ready':
        running.ready = true;
        this.#watch(this.#options.patience);
        this.#post(this.#held.keys());
        return;
      case 'loading':
        return this.#watch(START_PATIENCE);
      case 'unable': {
        const { code, message: what, action, detail } = message;
        return this.#options.owner.onBroken(new DenseLabError(code, what, action, detail));
      }
      case 'answers':
        return this.#settle(message.answers);
      default:
        return assertNever(message);
    }
  }

  #pathOf(number: number): string {
    const task = this.#held.get(number)?.task;
    return task === undefined ? '' : task.kind === 'probe' ? task.path : task.request.path;
  }

  #settle(answers: readonly Answer[]): void {
    for (const { number, outcome } of answers) {
      const job = this.#held.get(number);
      if (job === undefined) continue;
      this.#held.delete(number);
      this.#deaths = 0;
      this.#triesAlone = false;
      job.resolve(checked(outcome, job.task));
    }
    if (this.#held.size === 0) clearTimeout(this.#timer);
    else this.#watch(this.#options.patience);
    this.pull();
  }

  /** Starts the clock anew: the process owes an answer. */
  #watch(patience: number, running: Running | null = this.#running): void {
    clearTimeout(this.#timer);
    if (running === null) return;
    this.#timer = setTimeout(() => {
      running.hung = true;
      running.child.kill();
    }, patience);
  }

  /** The process is gone: one suspect is convicted, several are tried again. */
  #bury(running: Running, how: string): void {
    clearTimeout(this.#timer);
    this.#running = null;
    const jobs = [...this.#held.values()];
    this.#held.clear();
    if (++this.#deaths > MOST_DEATHS || (!running.ready && this.#deaths > 1)) {
      this.#suspects.push(...jobs);
      return this.#options.owner.onBroken(broken(how));
    }
    const [only] = jobs;
    if (!running.ready) this.#options.owner.putBack(jobs);
    else if (jobs.length === 1 && only !== undefined) only.resolve(conviction(running.hung));
    else this.#suspects.push(...jobs);
    this.#triesAlone = false;
    this.pull();
  }
}

function conviction(hung: boolean): Outcome {
  const reason = hung ? 'Decoding it never ended' : 'Decoding it crashed the decoder';
  return { ok: false, reason, remedy: 'Export it again from the program that made it' };
}

/** The owner writes these bytes into a file of fixed-size images: their number must be right. */
function checked(outcome: Outcome, task: Task): Outcome {
  if (task.kind === 'probe' || !outcome.ok || !('pixels' in outcome)) return outcome;
  const { height, width, channels } = task.request;
  if (outcome.pixels.length === height * width * channels) return outcome;
  return { ok: false, reason: 'The decoder gave another size', remedy: 'Report this file' };
}

function broken(how: string): DenseLabError {
  return new DenseLabError(
    'runtime-broken',
    'The process that decodes images keeps ending.',
    'Run `denselab doctor` to see what is missing.',
    how,
  );
}
