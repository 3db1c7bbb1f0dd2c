import { toFailure, type Failure } from '../../src-main/contract/errors.ts';

/** An answer that takes a while: what it is, whether it is waited for, or why there is none. */
export class Asked<Output> {
  value: Output | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  waiting = $state(false);
  #latest = 0;

  /** Asks; of several questions the latest one counts. What was answered before stays until then. */
  async ask(question: () => Promise<Output>): Promise<Output | null> {
    const number = ++this.#latest;
    [this.waiting, this.failure] = [true, null];
    try {
      const value = await question();
      if (number === this.#latest) this.value = value;
      return value;
    } catch (thrown) {
      if (number === this.#latest) this.failure = toFailure(thrown);
      return null;
    } finally {
      if (number === this.#latest) this.waiting = false;
    }
  }

  /** Forgets the answer, and does not wait for one. */
  forget(): void {
    this.#latest++;
    [this.value, this.failure, this.waiting] = [null, null, false];
  }
}
