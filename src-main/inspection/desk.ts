/** The owner's side of the processes that look into runs: one for each run, two at most, gone when nobody has asked for a while. */

import { DenseLabError } from '../contract/errors.ts';
import type { ChildProcess, SpawnChild } from '../contract/process.ts';
import type { CheckpointRecord } from '../contract/run.ts';
import { workerEnvironment, type RuntimeChoice } from '../trainer/job.ts';
import type { InspectorAnswer, InspectorQuestions, InspectorRequest, Question, QuestionName } from './messages.ts';

/** Two runs can be looked at beside each other; each process holds half a gigabyte. */
const MOST_OPEN = 2;
/** Milliseconds after the last answer. */
const IDLE = 120_000;

/** What the desk needs. */
export interface DeskParts {
  readonly spawn: SpawnChild;
  readonly runtime: Pick<RuntimeChoice, 'threads' | 'cacheDirectory'>;
  /** Told of passes over splits. */
  readonly onProgress?: (run: number, progress: Extract<InspectorAnswer, { readonly kind: 'progress' }>) => void;
  /** Milliseconds without a question after which a process ends; two minutes when absent. */
  readonly idle?: number;
}

/** A run, and where it lies. */
export interface InspectedRun {
  readonly id: number;
  readonly directory: string;
}

interface AnswerTo<K extends QuestionName> {
  readonly kind: K;
  readonly output: InspectorQuestions[K]['output'];
}

/** Asks the processes, which it starts and ends. */
export class InspectionDesk {
  readonly #parts: DeskParts;
  /** Least lately used first. */
  readonly #open = new Map<number, Inspector>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Runs that have a process now, the one that was asked last at the end. */
  get open(): readonly number[] {
    return [...this.#open.keys()];
  }

  /**
   * Asks about a checkpoint of a run.
   * @throws DenseLabError what the process tells; `worker-died` when it ends meanwhile
   */
  async ask<K extends QuestionName>(
    run: InspectedRun,
    checkpoint: CheckpointRecord,
    kind: K,
    input: InspectorQuestions[K]['input'],
  ): Promise<InspectorQuestions[K]['output']> {
    const inspector = this.#inspector(run);
    return inspector.ask(checkpoint, kind, input);
  }

  /** Ends passes over splits of a run; they fail as `cancelled`. */
  cancel(run: number): void {
    this.#open.get(run)?.cancel();
  }

  /** Ends every process. */
  close(): void {
    for (const inspector of this.#open.values()) inspector.close();
    this.#open.clear();
  }

  #inspector(run: InspectedRun): Inspector {
    const known = this.#open.get(run.id);
    this.#open.delete(run.id);
    const inspector = known ?? this.#start(run);
    this.#open.set(run.id, inspector);
    for (const [id, old] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(id);
      old.close();
    }
    return inspector;
  }

  #start({ id, directory }: InspectedRun): Inspector {
    const { spawn, runtime, onProgress, idle = IDLE } = this.#parts;
    const child = spawn('inspector', workerEnvironment({ ...runtime, device: 'cpu' }));
    const forget = (inspector: Inspector): void => {
      if (this.#open.get(id) === inspector) this.#open.delete(id);
    };
    const request = { kind: 'open', directory, cacheDirectory: runtime.cacheDirectory } as const;
    return new Inspector(child, request, { onProgress: (told) => onProgress?.(id, told), onEnd: forget, idle });
  }
}

interface Surroundings {
  readonly onProgress: (progress: Extract<InspectorAnswer, { readonly kind: 'progress' }>) => void;
  readonly onEnd: (inspector: Inspector) => void;
  readonly idle: number;
}

interface Waiting {
  readonly resolve: (answer: InspectorAnswer) => void;
  readonly reject: (error: DenseLabError) => void;
}

/** One process. */
class Inspector {
  readonly #child: ChildProcess;
  readonly #surroundings: Surroundings;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #end: DenseLabError | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, open: InspectorRequest, surroundings: Surroundings) {
    this.#child = child;
    this.#surroundings = surroundings;
    child.onMessage((message) => {
      if (isAnswer(message)) this.#receive(message);
    });
    child.onExit((code, signal, stderrTail) => this.#finish(died(`${String(signal ?? code)}\n${stderrTail}`)));
    child.post(open);
  }

  async ask<K extends QuestionName>(
    checkpoint: CheckpointRecord,
    kind: K,
    input: InspectorQuestions[K]['input'],
  ): Promise<InspectorQuestions[K]['output']> {
    if (this.#end !== null) throw this.#end;
    clearTimeout(this.#timer);
    const number = ++this.#asked;
    const question = { kind, number, checkpoint, input } as Question<K>;
    const answer = await new Promise<InspectorAnswer>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#child.post(question);
    });
    if (isOfKind(answer, kind)) return answer.output;
    throw new Error(`the inspector answered ${answer.kind} to ${kind}`);
  }

  cancel(): void {
    this.#child.post({ kind: 'cancel' } satisfies InspectorRequest);
  }

  close(): void {
    this.#finish(
      new DenseLabError('cancelled', 'The network was closed before it had answered.', 'Open it again to go on.'),
    );
    this.#child.kill();
  }

  #receive(answer: InspectorAnswer): void {
    if (answer.kind === 'progress') return this.#surroundings.onProgress(answer);
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (answer.kind === 'failed') {
      const { code, message, action, detail } = answer.error;
      waiting?.reject(new DenseLabError(code, message, action, detail));
    } else waiting?.resolve(answer);
    if (this.#waiting.size > 0 || this.#end !== null) return;
    this.#timer = setTimeout(() => this.close(), this.#surroundings.idle);
    this.#timer.unref();
  }

  /** Nothing comes any more. The first reason counts. */
  #finish(reason: DenseLabError): void {
    this.#end ??= reason;
    clearTimeout(this.#timer);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
    this.#surroundings.onEnd(this);
  }
}

function isOfKind<K extends QuestionName>(answer: InspectorAnswer, kind: K): answer is InspectorAnswer & AnswerTo<K> {
  return answer.kind === kind;
}

/** The child is our own program, so the kind tells an answer apart from noise. */
function isAnswer(message: unknown): message is InspectorAnswer {
  return typeof message === 'object' && message !== null && 'kind' in message && typeof message.kind === 'string';
}

function died(detail: string): DenseLabError {
  return new DenseLabError(
    'worker-died',
    'The process that looks into the network has died.',
    'Ask again; if it dies again, report it with the details.',
    detail,
  );
}
