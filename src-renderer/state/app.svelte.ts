import { createContext, tick } from 'svelte';
import type { Client } from '../bridge/client.ts';
import { CELL } from '../drawing/imageGrid.ts';
import { ActionRegistry } from './actions.svelte.ts';
import { Calibration } from './calibration.svelte.ts';
import { ComparisonState } from './comparison.svelte.ts';
import { DatasetEdits } from './datasetEdits.svelte.ts';
import { DatasetPages } from './datasetPages.svelte.ts';
import { DatasetsState } from './datasets.svelte.ts';
import { EngineState } from './engine.svelte.ts';
import { figureSaver, type SaveFigure } from './figures.ts';
import { DropState } from './drops.svelte.ts';
import { ExportsState } from './exports.svelte.ts';
import { InspectorState } from './inspector.svelte.ts';
import { ImportTrace } from './importTrace.svelte.ts';
import { ImportsState } from './imports.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { ContrastState } from './contrast.svelte.ts';
import { JudgementsState } from './judgements.svelte.ts';
import { NetworksState } from './networks.svelte.ts';
import { QueueStore } from './queue.svelte.ts';
import { ReadoutState } from './readout.svelte.ts';
import { RunFilesState } from './runFiles.svelte.ts';
import { RunsState } from './runs.svelte.ts';
import { RuntimeState } from './runtime.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { SampleRun } from './sampleRun.svelte.ts';
import { SheetState } from './sheets.svelte.ts';
import { ThumbnailState } from './thumbnails.svelte.ts';
import { ToastState } from './toasts.svelte.ts';
import { TrainDraft } from './trainDraft.svelte.ts';

/** All state of one window, made once and handed down by context. */
export class AppState {
  readonly client: Client;
  readonly navigation = new Navigation();
  readonly readout = new ReadoutState();
  readonly toasts = new ToastState();
  readonly actions = new ActionRegistry();
  readonly drops = new DropState();
  readonly sheets = new SheetState();
  readonly inspector: InspectorState;
  readonly settings: Settings;
  /** Writes charts and tables where a person says. */
  readonly saveFigure: SaveFigure;
  readonly datasets: DatasetsState;
  readonly imports: ImportsState;
  readonly runs: RunsState;
  readonly runFiles: RunFilesState;
  readonly sampleRun: SampleRun;
  readonly queue: QueueStore;
  readonly comparison: ComparisonState;
  readonly networks: NetworksState;
  readonly judgements: JudgementsState;
  readonly contrast: ContrastState;
  readonly engine: EngineState;
  readonly runtime: RuntimeState;
  readonly calibration: Calibration;
  readonly datasetPages: DatasetPages;
  readonly edits: DatasetEdits;
  readonly exports: ExportsState;
  readonly thumbnails: ThumbnailState;
  readonly importTrace: ImportTrace;
  readonly trainDraft: TrainDraft;

  constructor(client: Client) {
    this.client = client;
    this.settings = new Settings(client);
    this.saveFigure = figureSaver(client, this.toasts);
    this.datasets = new DatasetsState(client, this.toasts);
    this.imports = new ImportsState(client, this.datasets, this.toasts);
    this.runs = new RunsState(client, this.toasts);
    this.sampleRun = new SampleRun(client, this.datasets, this.runs, this.navigation);
    this.runFiles = new RunFilesState(client, this.runs, this.toasts);
    this.queue = new QueueStore(client, this.runs, this.toasts);
    this.comparison = new ComparisonState(client, this.runs, this.toasts);
    this.networks = new NetworksState(client, this.toasts);
    this.contrast = new ContrastState(client);
    this.judgements = new JudgementsState(client);
    this.engine = new EngineState(client);
    this.inspector = new InspectorState(client, this.judgements);
    this.runtime = new RuntimeState(client, this.engine, this.toasts);
    this.calibration = new Calibration(client);
    this.datasetPages = new DatasetPages(client, {
      edge: Math.round(CELL * Math.max(1, globalThis.devicePixelRatio || 1)),
    });
    this.edits = new DatasetEdits(client);
    this.exports = new ExportsState(client, this.toasts);
    this.thumbnails = new ThumbnailState(client);
    this.importTrace = new ImportTrace(client);
    this.trainDraft = new TrainDraft(client, this.datasets, this.runs);
    client.on('openPaths', ({ paths }) => {
      void this.take(paths);
    });
    client.on('command', ({ id }) => void this.actions.run(id));
  }

  /** Takes files and folders, judged by content: runs are offered, anything else is read as a dataset. */
  async take(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const areRuns = await this.runFiles.offer(paths);
    this.navigation.go(areRuns ? 'runs' : 'datasets');
    if (!areRuns) this.imports.addPaths(paths);
  }

  /** Reads everything that the frame and the lists show; each part tells of its own failure. */
  async load(): Promise<void> {
    const engine = this.engine.check();
    const settings = this.settings.load().catch(() => undefined);
    await Promise.all([settings, this.datasets.refresh(), this.runs.refresh(), this.queue.refresh()]);
    await tick();
    // `npm run bench -- start` looks for it.
    performance.mark('interactive');
    await engine;
  }
}

/** The state of the window, for any component below the root; `provideApp` is called once by the root. */
export const [useApp, provideApp] = createContext<AppState>();
