/** Everything that a window can ask of the main process: one name, one input, one output. */

import type { ImportPreview, PreviewRequest } from './conversion.ts';
import type { DatasetDetail, DatasetList, DatasetSummary, ImagePage, ImportRequest, Split } from './dataset.ts';
import type {
  AugmentationRequest,
  AugmentedImages,
  DatasetEdit,
  DatasetExportRequest,
  DuplicatePage,
  ImageFilter,
  Likeness,
} from './datasetVersion.ts';
import type { ComparisonFormat, ComparisonView, Contrast } from './comparison.ts';
import type { ComparisonToSave, SavedComparison, SavedComparisonList } from './savedComparison.ts';
import type { EngineReport } from './engine.ts';
import type {
  ExportedNetwork,
  ExportFormat,
  RunExportFormat,
  RunFile,
  RunImport,
  RunJudgement,
  RunPredictions,
} from './exchange.ts';
import type { AppEventName, AppEvents } from './events.ts';
import type { Result } from './errors.ts';
import type { CalibrationState, Forecast } from './forecast.ts';
import type { InspectRequests } from './inspect.ts';
import { STUDY_REQUEST_NAMES, type StudyRequests } from './study.ts';
import type { InputShape, LayerPlan, ModelPreset, ModelSpec } from './model.ts';
import type { TrainingRecipe } from './recipe.ts';
import type { QueueAddition, QueuePriority, QueueState } from './queue.ts';
import type { RateRequest, RateSearch } from './rates.ts';
import type { RuntimeView } from './runtime.ts';
import type { AppSettings } from './settings.ts';
import type { AnnotationChange, Resumption, RunCurves, RunDetail, RunLog, RunRequest, RunSummary } from './run.ts';
import type { SweepPlan, SweepRequest } from './sweep.ts';

/** Facts that the frame of the window shows. */
export interface AppInfo {
  readonly version: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly home: string;
  readonly theme: 'system' | 'light' | 'dark';
  /** What the theme comes to now. */
  readonly dark: boolean;
  readonly cores: number;
}

/** Learning rates over a training, evenly spaced. Arrays of one length. */
export interface RatePreview {
  /** Epochs done, from 0 to all; a part of one in between. */
  readonly epoch: readonly number[];
  readonly rate: readonly number[];
}

/** Files that what the window draws can become: pictures, tables, and arrays for NumPy. */
export const FIGURE_FORMATS = ['png', 'svg', 'csv', 'npy'] as const;

/** A chart or a table as the window drew it. */
export interface FigureToSave {
  readonly format: (typeof FIGURE_FORMATS)[number];
  /** What the dialog suggests, without an ending. */
  readonly name: string;
  /** The whole file; text is UTF-8. Of npy only the numbers: float32, row-major, little-endian. */
  readonly content: Uint8Array;
  /** Of npy, and only there. */
  readonly shape?: readonly number[];
}

/** Most bytes of one figure. */
export const MOST_FIGURE_BYTES = 64 * 1024 * 1024;

/** Input and output of each request. Every output travels inside a `Result`. */
export interface Requests extends InspectRequests, StudyRequests {
  'app/info': { input: null; output: AppInfo };
  /** The last lines of the app's own log, 64 kB at most; empty before anything is written. */
  'app/log': { input: null; output: { readonly text: string } };
  'app/showPath': { input: { path: 'home' | { run: number } | { dataset: string } }; output: null };
  'window/control': { input: { action: 'minimize' | 'maximize' | 'close' }; output: null };
  /** `system` follows the desktop; remembered over restarts. */
  'window/setTheme': { input: { theme: 'system' | 'light' | 'dark' }; output: null };
  'engine/report': { input: null; output: EngineReport };
  'engine/calibration': { input: null; output: CalibrationState };
  /** Times small networks for about a minute; progress comes as `calibration` events. One that still runs is cancelled. */
  'engine/calibrate': { input: null; output: CalibrationState };
  'engine/cancelCalibration': { input: null; output: null };
  'runtime/show': { input: null; output: RuntimeView };
  /** Opens the system's dialog for a wheel; null when it was closed. */
  'runtime/choose': { input: null; output: string | null };
  /** Starts an installation; it tells `runtime` events. `rehash` reads what is installed again, byte for byte. */
  'runtime/install': { input: { wheel: string | null; rehash: boolean }; output: null };
  'runtime/cancel': { input: null; output: null };
  /** Removes a version; refused while a training uses it. */
  'runtime/remove': { input: { folder: string }; output: null };
  'datasets/list': { input: null; output: DatasetList };
  /** The latest version unless another is named. */
  'datasets/show': { input: { id: string; version?: number }; output: DatasetDetail };
  /** Opens the system's dialog; an empty list when it was closed. */
  'datasets/choose': { input: { kind: 'folder' | 'files' }; output: readonly string[] };
  /** What an import would make of a source. A newer preview cancels an older one, which then fails as `cancelled`. */
  'datasets/preview': { input: PreviewRequest; output: ImportPreview };
  /** Starts an import; progress and outcome come as `import` events. */
  'datasets/import': { input: ImportRequest; output: { importId: number } };
  'datasets/cancelImport': { input: { importId: number }; output: null };
  'datasets/rename': { input: { id: string; name: string }; output: DatasetSummary };
  /** Sets it aside; `datasets/restore` brings it back until the app quits. */
  'datasets/remove': { input: { id: string }; output: null };
  'datasets/restore': { input: { id: string }; output: DatasetSummary };
  /** `edge`: pixels no larger than this in either direction, by area; as they are stored when absent. */
  'datasets/images': {
    input: { id: string; version?: number; filter: ImageFilter; offset: number; limit: number; edge?: number };
    output: ImagePage;
  };
  /** Positions in the version of the images that match, from `offset` on. */
  'datasets/positions': {
    input: { id: string; version: number; filter: ImageFilter; offset: number; limit: number };
    output: Uint32Array;
  };
  /** Groups of duplicates; `across`: only those with images of several splits. None while they are being found. */
  'datasets/duplicates': {
    input: { id: string; version: number; likeness: Likeness; across: boolean; offset: number; limit: number };
    output: DuplicatePage;
  };
  /** Makes the next version; the one that was edited stays as it is. */
  'datasets/edit': { input: { id: string; version: number; edits: readonly DatasetEdit[] }; output: DatasetDetail };
  /** Deletes the latest version, unless a run saw it or it is the import; the one before is the latest again. */
  'datasets/undoEdit': { input: { id: string; version: number }; output: DatasetDetail };
  /** Starts an export; progress and outcome come as `export` events. */
  'datasets/export': { input: DatasetExportRequest; output: { exportId: number } };
  'datasets/cancelExport': { input: { exportId: number }; output: null };
  /** Shows what a finished export has made in the system's file manager. */
  'datasets/showExport': { input: { exportId: number }; output: null };
  /** What a network that is trained by this recipe sees of an image. A newer request cancels an older one. */
  'datasets/augmented': { input: AugmentationRequest; output: AugmentedImages };
  'models/presets': { input: null; output: readonly ModelPreset[] };
  'models/describe': { input: { model: ModelSpec; input: InputShape; classes: number }; output: LayerPlan };
  /** The learning rate over a training, as the trainer sets it; the recipe is read as strictly as when a run starts. */
  'recipes/preview': { input: { recipe: TrainingRecipe; stepsPerEpoch: number }; output: RatePreview };
  'runs/list': { input: null; output: readonly RunSummary[] };
  'runs/show': { input: { id: number }; output: RunDetail };
  'runs/curves': { input: { id: number }; output: RunCurves };
  'runs/start': { input: RunRequest; output: { id: number } };
  /** What a run will take on this machine; refused as `runs/start` would be. */
  'runs/forecast': { input: RunRequest; output: Forecast };
  /** The runs of a sweep, with the time and the memory of each; nothing is stored. */
  'sweeps/plan': { input: SweepRequest; output: SweepPlan };
  /** Takes a waiting run out of the queue, or asks the one that trains to keep a checkpoint and to stop. */
  'runs/stop': { input: { id: number }; output: null };
  /** As `runs/stop`, and it is told as `paused`: `runs/resume` puts it before the others of its priority. */
  'runs/pause': { input: { id: number }; output: null };
  /** Goes on with a stopped, failed or interrupted run; refused with what would not be as before, unless `force`. */
  'runs/resume': { input: { id: number; force: boolean }; output: Resumption };
  /** What the run's own log tells, oldest first. */
  'runs/log': { input: { id: number }; output: RunLog };
  'queue/list': { input: null; output: QueueState };
  /** Queues runs, all or none; their ids in the order of the requests. */
  'queue/add': { input: QueueAddition; output: { ids: readonly number[] } };
  /** Puts a waiting run before another, whose priority it takes on, or behind all of its own priority. */
  'queue/move': { input: { id: number; before: number | null }; output: null };
  /** Puts waiting runs behind those of another priority. */
  'queue/prioritise': { input: { ids: readonly number[]; priority: QueuePriority }; output: null };
  /**
   * Takes waiting runs out of the queue, all or none. One that was never trained is set aside, and `runs/restore` puts it back in
   * its place; one that has trained is again what it was.
   */
  'queue/remove': { input: { ids: readonly number[] }; output: null };
  /** Lets nothing new start, or goes on; remembered over restarts. */
  'queue/pause': { input: { paused: boolean }; output: null };
  'settings/get': { input: null; output: AppSettings };
  /** Changes what it names; the rest stays. */
  'settings/set': { input: Partial<AppSettings>; output: AppSettings };
  /** Opens the system's dialog for image files; an empty list when it was closed. */
  'runs/chooseImages': { input: null; output: readonly string[] };
  /** What the best checkpoint of a run says of image files, `MOST_PREDICTED` at most. */
  'runs/predict': { input: { id: number; paths: readonly string[] }; output: RunPredictions };
  /** What the best checkpoint of a run says of every image of a split of the version that it saw; takes seconds, and is kept. */
  'runs/judge': { input: { id: number; split: Split }; output: RunJudgement };
  /** Opens the system's dialog; null when it was closed. */
  'runs/chooseExport': { input: { id: number; format: ExportFormat | RunExportFormat }; output: string | null };
  /** Writes the best checkpoint of a run, its curves, or all of it to a path that `runs/chooseExport` gave; an earlier export there is replaced. */
  'runs/export': {
    input: { id: number; format: ExportFormat | RunExportFormat; out: string };
    output: ExportedNetwork;
  };
  /** Shows an export in the system's file manager. */
  'runs/showExport': { input: { out: string }; output: null };
  /** Opens the system's dialog for bundles and logs; an empty list when it was closed. */
  'runs/chooseFiles': { input: { kind: 'folder' | 'files' }; output: readonly string[] };
  /** What files and folders could become; empty where none of them is a run. */
  'runs/previewFiles': { input: { paths: readonly string[] }; output: readonly RunFile[] };
  /** Makes a run of a bundle or a log. */
  'runs/import': { input: RunImport; output: RunSummary };
  /** Searches a learning rate; points come as `rateSearch` events. A search that still runs is cancelled. */
  'rates/find': { input: RateRequest; output: RateSearch };
  'rates/cancel': { input: null; output: null };
  /** 2 to 50 different runs beside each other. */
  'runs/compare': { input: { ids: readonly number[] }; output: ComparisonView };
  /** Two runs on every image of a split of the data that both saw; takes seconds, and is kept. */
  'runs/contrast': { input: { a: number; b: number; split: Split }; output: Contrast };
  /** Asks where to, and writes the comparison there; null when the dialog was closed. */
  'runs/exportComparison': {
    input: { ids: readonly number[]; format: ComparisonFormat };
    output: { path: string | null };
  };
  'comparisons/list': { input: null; output: SavedComparisonList };
  'comparisons/save': { input: ComparisonToSave; output: SavedComparison };
  'comparisons/rename': { input: { id: number; name: string }; output: SavedComparison };
  /** Sets it aside; `comparisons/restore` brings it back until the app quits. */
  'comparisons/remove': { input: { id: number }; output: null };
  'comparisons/restore': { input: { id: number }; output: SavedComparison };
  /** Asks where to, and writes a chart or a table of the window there; null when the dialog was closed. */
  'figures/save': { input: FigureToSave; output: { path: string | null } };
  /** Star, tags, folder, archive, notes, colour. */
  'runs/annotate': { input: { id: number; change: AnnotationChange }; output: RunSummary };
  'runs/rename': { input: { id: number; name: string }; output: RunSummary };
  /** Sets it aside; `runs/restore` brings it back until the app quits. */
  'runs/remove': { input: { id: number }; output: null };
  'runs/restore': { input: { id: number }; output: RunSummary };
}

/** Name of a request. */
export type RequestName = keyof Requests;
/** What a request takes. */
export type RequestInput<N extends RequestName> = Requests[N]['input'];
/** What a request gives when it succeeds. */
export type RequestOutput<N extends RequestName> = Requests[N]['output'];

/** All requests, for the preload's allowlist. */
export const REQUEST_NAMES: readonly RequestName[] = [
  'app/info',
  'app/log',
  'app/showPath',
  'window/control',
  'window/setTheme',
  'engine/report',
  'engine/calibration',
  'engine/calibrate',
  'engine/cancelCalibration',
  'runtime/show',
  'runtime/choose',
  'runtime/install',
  'runtime/cancel',
  'runtime/remove',
  'datasets/list',
  'datasets/show',
  'datasets/choose',
  'datasets/preview',
  'datasets/import',
  'datasets/cancelImport',
  'datasets/rename',
  'datasets/remove',
  'datasets/restore',
  'datasets/images',
  'datasets/positions',
  'datasets/duplicates',
  'datasets/edit',
  'datasets/undoEdit',
  'datasets/export',
  'datasets/cancelExport',
  'datasets/showExport',
  'datasets/augmented',
  'models/presets',
  'models/describe',
  'recipes/preview',
  'runs/list',
  'runs/show',
  'runs/curves',
  'runs/start',
  'runs/forecast',
  'sweeps/plan',
  'runs/stop',
  'runs/pause',
  'runs/resume',
  'runs/log',
  'queue/list',
  'queue/add',
  'queue/move',
  'queue/prioritise',
  'queue/remove',
  'queue/pause',
  'settings/get',
  'settings/set',
  'runs/chooseImages',
  'runs/predict',
  'runs/judge',
  'runs/chooseExport',
  'runs/export',
  'runs/showExport',
  'runs/chooseFiles',
  'runs/previewFiles',
  'runs/import',
  'rates/find',
  'rates/cancel',
  'runs/compare',
  'runs/contrast',
  'runs/exportComparison',
  'comparisons/list',
  'comparisons/save',
  'comparisons/rename',
  'comparisons/remove',
  'comparisons/restore',
  'figures/save',
  'runs/annotate',
  'runs/rename',
  'runs/remove',
  'runs/restore',
  'inspect/network',
  'inspect/image',
  'inspect/maps',
  'inspect/activity',
  'inspect/cancel',
  'inspect/classActivation',
  'inspect/occlusion',
  'inspect/weights',
  'inspect/norms',
  'inspect/reuse',
  'inspect/reuseDifference',
  'inspect/export',
  ...STUDY_REQUEST_NAMES,
];

/** Electron channel of a request. */
export function requestChannel(name: RequestName): string {
  return `denselab:request:${name}`;
}

/** Electron channel of a pushed event. */
export function eventChannel(name: AppEventName): string {
  return `denselab:event:${name}`;
}

/** What the preload puts at `window.denselab`: three functions, and nothing else. */
export interface DenseLabBridge {
  /** Never rejects: failures come as data. */
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Result<RequestOutput<N>>>;
  /** Returns the function that ends the subscription. */
  on<E extends AppEventName>(name: E, listener: (payload: AppEvents[E]) => void): () => void;
  /** Absolute path of a file that was dropped or pasted; empty when it has none. `file` is a DOM `File`. */
  pathOf(file: object): string;
}
