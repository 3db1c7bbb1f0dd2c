import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { RunEvent } from '../../src-main/contract/events.ts';
import type { AnnotationChange, Resumption, RunDetail, RunRequest, RunSummary } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';
import { LiveCurves } from './curves.svelte.ts';
import { atMostEvery, oncePerFrame } from './frame.ts';
import { advanceReading, advanceRow, isActive, NO_READING } from './runProgress.ts';
import type { LiveReading } from './runProgress.ts';
import { recall, remember } from './session.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Milliseconds between two texts that steps change: figures that change faster cannot be read. Curves grow with every frame. */
const TEXTS_EVERY = 250;

/** The runs of the data folder with their live readings, and the one that is open. */
export class RunsState {
  /** Newest first, as the main process lists them. */
  rows: readonly RunSummary[] = $state.raw([]);
  readings: ReadonlyMap<number, LiveReading> = $state.raw(new Map());
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  failure: Failure | null = $state.raw(null);
  selectedId: number | null = $state(readSelection());
  /** Configuration, environment and checkpoints of the selected run; null until they are read. */
  detail: RunDetail | null = $state.raw(null);
  detailFailure: Failure | null = $state.raw(null);
  /** Curves of the selected run; they grow while it trains. */
  curves: LiveCurves = $state.raw(new LiveCurves());
  curvesLoaded = $state(false);
  /** Runs that were asked to stop and have not yet. */
  stopping: ReadonlySet<number> = $state.raw(new Set());
  /** Runs that were asked to go on, until the main process has answered. */
  resuming: ReadonlySet<number> = $state.raw(new Set());
  /** Why runs could not go on, until they can. */
  resumeFailures: ReadonlyMap<number, Failure> = $state.raw(new Map());
  readonly #client: Client;
  readonly #toasts: ToastState;
  /** Rows by id in the order of the list; what events change between two frames. */
  #draft = new Map<number, RunSummary>();
  readonly #readings = new Map<number, LiveReading>();
  #reads = 0;
  readonly #publish = oncePerFrame(() => {
    this.rows = [...this.#draft.values()];
    this.readings = new Map(this.#readings);
    this.curves.publish();
  });
  readonly #publishSteps = atMostEvery(TEXTS_EVERY, this.#publish);
  readonly #publishCurves = oncePerFrame(() => this.curves.publish());

  constructor(client: Client, toasts: ToastState) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('run', (event) => this.#receive(event));
    client.on('runChanged', ({ id, run }) => this.#replace(id, run));
  }

  /** The selected run as the list has it. */
  readonly selected: RunSummary | null = $derived(this.rows.find((run) => run.id === this.selectedId) ?? null);

  /** Runs that are being trained or prepared. */
  readonly live: readonly RunSummary[] = $derived(
    this.rows.filter((run) => run.status === 'running' || run.status === 'preparing'),
  );

  /** Reads the list again, and with it the open run. */
  async refresh(): Promise<void> {
    try {
      const rows = await this.#client.request('runs/list', null);
      this.#draft = new Map(rows.map((run) => [run.id, run]));
      this.rows = rows;
      this.phase = 'ready';
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
      if (this.phase === 'loading') this.phase = 'failed';
      return;
    }
    this.select(this.selected === null ? (this.rows[0]?.id ?? null) : this.selectedId);
  }

  /** Opens a run. */
  select(id: number | null): void {
    if (id !== this.selectedId || this.detail?.id !== id) {
      this.detail = null;
      this.curves = new LiveCurves();
      this.curvesLoaded = false;
    }
    this.selectedId = id;
    remember('run', id === null ? null : String(id));
    void this.readSelected();
  }

  /** Reads everything about the open run again. */
  async readSelected(): Promise<void> {
    const id = this.selectedId;
    const read = ++this.#reads;
    const curves = this.curves;
    this.detailFailure = null;
    if (id === null) return;
    try {
      const [detail, stored] = await Promise.all([
        this.#client.request('runs/show', { id }),
        this.#client.request('runs/curves', { id }),
      ]);
      if (read !== this.#reads) return;
      this.detail = detail;
      curves.load(stored);
      this.curvesLoaded = true;
    } catch (thrown) {
      if (read === this.#reads) this.detailFailure = toFailure(thrown);
    }
  }

  /** Starts a run and opens it. @throws DenseLabError */
  async start(request: RunRequest): Promise<number> {
    const { id } = await this.#client.request('runs/start', request);
    await this.refresh();
    this.select(id);
    return id;
  }

  /** Queues the runs of a sweep and opens the first. @throws DenseLabError */
  async queue(requests: readonly RunRequest[], sweep: string): Promise<number> {
    const { ids } = await this.#client.request('queue/add', { requests, priority: 'normal', sweep });
    await this.refresh();
    const [first = 0] = ids;
    this.select(first);
    return first;
  }

  /** Stops a run after the step that goes on; what it has reached stays. */
  async stop(id: number): Promise<void> {
    await this.#end(id, 'runs/stop');
  }

  /** The same, and it waits to be resumed; the next of the queue trains meanwhile. */
  async pause(id: number): Promise<void> {
    await this.#end(id, 'runs/pause');
  }

  /** Lets all failed ones of some runs go on, in their order; each tells of its own trouble. */
  async retry(runs: readonly RunSummary[]): Promise<void> {
    const failed = runs.filter(({ status }) => status === 'failed').sort((one, other) => one.id - other.id);
    for (const { id } of failed) await this.resume(id);
  }

  /** Puts runs into a folder of the list, with the way back in a toast; an empty name takes them out of any. */
  async moveTo(folder: string, runs: readonly RunSummary[]): Promise<void> {
    const moved = runs.filter((run) => run.folder !== folder);
    for (const { id } of moved) if (!(await this.annotate(id, { folder }))) return;
    const [first] = moved;
    if (first === undefined) return;
    const what = moved.length === 1 ? first.name : `${String(moved.length)} runs`;
    const undo = async (): Promise<void> => {
      for (const run of moved) await this.annotate(run.id, { folder: run.folder });
    };
    const message = folder === '' ? `Took ${what} out of the folder` : `Moved ${what} to ${folder}`;
    this.#toasts.show({ message, undo: () => void undo() });
  }

  /** Goes on with a run from its last good checkpoint; `force` accepts another device or other software than before. */
  async resume(id: number, force = false): Promise<void> {
    if (this.resuming.has(id)) return;
    this.resuming = new Set([...this.resuming, id]);
    this.#answerResume(id, null);
    try {
      this.#tellOfResuming(await this.#client.request('runs/resume', { id, force }));
    } catch (thrown) {
      this.#answerResume(id, toFailure(thrown));
    } finally {
      this.resuming = new Set([...this.resuming].filter((other) => other !== id));
    }
  }

  /** Gives a run another name. @throws DenseLabError */
  async rename(id: number, name: string): Promise<void> {
    this.#replace(id, await this.#client.request('runs/rename', { id, name }));
  }

  /** Changes what a person keeps with a run; false when it could not, and a toast says why. */
  async annotate(id: number, change: AnnotationChange): Promise<boolean> {
    return this.#try(async () => {
      this.#replace(id, await this.#client.request('runs/annotate', { id, change }));
      if (id === this.detail?.id) this.detail = { ...this.detail, ...change };
    });
  }

  /** Sets a run aside, with the way back in a toast. */
  async remove(id: number): Promise<void> {
    const index = this.rows.findIndex((row) => row.id === id);
    const run = this.rows[index];
    if (run === undefined || !(await this.#try(() => this.#client.request('runs/remove', { id })))) return;
    this.#draft.delete(id);
    this.rows = this.rows.filter((row) => row.id !== id);
    if (this.selectedId === id) this.select((this.rows[index] ?? this.rows[index - 1])?.id ?? null);
    this.#toasts.show({ message: `Deleted ${run.name}`, undo: () => void this.restore(id) });
  }

  /** Brings a removed run back and opens it. */
  async restore(id: number): Promise<void> {
    if (!(await this.#try(() => this.#client.request('runs/restore', { id })))) return;
    await this.refresh();
    this.select(id);
  }

  /** Where its events have brought a run. */
  reading(id: number): LiveReading {
    return this.readings.get(id) ?? NO_READING;
  }

  #receive(event: RunEvent): void {
    const row = this.#draft.get(event.run);
    if (row !== undefined) this.#draft.set(event.run, advanceRow(row, event));
    this.#readings.set(
      event.run,
      advanceReading(this.#readings.get(event.run) ?? NO_READING, event, performance.now()),
    );
    if (event.run === this.selectedId) this.#receiveSelected(event);
    if (event.event !== 'steps') return this.#publish();
    this.#publishSteps();
    if (event.run === this.selectedId) this.#publishCurves();
  }

  #receiveSelected(event: RunEvent): void {
    if (event.event === 'resumed') {
      // What was drawn after the checkpoint is void, and comes again.
      this.curves.dropAfter(event.step, event.epochsFinished);
      void this.readSelected();
    }
    if (event.event === 'steps') this.curves.addSteps(event.steps);
    if (event.event === 'epoch') this.curves.addEpoch(event.metrics);
    if (this.detail === null) return;
    if (event.event === 'started') this.detail = { ...this.detail, environment: event.environment };
    if (event.event === 'finished') this.detail = { ...this.detail, test: event.test };
    if (event.event === 'checkpoint') {
      const kept = this.detail.checkpoints.filter((checkpoint) => checkpoint.file !== event.checkpoint.file);
      this.detail = { ...this.detail, checkpoints: [...kept, event.checkpoint] };
    }
  }

  /** Takes a row as the main process has it; steps that events told of already are not taken back. */
  #replace(id: number, run: RunSummary | null): void {
    const before = this.#draft.get(id);
    if (run === null) {
      this.#draft.delete(id);
      this.#readings.delete(id);
    } else if (before === undefined) {
      this.#draft = new Map([[id, run], ...this.#draft]);
    } else {
      const stepsDone = isActive(run.status) ? Math.max(run.stepsDone, before.stepsDone) : run.stepsDone;
      this.#draft.set(id, { ...run, stepsDone });
      if (!isActive(run.status)) this.#readings.delete(id);
    }
    if (run === null || !isActive(run.status)) this.#settle(id);
    this.#publish();
    if (id === this.selectedId && run !== null && run.status !== before?.status) void this.readSelected();
  }

  #answerResume(id: number, failure: Failure | null): void {
    const failures = new Map(this.resumeFailures);
    if (failure === null) failures.delete(id);
    else failures.set(id, failure);
    this.resumeFailures = failures;
  }

  /** That a run goes on can be seen; that it does so from an earlier place than it had reached is said. */
  #tellOfResuming({ id, epochsFinished, step, passedOver }: Resumption): void {
    const name = this.#draft.get(id)?.name ?? 'The run';
    const [newest] = passedOver;
    if (newest !== undefined) {
      const place = `epoch ${String(epochsFinished)}, step ${String(step)}`;
      this.#toasts.show({ message: `${name} goes on from ${place}. ${newest.reason}` });
    } else if (step === 0) {
      this.#toasts.show({ message: `${name} starts again from its beginning: it had kept no checkpoint.` });
    }
  }

  async #end(id: number, how: 'runs/stop' | 'runs/pause'): Promise<void> {
    this.stopping = new Set([...this.stopping, id]);
    if (!(await this.#try(() => this.#client.request(how, { id })))) this.#settle(id);
  }

  #settle(id: number): void {
    if (this.stopping.has(id)) this.stopping = new Set([...this.stopping].filter((other) => other !== id));
  }

  /** Does it, or says in a toast why not. */
  async #try(request: () => Promise<unknown>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.#toasts.show({ message: `${message} ${action}` });
      return false;
    }
  }
}

function readSelection(): number | null {
  const stored = Number(recall('run') ?? NaN);
  return Number.isSafeInteger(stored) ? stored : null;
}
