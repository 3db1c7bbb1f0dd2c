import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { LogRole, LogRoles, RunFile } from '../../src-main/contract/exchange.ts';
import type { Client } from '../bridge/client.ts';
import type { RunsState } from './runs.svelte.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Bundles and logs that were dropped or chosen, until they are imported or put away. */
export class RunFilesState {
  /** What was found; empty while nothing is offered. */
  files: readonly RunFile[] = $state.raw([]);
  failure: Failure | null = $state.raw(null);
  /** Whether runs are being read or stored. */
  busy = $state(false);
  /** What a person says that the series of a log are, by the path of the log. */
  #roles: ReadonlyMap<string, LogRoles> = $state.raw(new Map());
  readonly #client: Client;
  readonly #runs: RunsState;
  readonly #toasts: ToastState;

  constructor(client: Client, runs: RunsState, toasts: ToastState) {
    this.#client = client;
    this.#runs = runs;
    this.#toasts = toasts;
  }

  /** Whether there is something to decide. */
  get open(): boolean {
    return this.files.length > 0 || this.failure !== null;
  }

  /** Looks at paths; true when some of them are runs, which are offered then, or a run that cannot be read. */
  async offer(paths: readonly string[]): Promise<boolean> {
    try {
      const files = await this.#client.request('runs/previewFiles', { paths });
      if (files.length === 0) return false;
      this.files = files;
      this.failure = null;
      return true;
    } catch (thrown) {
      const failure = toFailure(thrown);
      // Whatever else is wrong with a path, the import of datasets tells as well.
      if (failure.code !== 'bundle-invalid') return false;
      this.failure = failure;
      return true;
    }
  }

  /** Lets the person choose files or a folder, and offers what is found. */
  async choose(kind: 'folder' | 'files'): Promise<void> {
    try {
      const paths = await this.#client.request('runs/chooseFiles', { kind });
      if (paths.length === 0 || (await this.offer(paths))) return;
      this.failure = {
        code: 'format-unknown',
        message: 'No run was found in what you chose.',
        action: 'Choose a .denselab file, TensorBoard event files, or the CSV log of Keras, Lightning or DenseLab.',
      };
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** What the series of a log are taken for. */
  rolesOf(file: Extract<RunFile, { kind: 'log' }>): LogRoles {
    return this.#roles.get(file.path) ?? file.roles;
  }

  /** Says what a series is; null takes the role from all. */
  setRole(file: Extract<RunFile, { kind: 'log' }>, role: LogRole, tag: string | null): void {
    const { [role]: _before, ...others } = this.rolesOf(file);
    const roles: LogRoles = tag === null ? others : { ...others, [role]: tag };
    this.#roles = new Map([...this.#roles, [file.path, roles]]);
  }

  /** Imports all that is offered, one after another; what fails stays with its reason. */
  async submit(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    let imported = 0;
    try {
      for (const file of this.files) {
        const roles = file.kind === 'log' ? { roles: this.rolesOf(file) } : {};
        const { id } = await this.#client.request('runs/import', { path: file.path, ...roles });
        this.files = this.files.filter((other) => other !== file);
        imported += 1;
        this.#runs.select(id);
      }
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      this.busy = false;
    }
    if (imported > 0)
      this.#toasts.show({ message: imported === 1 ? 'Imported a run' : `Imported ${String(imported)} runs` });
    if (this.failure === null) this.close();
  }

  /** Puts everything away. */
  close(): void {
    this.files = [];
    this.failure = null;
    this.#roles = new Map();
  }
}
