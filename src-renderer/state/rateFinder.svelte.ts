import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { RateSearchEvent } from '../../src-main/contract/events.ts';
import type { RatePoint, RateRequest, RateSearch } from '../../src-main/contract/rates.ts';
import type { Client } from '../bridge/client.ts';
import { oncePerFrame } from './frame.ts';

/** A search for a learning rate: what it has measured, and what it found. */
export class RateFinder {
  /** Steps that the search under way takes at most; null when none is. */
  steps: number | null = $state(null);
  points: readonly RatePoint[] = $state.raw([]);
  found: RateSearch | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  #coming: RatePoint[] = [];
  readonly #publish = oncePerFrame(() => (this.points = [...this.#coming]));

  constructor(client: Client) {
    this.#client = client;
    client.on('rateSearch', (event) => this.#receive(event));
  }

  /** Searches; the outcome is in `found` or `failure`, and in neither when it was cancelled. */
  async find(request: RateRequest): Promise<void> {
    if (this.steps !== null) return;
    this.close();
    this.steps = request.steps;
    try {
      this.found = await this.#client.request('rates/find', request);
      this.#coming = [...this.found.points];
      this.points = this.found.points;
    } catch (thrown) {
      const failure = toFailure(thrown);
      this.close();
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      this.steps = null;
    }
  }

  /** Ends the search under way. */
  async cancel(): Promise<void> {
    await this.#client.request('rates/cancel', null).catch(() => null);
  }

  /** Puts away what was found. */
  close(): void {
    this.#coming = [];
    this.points = [];
    this.found = null;
    this.failure = null;
  }

  #receive(event: RateSearchEvent): void {
    if (this.steps === null || event.event !== 'rate') return;
    this.#coming.push(event.point);
    this.#publish();
  }
}
