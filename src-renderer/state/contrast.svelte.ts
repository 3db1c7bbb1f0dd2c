import type { Contrast } from '../../src-main/contract/comparison.ts';
import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';

/** Two runs on every image of the test split: asked for, since it takes seconds. */
export class ContrastState {
  readonly #client: Client;
  #asked = 0;
  waiting = $state(false);
  contrast: Contrast | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);

  constructor(client: Client) {
    this.#client = client;
  }

  /** Forgets the answer: other runs are looked at. */
  clear(): void {
    this.#asked += 1;
    this.waiting = false;
    this.contrast = null;
    this.failure = null;
  }

  /** Sets two runs against each other. */
  async ask(a: number, b: number): Promise<void> {
    const question = (this.#asked += 1);
    this.waiting = true;
    this.failure = null;
    try {
      const contrast = await this.#client.request('runs/contrast', { a, b, split: 'test' });
      if (question === this.#asked) this.contrast = contrast;
    } catch (thrown) {
      if (question === this.#asked) this.failure = toFailure(thrown);
    } finally {
      if (question === this.#asked) this.waiting = false;
    }
  }
}
