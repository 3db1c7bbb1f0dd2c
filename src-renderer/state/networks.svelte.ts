import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import { MOST_PREDICTED } from '../../src-main/contract/exchange.ts';
import type { ExportFormat, RunExportFormat, RunPredictions } from '../../src-main/contract/exchange.ts';
import type { RunSummary } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';
import type { ToastState } from './toasts.svelte.ts';

/** What was asked of the network of one run. */
export interface Trial {
  /** Files that are being looked at; 0 when none is. */
  readonly waiting: number;
  /** The newest answer; null before the first. */
  readonly predictions: RunPredictions | null;
  readonly failure: Failure | null;
}

const NO_TRIAL: Trial = { waiting: 0, predictions: null, failure: null };

/** What trained networks give: predictions for image files, and exports. */
export class NetworksState {
  /** Runs whose networks are being written. */
  exporting: ReadonlySet<number> = $state.raw(new Set());
  /** Why networks could not be written, until they can or it is put away. */
  exportFailures: ReadonlyMap<number, Failure> = $state.raw(new Map());
  #trials: ReadonlyMap<number, Trial> = $state.raw(new Map());
  readonly #client: Client;
  readonly #toasts: ToastState;

  constructor(client: Client, toasts: ToastState) {
    this.#client = client;
    this.#toasts = toasts;
  }

  /** What a run's network was asked. */
  trial(id: number): Trial {
    return this.#trials.get(id) ?? NO_TRIAL;
  }

  /** Asks a run's network about files; their predictions take the place of those before. */
  async predict(id: number, paths: readonly string[]): Promise<void> {
    const before = this.trial(id);
    if (before.waiting > 0 || paths.length === 0) return;
    const files = paths.slice(0, MOST_PREDICTED);
    this.#tell(id, { ...before, waiting: files.length, failure: null });
    try {
      const predictions = await this.#client.request('runs/predict', { id, paths: files });
      this.#tell(id, { waiting: 0, predictions, failure: null });
    } catch (thrown) {
      this.#tell(id, { waiting: 0, predictions: null, failure: toFailure(thrown) });
    }
    if (paths.length > files.length) {
      this.#toasts.show({ message: `The first ${String(files.length)} of ${String(paths.length)} files were tried.` });
    }
  }

  /** Lets the person choose image files, and asks a run's network about them. */
  async choose(id: number): Promise<void> {
    try {
      await this.predict(id, await this.#client.request('runs/chooseImages', null));
    } catch (thrown) {
      this.#tell(id, { ...this.trial(id), failure: toFailure(thrown) });
    }
  }

  /** Lets the person choose where to, writes the network of a run there, and offers to show it. */
  async export({ id, name }: RunSummary, format: ExportFormat | RunExportFormat): Promise<void> {
    if (this.exporting.has(id)) return;
    this.dismissExportFailure(id);
    try {
      const out = await this.#client.request('runs/chooseExport', { id, format });
      if (out === null) return;
      this.exporting = new Set([...this.exporting, id]);
      await this.#client.request('runs/export', { id, format, out });
      const show = () => void this.#client.request('runs/showExport', { out }).catch(() => null);
      this.#toasts.show({ message: `Exported ${name}`, action: { label: 'Show in folder', run: show } });
    } catch (thrown) {
      this.exportFailures = new Map([...this.exportFailures, [id, toFailure(thrown)]]);
    } finally {
      this.exporting = new Set([...this.exporting].filter((other) => other !== id));
    }
  }

  /** Puts away why a network could not be written. */
  dismissExportFailure(id: number): void {
    this.exportFailures = new Map([...this.exportFailures].filter(([other]) => other !== id));
  }

  #tell(id: number, trial: Trial): void {
    this.#trials = new Map([...this.#trials, [id, trial]]);
  }
}
