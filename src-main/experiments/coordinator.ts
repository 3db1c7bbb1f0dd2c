/** Trains the runs of the queue one after another, and keeps what the trainer tells before anybody else hears of it. */

import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { RunEvent, TrainerEvent } from '../contract/events.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { QueueAddition, QueuePriority, QueueState } from '../contract/queue.ts';
import type { Resumption, RunRequest } from '../contract/run.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { appendRunLog } from '../runs/log.ts';
import { requireResumable, type RunStore } from '../runs/store.ts';
import type { NewRun } from '../runs/runTable.ts';
import type { TrainingJob } from '../trainer/job.ts';
import { superviseTraining, type SupervisedTraining } from '../trainer/supervisor.ts';
import { computingEvidence, isOnGpu, neediestWay } from './computing.ts';
import { requireDevice } from './devices.ts';
import { forecast, gatherKnowledge } from './forecasting.ts';
import { withMemoryAdvice } from './memory.ts';
import { prepareRun } from './prepare.ts';
import { prepareResume, type ResumeOptions } from './resume.ts';
import { logEntries } from './runLog.ts';
import { prepareTurn, warningOf, type TurnParts } from './turn.ts';

/** What a coordinator works with. */
export interface CoordinatorParts extends TurnParts {
  readonly runs: RunStore;
  readonly datasets: DatasetStore;
  /** Whose turns come: those of all that wait; only of those that it is asked to train at once, paused queue or not; nobody's. */
  readonly trains: 'queue' | 'asked' | 'nothing';
  /** Told every event, after it was stored. */
  readonly onEvent: (event: RunEvent) => void;
  /** Told when the row of a run changed in more than its steps. */
  readonly onChanged: (id: number) => void;
  /** Told when the queue changed. */
  readonly onQueue?: (queue: QueueState) => void;
}

/** The run whose turn it is. */
interface Active {
  readonly id: number;
  /** Null while it is prepared. */
  training: SupervisedTraining | null;
  /** How a person wants it to end before its time. */
  wish: 'none' | 'stop' | 'pause';
}

/** One per data folder. */
export class RunCoordinator {
  readonly #parts: CoordinatorParts;
  /** Runs that this coordinator was asked to train. */
  readonly #asked = new Set<number>();
  #active: Active | null = null;
  #turn: Promise<void> = Promise.resolve();
  #closing = false;
  /** Why the active run's events could not be stored; null while they can. */
  #storeFailure: unknown = null;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
  }

  /** The run that is being trained, or prepared for it; null when none is. */
  get activeRun(): number | null {
    return this.#active?.id ?? null;
  }

  /** The queue as it is now. */
  queue(): QueueState {
    return { ...this.#parts.runs.queue(), running: this.activeRun };
  }

  /** Begins with what waits, and tells of the queue; to be called at the start, and after the queue was changed elsewhere. */
  look(): void {
    this.#trainNext();
    this.#tellQueue();
  }

  /**
   * Stores a run and trains it when those before it have ended.
   * @returns its id, which is stored when this resolves
   * @throws DenseLabError as `add`
   */
  async start(request: RunRequest): Promise<number> {
    const [id = 0] = await this.add({ requests: [request], priority: 'normal', sweep: null }, true);
    return id;
  }

  /**
   * Stores runs that wait for their turn, behind those of their priority: all of them or, when one is refused, none.
   * @param asked whether this coordinator trains them also where it trains nothing else
   * @returns their ids, which are stored when this resolves
   * @throws DenseLabError as `prepareRun`, `requireDevice` and `checkMemory`; `disk-full`
   */
  async add({ requests, priority, sweep }: QueueAddition, asked = false): Promise<number[]> {
    const runs: NewRun[] = [];
    const known = gatherKnowledge(this.#parts);
    for (const request of requests) {
      const prepared = await prepareRun(request, this.#parts.datasets);
      const { run, plan } = prepared;
      warningOf(plan, { ...request, recipe: run.recipe }, this.#parts.cacheDirectory);
      const { time } = forecast(prepared, known);
      const told = time === null ? {} : { forecast: { secondsPerEpoch: time.secondsPerEpoch, source: time.source } };
      runs.push({ ...run, ...told });
    }
    for (const device of new Set(requests.map((request) => request.device ?? 'auto'))) {
      await requireDevice(device, this.#parts.spawn);
    }
    const ids = this.#parts.runs.createWaiting(runs, priority, sweep);
    for (const id of ids) this.#await(id, asked);
    this.look();
    return ids;
  }

  /**
   * Goes on with a run from its newest good checkpoint when those before it have ended.
   * @returns from where it would go on now
   * @throws DenseLabError as `requireResumable` and `prepareResume`, with nothing changed
   */
  async resume(id: number, options: ResumeOptions): Promise<Resumption> {
    const resumption = await this.#checkResume(id, options);
    this.#parts.runs.requeue(id, options);
    this.#await(id, true);
    this.look();
    return resumption;
  }

  /** Queues runs again, all or, when one is refused, none. @throws DenseLabError as `resume` */
  async retry(ids: readonly number[], options: ResumeOptions): Promise<void> {
    for (const id of ids) await this.#checkResume(id, options);
    for (const id of ids) {
      this.#parts.runs.requeue(id, options);
      this.#await(id, false);
    }
    this.look();
  }

  /**
   * Takes a waiting run out of the queue, or asks the one that trains to keep a checkpoint and to stop.
   * @throws DenseLabError `run-not-active`
   */
  stop(id: number): void {
    this.#end(id, 'stop');
  }

  /** As `stop`, and the run is told as `paused`: resuming puts it before the others. @throws DenseLabError `run-not-active` */
  pause(id: number): void {
    this.#end(id, 'pause');
  }

  /** Puts a waiting run before another, or last of its priority. @throws DenseLabError `run-not-queued` */
  move(id: number, before: number | null): void {
    this.#parts.runs.waiting.move(id, before);
    this.look();
  }

  /** Gives waiting runs another priority. @throws DenseLabError `run-not-queued` */
  prioritise(ids: readonly number[], priority: QueuePriority): void {
    this.#parts.runs.waiting.prioritise(ids, priority);
    this.look();
  }

  /** Takes waiting runs out of the queue, see `RunQueue.remove`. @throws DenseLabError `run-not-queued` */
  remove(ids: readonly number[]): void {
    this.#parts.runs.waiting.remove(ids);
    this.look();
  }

  /** Lets nothing new start, or goes on. */
  pauseQueue(paused: boolean): void {
    this.#parts.runs.waiting.setPaused(paused);
    this.look();
  }

  /** Ends the run that trains without a checkpoint of this moment; for a person who does not want to wait. */
  kill(): void {
    this.#active?.training?.kill();
  }

  /** Stops the run that trains, and resolves when no worker is left; the others go on waiting. Nothing can be started afterwards. */
  async close(): Promise<void> {
    this.#closing = true;
    const active = this.#active;
    if (active !== null) this.#end(active.id, active.wish === 'none' ? 'stop' : active.wish);
    await this.#turn;
  }

  async #checkResume(id: number, options: ResumeOptions): Promise<Resumption> {
    requireResumable(this.#parts.runs.show(id));
    const { resumption, job, plan } = await prepareResume(id, options, this.#parts);
    await requireDevice(job.device ?? 'auto', this.#parts.spawn);
    warningOf(plan, job, this.#parts.cacheDirectory);
    return resumption;
  }

  /** @param asked whether this coordinator trains it also where it trains nothing else */
  #await(id: number, asked: boolean): void {
    if (asked) this.#asked.add(id);
    this.#parts.onChanged(id);
  }

  #end(id: number, wish: 'stop' | 'pause'): void {
    const active = this.#active;
    if (active?.id === id) {
      if (active.wish === 'none' || wish === 'stop') active.wish = wish;
      active.training?.stop();
      return;
    }
    if (!this.#parts.runs.waiting.waiting().includes(id)) {
      throw new DenseLabError('run-not-active', `Run ${String(id)} is not being trained.`, 'There is nothing to stop.');
    }
    this.#parts.runs.waiting.withdraw(id, wish === 'pause');
    this.#parts.onChanged(id);
    this.look();
  }

  #next(): number | undefined {
    const { runs, trains } = this.#parts;
    if (trains === 'nothing') return undefined;
    if (trains === 'queue') return runs.waiting.paused ? undefined : runs.waiting.waiting()[0];
    return runs.waiting.waiting().find((id) => this.#asked.has(id));
  }

  #trainNext(): void {
    if (this.#active !== null || this.#closing) return;
    const id = this.#next();
    if (id === undefined) return;
    this.#parts.runs.waiting.take(id);
    const active: Active = { id, training: null, wish: 'none' };
    this.#active = active;
    this.#storeFailure = null;
    this.#parts.onChanged(id);
    this.#turn = this.#train(active).then(() => {
      this.#active = null;
      this.#goOn();
    });
  }

  /** After a run has ended. Where the next one cannot even be noted as begun, it is told as failed, and goes on waiting. */
  #goOn(): void {
    // Nothing can be read of what waits either.
    if (isDriveGone(this.#storeFailure)) return;
    try {
      this.look();
    } catch (thrown) {
      const run = this.#next();
      if (run !== undefined) this.#parts.onEvent({ event: 'failed', error: toFailure(thrown), run });
    }
  }

  /** Trains a run to its end; never rejects: whatever is wrong ends the run, and the queue goes on. */
  async #train(active: Active): Promise<void> {
    const { id } = active;
    try {
      const { job, plan, warning, resumption } = await prepareTurn(id, this.#parts);
      if (active.wish !== 'none') {
        const { epochsFinished: epoch, step } = resumption;
        this.#receive(active, { event: 'stopped', epoch, step });
        return;
      }
      if (warning !== null) this.#receive(active, { event: 'preparing', phase: 'dataset', note: warning });
      if (this.#storeFailure !== null) throw this.#storeFailure;
      active.training = superviseTraining({
        job,
        spawn: this.#parts.spawn,
        onEvent: (event) => this.#receive(active, advised(event, plan, job)),
      });
    } catch (thrown) {
      this.#receive(active, { event: 'failed', error: toFailure(thrown) });
      return;
    }
    await active.training.done;
  }

  /** Stores an event, then tells it. An event that cannot be stored ends the training: going on would lose what follows. */
  #receive({ id, wish }: Active, event: TrainerEvent): void {
    let told = this.#storeFailure === null ? event : endingInstead(event, this.#storeFailure);
    if (told === null) return;
    if (told.event === 'stopped' && wish === 'pause') told = { ...told, paused: true };
    const stored = this.#store(id, told);
    if (!stored && !isEnding(told)) return this.kill();
    if (!stored) told = endingInstead(told, this.#storeFailure) ?? told;
    for (const { level, text } of logEntries(told)) appendRunLog(this.#parts.home, id, level, text);
    this.#parts.onEvent({ ...told, run: id });
    // A row that could not be changed may not be readable either.
    if (stored && told.event !== 'steps') this.#parts.onChanged(id);
  }

  /** Whether it could be stored. Where a drive is gone, those that wait would only fail one after another. */
  #store(id: number, event: TrainerEvent): boolean {
    const { runs } = this.#parts;
    try {
      runs.recordEvent(id, event);
      if (event.event === 'stopped' && event.reason !== undefined) runs.waiting.setPaused(true);
      return true;
    } catch (thrown) {
      this.#storeFailure ??= thrown;
      return false;
    }
  }

  #tellQueue(): void {
    this.#parts.onQueue?.(this.queue());
  }
}

/** After a failed write only the end matters, and it is told as the failure that caused it. */
function endingInstead(event: TrainerEvent, storeFailure: unknown): TrainerEvent | null {
  if (!isEnding(event)) return null;
  const error = toFailure(storeFailure);
  if (!isDriveGone(storeFailure)) return { event: 'failed', error };
  const { epoch, step } = event.event === 'stopped' ? event : { epoch: 0, step: 0 };
  return { event: 'stopped', epoch, step, paused: true, reason: error };
}

/** A failure for want of memory says what would fit. On a GPU, what is free in the machine says nothing. */
function advised(
  event: TrainerEvent,
  plan: LayerPlan,
  { recipe, device, cacheDirectory }: Pick<TrainingJob, 'recipe' | 'device' | 'cacheDirectory'>,
): TrainerEvent {
  if (event.event !== 'failed' || isOnGpu(device)) return event;
  const way = neediestWay(plan, recipe, computingEvidence(cacheDirectory));
  return { event: 'failed', error: withMemoryAdvice(event.error, plan, recipe, way) };
}

/** The drive of the data folder: the database could be written when the run began. */
function isDriveGone(thrown: unknown): boolean {
  return thrown !== null && ['drive-gone', 'home-unwritable'].includes(toFailure(thrown).code);
}

function isEnding({ event }: TrainerEvent): boolean {
  return event === 'finished' || event === 'stopped' || event === 'failed';
}
