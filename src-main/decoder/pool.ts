/** The owner's side of the decoder processes: hands out files, and goes on when a process dies or hangs. */

import os from 'node:os';
import { DenseLabError } from '../contract/errors.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { DecodeOutcome, DecodeRequest, DecodeSession, ImageDecoder } from '../datasets/decoding.ts';
import type { ImageProbe } from '../datasets/formats/probeImage.ts';
import type { Outcome, Task } from './messages.ts';
import type { Job } from './slot.ts';
import { DecoderSlot } from './slot.ts';

/** Files that one process holds at a time: enough to keep it busy while answers travel. */
const PER_PROCESS = 128;
/** Milliseconds without an answer after which a process counts as hung. */
const PATIENCE = 20_000;

/** How a pool works; only `spawn` is needed. */
export interface DecoderPoolOptions {
  readonly spawn: SpawnChild;
  /** Processes of one session, 0.1 GB each and 0.4 GB once a JPEG that the addon declines needs TensorFlow; as many as cores, at most four, when absent. */
  readonly processes?: number;
  /** Milliseconds that one file may take. */
  readonly patience?: number;
}

/** A decoder whose sessions have processes of their own; none runs before the first file. */
export function openDecoderPool(options: DecoderPoolOptions): ImageDecoder {
  return { open: () => new PoolSession(options) };
}

class PoolSession implements DecodeSession {
  readonly inFlight: number;
  readonly #slots: readonly DecoderSlot[];
  readonly #waiting: Job[] = [];
  #failure: DenseLabError | null = null;
  #isHanding = false;

  constructor({ spawn, processes, patience = PATIENCE }: DecoderPoolOptions) {
    const count = processes ?? Math.max(1, Math.min(4, os.cpus().length));
    this.inFlight = count * PER_PROCESS * 2;
    const owner = {
      next: (): Job | undefined => this.#waiting.shift(),
      putBack: (jobs: readonly Job[]): void => void this.#waiting.unshift(...jobs),
      onBroken: (failure: DenseLabError): void => this.#end(failure),
    };
    this.#slots = Array.from(
      { length: count },
      () => new DecoderSlot({ spawn, patience, capacity: PER_PROCESS, owner }),
    );
  }

  async probe(path: string): Promise<ImageProbe> {
    const outcome = await this.#add({ kind: 'probe', path });
    if (outcome.ok && !('image' in outcome)) throw new Error('a decoder answered a probe with pixels');
    return outcome;
  }

  async decode(request: DecodeRequest): Promise<DecodeOutcome> {
    const outcome = await this.#add({ kind: 'decode', request });
    if (outcome.ok && !('pixels' in outcome)) throw new Error('a decoder answered a file with a header');
    return outcome;
  }

  #add(task: Task): Promise<Outcome> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      // What is asked for at the same time travels in one message.
      if (this.#isHanding) return;
      this.#isHanding = true;
      setImmediate(() => this.#hand());
    });
  }

  /** Shares what waits among the processes. */
  #hand(): void {
    this.#isHanding = false;
    const share = Math.ceil(this.#waiting.length / this.#slots.length);
    for (const slot of this.#slots) slot.pull(share);
    for (const slot of this.#slots) slot.pull();
  }

  close(): void {
    this.#end(new DenseLabError('cancelled', 'Decoding was ended.', 'Start the import again.'));
  }

  #end(failure: DenseLabError): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    for (const job of [...this.#waiting.splice(0), ...this.#slots.flatMap((slot) => slot.end())]) job.reject(failure);
  }
}
