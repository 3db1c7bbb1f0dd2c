import type { EngineReport } from '../../src-main/contract/engine.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { RunEnvironment } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';

/** What this machine can train with. */
export class EngineState {
  report: EngineReport | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  checking = $state(false);
  /** When the report was made. */
  checkedAt: Date | null = $state.raw(null);
  /** What the last training really ran on; null when none is known. */
  training: { readonly id: number; readonly name: string; readonly environment: RunEnvironment } | null =
    $state.raw(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads what a run was really trained on; a run that cannot be read is told of on its own page. */
  async readTraining(id: number): Promise<void> {
    const detail = await this.#client.request('runs/show', { id }).catch(() => null);
    if (detail?.environment !== null && detail !== null) {
      this.training = { id, name: detail.name, environment: detail.environment };
    }
  }

  /** Looks again; the old report stays in sight until the new one is there. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      this.report = await this.#client.request('engine/report', null);
      this.checkedAt = new Date();
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      this.checking = false;
    }
  }
}
