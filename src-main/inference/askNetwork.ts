/** The owner's side of a process that holds a network: TensorFlow and half a gigabyte stay out of the owner. */

import { DenseLabError } from '../contract/errors.ts';
import type { Split } from '../contract/dataset.ts';
import type { ExportFormat, FilePrediction, RunJudgement, RunPredictions } from '../contract/exchange.ts';
import type { ChildProcess, SpawnChild } from '../contract/process.ts';
import type { ImageDecoder } from '../datasets/decoding.ts';
import { workerEnvironment, type RuntimeChoice } from '../trainer/job.ts';
import type { NetworkAnswer, NetworkRequest, StoredNetwork, StoredVersion } from './messages.ts';
import { readPixels } from './pixels.ts';

/** What asking needs. */
export interface NetworkParts {
  readonly spawn: SpawnChild;
  readonly runtime: Pick<RuntimeChoice, 'threads' | 'cacheDirectory'>;
  readonly decoder: ImageDecoder;
}

/** A handful of images is computed where TensorFlow always can: starting a GPU takes longer. */
const WISH = 'cpu';

/**
 * Predicts files one after another, in a process that is gone afterwards. A file that cannot be read is told as such.
 * @throws DenseLabError as `openNetwork`; `worker-died`
 */
export async function predictFiles(
  stored: StoredNetwork,
  files: readonly string[],
  { spawn, runtime, decoder }: NetworkParts,
): Promise<Omit<RunPredictions, 'network'>> {
  const child = new NetworkChild(spawn('network', workerEnvironment({ ...runtime, device: WISH })));
  const session = decoder.open();
  try {
    const { cacheDirectory } = runtime;
    const opened = await child.ask({ ...stored, kind: 'open', wish: WISH, cacheDirectory }, 'opened');
    const { input, classNames, conversion } = opened;
    const predictions: FilePrediction[] = [];
    for (const file of files) {
      const read = await readPixels(session, file, input, conversion);
      if (!read.ok) {
        predictions.push({ ok: false, file, reason: read.reason, remedy: read.remedy });
        continue;
      }
      const { pixels } = read;
      const { prediction } = await child.ask({ kind: 'predict', pixels }, 'predicted');
      const { class: name, probabilities } = prediction;
      predictions.push({ ok: true, file, pixels, class: name, probabilities });
    }
    return { input, classNames, files: predictions };
  } finally {
    session.close();
    child.close();
  }
}

/**
 * Judges every image of a split, in a process that is gone afterwards.
 * @throws DenseLabError as `openNetwork` and `judgeSplit`; `worker-died`
 */
export async function judgeRun(
  stored: StoredNetwork,
  dataset: StoredVersion,
  split: Split,
  { spawn, runtime }: Pick<NetworkParts, 'spawn' | 'runtime'>,
): Promise<Omit<RunJudgement, 'network'>> {
  const child = new NetworkChild(spawn('network', workerEnvironment({ ...runtime, device: WISH })));
  try {
    const { cacheDirectory } = runtime;
    const { classNames } = await child.ask({ ...stored, kind: 'open', wish: WISH, cacheDirectory }, 'opened');
    const { first, judgement, evaluation } = await child.ask({ kind: 'judge', dataset, split }, 'judged');
    return { split, classNames, first, evaluation, ...judgement };
  } finally {
    child.close();
  }
}

/**
 * Writes a network for other software, in a process that is gone afterwards. An earlier export at `out` is replaced.
 * @returns bytes written
 * @throws DenseLabError `checkpoint-damaged`, `checkpoint-mismatch`, `output-exists`, `disk-full`, `path-unreadable`, `worker-died`
 */
export async function exportNetwork(
  stored: StoredNetwork,
  { format, out }: { readonly format: ExportFormat; readonly out: string },
  { spawn }: Pick<NetworkParts, 'spawn'>,
): Promise<number> {
  const child = new NetworkChild(spawn('network', {}));
  try {
    return (await child.ask({ ...stored, kind: 'export', format, out }, 'exported')).bytes;
  } finally {
    child.close();
  }
}

type AnswerOf<K extends NetworkAnswer['kind']> = Extract<NetworkAnswer, { readonly kind: K }>;

/** One question at a time. */
class NetworkChild {
  readonly #child: ChildProcess;
  #settle: (answer: NetworkAnswer) => void = () => undefined;
  #death: DenseLabError | null = null;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.onMessage((message) => {
      if (isAnswer(message)) this.#settle(message);
    });
    child.onExit((code, signal, stderrTail) => {
      const message = 'The process that holds the network has died.';
      const detail = `It ended with ${String(signal ?? code)}.\n${stderrTail}`;
      const action = 'Try again; if it dies again, report it with the details.';
      this.#death = new DenseLabError('worker-died', message, action, detail);
      this.#settle({ kind: 'failed', error: this.#death.failure });
    });
  }

  async ask<K extends NetworkAnswer['kind']>(request: NetworkRequest, kind: K): Promise<AnswerOf<K>> {
    if (this.#death !== null) throw this.#death;
    const answer = await new Promise<NetworkAnswer>((resolve) => {
      this.#settle = resolve;
      this.#child.post(request);
    });
    if (answer.kind === 'failed') {
      const { code, message, action, detail } = answer.error;
      throw new DenseLabError(code, message, action, detail);
    }
    if (isOfKind(answer, kind)) return answer;
    throw new Error(`the network answered ${answer.kind} to ${request.kind}`);
  }

  close(): void {
    this.#child.kill();
  }
}

function isOfKind<K extends NetworkAnswer['kind']>(answer: NetworkAnswer, kind: K): answer is AnswerOf<K> {
  return answer.kind === kind;
}

const KINDS: Readonly<Record<NetworkAnswer['kind'], true>> = {
  opened: true,
  predicted: true,
  judged: true,
  exported: true,
  failed: true,
};

/** The child is our own program, so its name tells an answer apart from noise. */
function isAnswer(message: unknown): message is NetworkAnswer {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return typeof message.kind === 'string' && Object.hasOwn(KINDS, message.kind);
}
