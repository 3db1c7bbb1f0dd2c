/** Messages that are pushed: worker to owner, and owner to window. */

import type { ImportEvent } from './dataset.ts';
import type { DatasetExportEvent } from './datasetVersion.ts';
import type { Failure } from './errors.ts';
import type { QueueState } from './queue.ts';
import type { CalibrationEvent } from './forecast.ts';
import type { InspectionEvent } from './inspect.ts';
import type { RatePoint, RateSearch } from './rates.ts';
import type { RuntimeEvent } from './runtime.ts';
import type { LayerFlow } from './study.ts';
import type { CheckpointRecord, EpochMetrics, RunEnvironment, RunSummary, SplitMetrics, StepMetric } from './run.ts';

/**
 * What the training worker tells. Order: preparing*, resumed for a run that goes on, started, (steps | evaluating | epoch |
 * checkpoint)*, then one ending.
 */
export type TrainerEvent =
  | {
      readonly event: 'preparing';
      readonly phase: 'runtime' | 'dataset' | 'compile' | 'self-test' | 'first-step';
      /** What a person should know before it starts: memory that may be short. */
      readonly note?: string;
    }
  /** The state of a checkpoint is restored: whatever the run had recorded after `step` and `epochsFinished` is void. */
  | { readonly event: 'resumed'; readonly step: number; readonly epochsFinished: number }
  | { readonly event: 'started'; readonly environment: RunEnvironment; readonly stepsPerEpoch: number }
  /** Steps since the last message; sent at most 20 times a second. */
  | {
      readonly event: 'steps';
      readonly steps: readonly StepMetric[];
      readonly imagesPerSecond: number;
      /** Resident memory of the worker in bytes. */
      readonly residentBytes: number;
    }
  | { readonly event: 'evaluating'; readonly epoch: number }
  /**
   * `outsideSeconds`: of the training seconds, those not spent in TensorFlow (feeding, telling, waiting for messages). `flow`: how one
   * of its steps moved each layer; absent where that step was done before a resumption.
   */
  | {
      readonly event: 'epoch';
      readonly metrics: EpochMetrics;
      readonly outsideSeconds: number;
      readonly flow?: readonly LayerFlow[];
    }
  /** A checkpoint is safely on disk; `removed` names the older files (as in `CheckpointRecord.file`) that it made superfluous. */
  | { readonly event: 'checkpoint'; readonly checkpoint: CheckpointRecord; readonly removed: readonly string[] }
  /** `restoredEpoch`: the best one, whose weights were tested; absent where the last weights were. */
  | { readonly event: 'finished'; readonly test: SplitMetrics; readonly restoredEpoch?: number }
  /** `paused`: it was asked to pause, or had to for a `reason`, and waits for a person to let it go on. */
  | {
      readonly event: 'stopped';
      readonly epoch: number;
      readonly step: number;
      readonly paused?: true;
      readonly reason?: Failure;
    }
  | { readonly event: 'failed'; readonly error: Failure };

/** The one event that ends a training, last of all. */
export type TrainerEnding = Extract<TrainerEvent, { readonly event: 'finished' | 'stopped' | 'failed' }>;

/** What a worker tells while it searches a learning rate. Order: preparing*, rate*, then one of the others. */
export type RateSearchEvent =
  | Extract<TrainerEvent, { readonly event: 'preparing' | 'failed' }>
  | { readonly event: 'rate'; readonly point: RatePoint }
  | { readonly event: 'found'; readonly search: RateSearch };

/** A trainer's event, with the run that it belongs to. */
export type RunEvent = TrainerEvent & { readonly run: number };

/** Everything that the main process pushes to a window. */
export interface AppEvents {
  readonly import: ImportEvent;
  readonly export: DatasetExportEvent;
  readonly run: RunEvent;
  readonly rateSearch: RateSearchEvent;
  readonly calibration: CalibrationEvent;
  readonly runtime: RuntimeEvent;
  readonly inspection: InspectionEvent;
  /** A run was created, renamed, removed or changed status: the row as it is now, or null when it is gone. */
  readonly runChanged: { readonly id: number; readonly run: RunSummary | null };
  /** The queue as it is now, after any change of it. */
  readonly queue: QueueState;
  readonly datasetsChanged: null;
  readonly theme: { readonly dark: boolean };
  /** Paths that the system asked the app to open. */
  readonly openPaths: { readonly paths: readonly string[] };
  /** A command chosen in the native menu. */
  readonly command: { readonly id: string };
}

/** Names of pushed events. */
export type AppEventName = keyof AppEvents;

/** All pushed events, for the preload's allowlist. */
export const APP_EVENT_NAMES: readonly AppEventName[] = [
  'import',
  'export',
  'run',
  'rateSearch',
  'calibration',
  'runtime',
  'inspection',
  'runChanged',
  'queue',
  'datasetsChanged',
  'theme',
  'openPaths',
  'command',
];
