import { COMPARED_RUNS, type ComparisonFormat, type ComparisonView } from '../../src-main/contract/comparison.ts';
import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { SavedComparison } from '../../src-main/contract/savedComparison.ts';
import type { Client } from '../bridge/client.ts';
import { ComparisonLookState } from './comparisonLook.svelte.ts';
import type { RunsState } from './runs.svelte.ts';
import { SavedComparisonsState } from './savedComparisons.svelte.ts';
import { recall, remember } from './session.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Milliseconds between two readings while picked runs train. */
const REFRESH_AFTER = 1_000;

/** The runs that are picked for comparing, in their order (A is the first), and what came of it. */
export class ComparisonState {
  readonly #client: Client;
  readonly #runs: RunsState;
  readonly #toasts: ToastState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  ids: readonly number[] = $state.raw(recalledIds());
  /** Null until two runs are picked and read. */
  view: ComparisonView | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** How it is looked at. */
  readonly looking = new ComparisonLookState();
  readonly saved: SavedComparisonsState;

  /** Ids of picked runs that are there. */
  readonly present: readonly number[] = $derived(this.ids.filter((id) => this.#runs.rows.some((run) => run.id === id)));
  /** What the window says is open: nothing until there is something to compare. */
  readonly title: string | undefined = $derived(this.#title());

  constructor(client: Client, runs: RunsState, toasts: ToastState) {
    this.#client = client;
    this.#runs = runs;
    this.#toasts = toasts;
    this.saved = new SavedComparisonsState(client, toasts);
    client.on('run', ({ run, event }) => {
      if (this.ids.includes(run) && (event === 'epoch' || event === 'resumed')) this.#refreshSoon();
    });
    client.on('runChanged', ({ id, run }) => {
      if (!this.ids.includes(id)) return;
      if (run === null) this.#pick(this.ids.filter((other) => other !== id));
      else this.#refreshSoon();
    });
  }

  /** Whether a run is picked. */
  has(id: number): boolean {
    return this.ids.includes(id);
  }

  /** Picks a run, or lets go of it. */
  toggle(id: number): void {
    if (this.has(id)) this.#pick(this.ids.filter((other) => other !== id));
    else if (this.ids.length < COMPARED_RUNS.most) this.#pick([...this.ids, id]);
    else this.#toasts.show({ message: `A comparison takes ${String(COMPARED_RUNS.most)} runs at most.` });
  }

  /** Lets go of all. */
  clear(): void {
    this.saved.open = null;
    this.#pick([]);
  }

  /** Opens one that was kept: its runs, as far as they are still there, looked at as it was. */
  restore(saved: SavedComparison): void {
    this.saved.open = saved;
    this.looking.change({ axis: saved.look.axis, logAxis: saved.look.logAxis });
    this.looking.change(saved.look);
    this.#pick(saved.runs.map(({ id }) => id));
  }

  /** Changes the first two: what was A is B. */
  swap(): void {
    const [first, second, ...rest] = this.ids;
    if (first !== undefined && second !== undefined) this.#pick([second, first, ...rest]);
  }

  /** Reads the comparison anew; an answer that is overtaken by another question is dropped. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ids = this.present;
    const question = (this.#asked += 1);
    if (ids.length < COMPARED_RUNS.least) {
      this.view = null;
      this.failure = null;
      return;
    }
    try {
      const view = await this.#client.request('runs/compare', { ids });
      if (question !== this.#asked) return;
      this.view = view;
      this.failure = null;
    } catch (thrown) {
      if (question === this.#asked) this.failure = toFailure(thrown);
    }
  }

  /** Asks where to, and writes the comparison there. */
  async export(format: ComparisonFormat): Promise<void> {
    try {
      const { path } = await this.#client.request('runs/exportComparison', { ids: this.present, format });
      if (path !== null) this.#toasts.show({ message: `Wrote ${path}.` });
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.#toasts.show({ message: `${message} ${action}` });
    }
  }

  #pick(ids: readonly number[]): void {
    this.ids = ids;
    remember('compare', ids.length === 0 ? null : ids.join(','));
    void this.refresh();
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => void this.refresh(), REFRESH_AFTER);
  }

  #title(): string | undefined {
    const names = this.present.map((id) => this.#runs.rows.find((run) => run.id === id)?.name ?? '');
    const [first, second] = names;
    if (first === undefined || second === undefined) return undefined;
    return names.length === 2 ? `${first} and ${second}` : `${String(names.length)} runs`;
  }
}

function recalledIds(): readonly number[] {
  const ids = (recall('compare') ?? '').split(',').map(Number);
  return [...new Set(ids)].filter((id) => Number.isSafeInteger(id) && id > 0).slice(0, COMPARED_RUNS.most);
}
