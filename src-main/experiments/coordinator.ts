/** Trains runs one after another, and keeps what the trainer tells before anybody else hears of it. */

import { toFailure } from '../contract/errors.ts';
import type { RunEvent, TrainerEvent } from '../contract/events.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { Resumption, RunRequest } from '../contract/run.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { checkMemory } from '../model/memory.ts';
import { runDirectory } from '../runs/directory.ts';
import type { RunStore } from '../runs/store.ts';
import type { TrainingJob } from '../trainer/job.ts';
import { superviseTraining } from '../trainer/supervisor.ts';
import type { SupervisedTraining } from '../trainer/supervisor.ts';
import { isOnGpu } from './computing.ts';
import { requireDevice } from './devices.ts';
import { machineMemory, withMemoryAdvice } from './memory.ts';
import { prepareRun } from './prepare.ts';
import { prepareResume, type ResumeOptions } from './resume.ts';

/** What a coordinator works with. */
export interface CoordinatorParts {
  /** The data folder. */
  readonly home: string;
  readonly cacheDirectory: string;
  readonly version: string;
  readonly threads: TrainingJob['threads'];
  readonly saving: TrainingJob['saving'];
  readonly runs: RunStore;
  readonly datasets: DatasetStore;
  readonly spawn: SpawnChild;
  /** Told every event, after it was stored. */
  readonly onEvent: (event: RunEvent) => void;
  /** Told when the row of a run changed in more than its steps. */
  readonly onChanged: (id: number) => void;
}

interface Waiting {
  readonly id: number;
  readonly job: TrainingJob;
  readonly plan: LayerPlan;
  /** What a person should know before it starts; null when nothing. */
  readonly warning: string | null;
}

/** One per data folder. */
export class RunCoordinator {
  readonly #parts: CoordinatorParts;
  readonly #queue: Waiting[] = [];
  #active: { readonly id: number; readonly training: SupervisedTraining } | null = null;
  #closing = false;
  /** Why the active run's events could not be stored; null while they can. */
  #storeFailure: unknown = null;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
  }

  /** The run that is being trained; null when none is. */
  get activeRun(): number | null {
    return this.#active?.id ?? null;
  }

  /**
   * Stores a run and trains it, at once or when those before it have ended.
   * @returns its id, which is stored when this resolves
   * @throws DenseLabError as `prepareRun`, `requireDevice` and `checkMemory`; `disk-full`
   */
  async start(request: RunRequest): Promise<number> {
    const prepared = await prepareRun(request, this.#parts.datasets);
    await requireDevice(request.device ?? 'auto', this.#parts.spawn);
    const warning = warningOf(prepared.plan, { ...request, recipe: prepared.run.recipe });
    const { id } = this.#parts.runs.create(prepared.run);
    const { plan } = prepared;
    this.#enqueue(id, plan, warning, {
      runDirectory: runDirectory(this.#parts.home, id),
      datasetDirectory: prepared.datasetDirectory,
      datasetVersion: prepared.run.dataset.version,
      model: prepared.run.model,
      recipe: prepared.run.recipe,
      threads: this.#parts.threads,
      device: request.device ?? 'auto',
      resume: null,
    });
    return id;
  }

  /**
   * Goes on with a run from its newest good checkpoint, at once or when those before it have ended.
   * @returns from where it goes on
   * @throws DenseLabError as `prepareResume`, with nothing changed
   */
  async resume(id: number, options: ResumeOptions): Promise<Resumption> {
    const { resumption, job, plan } = await prepareResume(id, options, this.#parts);
    await requireDevice(job.device ?? 'auto', this.#parts.spawn);
    const warning = warningOf(plan, job);
    this.#parts.runs.requeue(id);
    this.#enqueue(id, plan, warning, job);
    return resumption;
  }

  /**
   * Takes a waiting run out of the queue, or asks the one that trains to keep a checkpoint and to stop.
   * @throws DenseLabError `run-not-active`
   */
  stop(id: number): void {
    const position = this.#queue.findIndex((waiting) => waiting.id === id);
    if (position >= 0) {
      this.#queue.splice(position, 1);
      this.#receive(id, { event: 'stopped', epoch: 0, step: 0 });
    } else if (this.#active?.id === id) {
      this.#active.training.stop();
    } else {
      throw new DenseLabError('run-not-active', `Run ${String(id)} is not being trained.`, 'There is nothing to stop.');
    }
  }

  /** Ends the run that trains without a checkpoint of this moment; for a person who does not want to wait. */
  kill(): void {
    this.#active?.training.kill();
  }

  /** Stops everything and resolves when no worker is left. Nothing can be started afterwards. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { id } of [...this.#queue]) this.stop(id);
    const active = this.#active;
    active?.training.stop();
    await active?.training.done;
  }

  #enqueue(
    id: number,
    plan: LayerPlan,
    warning: string | null,
    job: Omit<TrainingJob, 'cacheDirectory' | 'denselab' | 'saving'>,
  ): void {
    const { cacheDirectory, version: denselab, saving } = this.#parts;
    this.#queue.push({ id, plan, warning, job: { ...job, cacheDirectory, denselab, saving } });
    this.#parts.onChanged(id);
    this.#trainNext();
  }

  #trainNext(): void {
    if (this.#active !== null || this.#closing) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    const { id, job, plan, warning } = next;
    this.#storeFailure = null;
    if (warning !== null) this.#receive(id, { event: 'preparing', phase: 'dataset', note: warning });
    const training = superviseTraining({
      job,
      spawn: this.#parts.spawn,
      onEvent: (event) => this.#receive(id, advised(event, plan, job)),
    });
    this.#active = { id, training };
    void training.done.then(() => {
      this.#active = null;
      this.#trainNext();
    });
  }

  /** Stores an event, then tells it. An event that cannot be stored ends the training: going on would lose what follows. */
  #receive(id: number, event: TrainerEvent): void {
    const told = this.#storeFailure === null ? event : this.#endingInstead(event);
    if (told === null) return;
    try {
      this.#parts.runs.recordEvent(id, told);
    } catch (thrown) {
      if (this.#storeFailure === null && !isEnding(told)) {
        this.#storeFailure = thrown;
        this.kill();
        return;
      }
    }
    this.#parts.onEvent({ ...told, run: id });
    if (told.event !== 'steps') this.#parts.onChanged(id);
  }

  /** After a failed write only the end matters, and it is told as the failure that caused it. */
  #endingInstead(event: TrainerEvent): TrainerEvent | null {
    return isEnding(event) ? { event: 'failed', error: toFailure(this.#storeFailure) } : null;
  }
}

/** A failure for want of memory says what would fit. On a GPU, what is free in the machine says nothing. */
function advised(
  event: TrainerEvent,
  plan: LayerPlan,
  { recipe, device }: Pick<TrainingJob, 'recipe' | 'device'>,
): TrainerEvent {
  if (event.event !== 'failed' || isOnGpu(device)) return event;
  return { event: 'failed', error: withMemoryAdvice(event.error, plan, recipe) };
}

/** What `checkMemory` warns of; it knows the processor's memory only. */
function warningOf(plan: LayerPlan, { recipe, device }: Pick<RunRequest, 'recipe' | 'device'>): string | null {
  return isOnGpu(device) ? null : checkMemory(plan, recipe, machineMemory());
}

function isEnding({ event }: TrainerEvent): boolean {
  return event === 'finished' || event === 'stopped' || event === 'failed';
}
