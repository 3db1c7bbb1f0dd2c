import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { RunLog } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';

/** The log of one run, as far as it was read. */
export class RunLogState {
  readonly #client: Client;
  /** Null until it is read. */
  log: RunLog | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads it; for an effect: what it returns drops an answer that nobody waits for any more. */
  read(id: number): () => void {
    let current = true;
    this.#client.request('runs/log', { id }).then(
      (log) => {
        if (current) [this.log, this.failure] = [log, null];
      },
      (thrown: unknown) => {
        if (current) this.failure = toFailure(thrown);
      },
    );
    return () => {
      current = false;
    };
  }
}
