import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { CalibrationEvent, CalibrationState } from '../../src-main/contract/forecast.ts';
import type { Client } from '../bridge/client.ts';

/** What is known of this machine's speed, and the measurement of it. */
export class Calibration {
  /** null until it is read. */
  state: CalibrationState | null = $state.raw(null);
  running = $state(false);
  /** Where the measurement under way is; null before it tells. */
  progress: CalibrationEvent | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    client.on('calibration', (event) => {
      if (this.running) this.progress = event;
    });
  }

  /** Reads what is known; without an answer nothing is said of it. */
  async refresh(): Promise<void> {
    this.state = await this.#client.request('engine/calibration', null).catch(() => this.state);
  }

  /** Measures the machine; the outcome is in `state` or `failure`, and in neither when it was cancelled. */
  async measure(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.progress = null;
    this.failure = null;
    try {
      this.state = await this.#client.request('engine/calibrate', null);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      this.running = false;
    }
  }

  /** Ends the measurement under way. */
  async cancel(): Promise<void> {
    await this.#client.request('engine/cancelCalibration', null).catch(() => null);
  }
}
