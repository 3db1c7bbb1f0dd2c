import { contrastOf } from '../../src-main/comparison/contrast.ts';
import { viewComparison } from '../../src-main/comparison/view.ts';
import type { DatasetDetail } from '../../src-main/contract/dataset.ts';
import type { EngineReport } from '../../src-main/contract/engine.ts';
import { DenseLabError, fail, succeed } from '../../src-main/contract/errors.ts';
import type { Failure, Result } from '../../src-main/contract/errors.ts';
import type { AppEventName, AppEvents } from '../../src-main/contract/events.ts';
import type { LayerPlan, ModelPreset } from '../../src-main/contract/model.ts';
import type {
  AppInfo,
  DenseLabBridge,
  RequestInput,
  RequestName,
  RequestOutput,
} from '../../src-main/contract/requests.ts';
import type { QueueState } from '../../src-main/contract/queue.ts';
import { DEFAULT_SETTINGS } from '../../src-main/contract/settings.ts';
import type { RunCurves, RunDetail } from '../../src-main/contract/run.ts';
import type { SavedComparison } from '../../src-main/contract/savedComparison.ts';
import { previewRates } from '../../src-main/experiments/ratePreview.ts';
import { buildImagePage, buildPreview } from './buildDataset.ts';
import { buildCalibration, buildForecast, buildSweepPlan } from './buildForecast.ts';
import { inspectionAnswers } from './buildInspection.ts';
import { studyAnswers } from './buildStudies.ts';
import { buildJudgement, buildOtherJudgement, buildPredictions, buildRunDetail } from './buildRun.ts';
import { buildEngineReport, buildRuntimeView } from './buildEngine.ts';

type Handlers = { [N in RequestName]: (input: RequestInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>> };
type Listeners = { readonly [E in AppEventName]: Set<(payload: AppEvents[E]) => void> };

/** What a fake main process starts with; everything absent is empty. */
export interface FakeContents {
  readonly info?: Partial<AppInfo>;
  readonly datasets?: readonly DatasetDetail[];
  readonly runs?: readonly RunDetail[];
  readonly curves?: Readonly<Record<number, RunCurves>>;
  readonly engine?: EngineReport;
  /** Why the list of runs cannot be read. */
  readonly runsFailure?: Failure;
  readonly presets?: readonly ModelPreset[];
  readonly describe?: (input: RequestInput<'models/describe'>) => LayerPlan;
}

const INFO: AppInfo = {
  version: '0.1.0',
  platform: 'linux',
  home: '/home/ada/DenseLab',
  theme: 'system',
  dark: false,
  cores: 2,
};
const NO_CURVES: RunCurves = { steps: { step: [], loss: [], learningRate: [], gradientNorm: [] }, epochs: [] };

/** A main process in memory: answers every request, keeps what was asked, and pushes events when told to. */
export class FakeBridge implements DenseLabBridge {
  /** Every request in order. */
  readonly requests: { readonly name: RequestName; readonly input: unknown }[] = [];
  readonly datasets: Map<string, DatasetDetail>;
  readonly runs: Map<number, RunDetail>;
  readonly comparisons = new Map<number, SavedComparison>();
  readonly #curves: Map<number, RunCurves>;
  readonly #contents: FakeContents;
  readonly #listeners: Listeners = {
    import: new Set(),
    export: new Set(),
    run: new Set(),
    rateSearch: new Set(),
    calibration: new Set(),
    runtime: new Set(),
    inspection: new Set(),
    runChanged: new Set(),
    queue: new Set(),
    datasetsChanged: new Set(),
    theme: new Set(),
    openPaths: new Set(),
    command: new Set(),
  };
  readonly #overrides: Partial<Handlers> = {};
  readonly #removedDatasets = new Map<string, DatasetDetail>();
  readonly #removedComparisons = new Map<number, SavedComparison>();
  readonly #removedRuns = new Map<number, RunDetail>();
  #importId = 0;
  #exportId = 0;
  #theme: AppInfo['theme'];
  #settings = DEFAULT_SETTINGS;

  constructor(contents: FakeContents = {}) {
    this.#contents = contents;
    this.datasets = new Map(contents.datasets?.map((dataset) => [dataset.id, dataset]));
    this.runs = new Map(contents.runs?.map((run) => [run.id, run]));
    this.#curves = new Map(Object.entries(contents.curves ?? {}).map(([id, curves]) => [Number(id), curves]));
    this.#theme = contents.info?.theme ?? INFO.theme;
    if (contents.runsFailure !== undefined) this.refuse('runs/list', contents.runsFailure);
  }

  /** Answers a request in another way from now on; a thrown `DenseLabError` becomes its failure. */
  handle<N extends RequestName>(name: N, handler: Handlers[N]): void {
    this.#overrides[name] = handler;
  }

  /** Lets a request fail from now on. */
  refuse(name: RequestName, failure: Failure): void {
    this.handle(name, () => {
      throw new DenseLabError(failure.code, failure.message, failure.action, failure.detail);
    });
  }

  /** Pushes an event to whoever listens. */
  push<E extends AppEventName>(name: E, payload: AppEvents[E]): void {
    this.#listeners[name].forEach((listener) => listener(payload));
  }

  /** Inputs of all requests of one name. */
  inputsOf<N extends RequestName>(name: N): readonly RequestInput<N>[] {
    return this.requests.filter((request) => request.name === name).map((request) => request.input as RequestInput<N>);
  }

  async request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Result<RequestOutput<N>>> {
    this.requests.push({ name, input });
    try {
      const handler: Handlers[N] = this.#overrides[name] ?? this.#handlers[name];
      return succeed(await handler(input));
    } catch (thrown) {
      return fail(thrown);
    }
  }

  on<E extends AppEventName>(name: E, listener: (payload: AppEvents[E]) => void): () => void {
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  /** `/dropped/NAME` for any file with a name. */
  pathOf(file: object): string {
    return file instanceof File && file.name !== '' ? `/dropped/${file.name}` : '';
  }

  readonly #handlers: Handlers = {
    ...inspectionAnswers((id) => this.#run(id)),
    ...studyAnswers((id) => this.#run(id)),
    'app/info': () => ({ ...INFO, ...this.#contents.info, theme: this.#theme }),
    'app/log': () => ({ text: '[2026-11-24 12:00:00.000] [info]  the app opened\n' }),
    'app/showPath': () => null,
    'window/control': () => null,
    'window/setTheme': ({ theme }) => {
      this.#theme = theme;
      return null;
    },
    'engine/report': () => this.#contents.engine ?? buildEngineReport(),
    'runtime/show': () => buildRuntimeView(),
    'runtime/choose': () => null,
    'runtime/install': () => null,
    'runtime/cancel': () => null,
    'runtime/remove': () => null,
    'datasets/list': () => ({ datasets: [...this.datasets.values()], damaged: [] }),
    'datasets/show': ({ id }) => this.#dataset(id),
    'datasets/choose': () => [],
    'datasets/preview': (request) => buildPreview(request),
    'datasets/import': () => ({ importId: (this.#importId += 1) }),
    'datasets/cancelImport': ({ importId }) => {
      this.push('import', { phase: 'cancelled', importId });
      return null;
    },
    'datasets/rename': ({ id, name }) => this.#put(this.datasets, id, { ...this.#dataset(id), name }),
    'datasets/remove': ({ id }) => this.#move(this.datasets, this.#removedDatasets, id, this.#dataset(id)),
    'datasets/restore': ({ id }) => this.#back(this.#removedDatasets, this.datasets, id),
    'datasets/duplicates': () => ({ groups: 0, page: [] }),
    'datasets/edit': ({ id, version, edits }) => this.#edit(id, version, edits.length),
    'datasets/undoEdit': ({ id }) => this.#undoEdit(id),
    'datasets/export': () => ({ exportId: (this.#exportId += 1) }),
    'datasets/cancelExport': ({ exportId }) => {
      this.push('export', { phase: 'cancelled', exportId });
      return null;
    },
    'datasets/showExport': () => null,
    'datasets/augmented': ({ id, count }) => {
      const { height, width, channels } = this.#dataset(id);
      return { height, width, channels, pixels: new Uint8Array(count * height * width * channels) };
    },
    'datasets/images': ({ id, offset, limit }) => buildImagePage(this.#dataset(id), offset, limit),
    'datasets/positions': ({ offset, limit }) => Uint32Array.from({ length: limit }, (_, index) => offset + index),
    'models/presets': () => this.#contents.presets ?? [],
    'models/describe': (input) => {
      if (this.#contents.describe !== undefined) return this.#contents.describe(input);
      throw new DenseLabError('internal', 'This fake describes no models.', 'Give it `describe`.');
    },
    'recipes/preview': ({ recipe, stepsPerEpoch }) => previewRates(recipe, stepsPerEpoch),
    'runs/list': () => [...this.runs.values()],
    'runs/show': ({ id }) => this.#run(id),
    'runs/curves': ({ id }) => this.#curves.get(id) ?? NO_CURVES,
    'runs/compare': ({ ids }) =>
      viewComparison(
        ids,
        { show: (id) => this.#run(id), curves: (id) => this.#curves.get(id) ?? NO_CURVES },
        () => 0.5,
      ),
    'runs/contrast': ({ split }) => contrastOf(buildJudgement(split), buildOtherJudgement(split)),
    'runs/exportComparison': ({ format }) => ({ path: `/home/ada/comparison.${format}` }),
    'comparisons/list': () => ({ comparisons: [...this.comparisons.values()], damaged: [] }),
    'comparisons/save': ({ id, name, runs, look }) => {
      const saved = {
        ...{ id: id ?? this.comparisons.size + 1, name, look, savedAt: '2026-01-02T03:04:05.000Z' },
        runs: runs.map((run) => ({ id: run, name: this.#run(run).name })),
      };
      return this.#put(this.comparisons, saved.id, saved);
    },
    'comparisons/rename': ({ id, name }) => this.#put(this.comparisons, id, { ...this.#comparison(id), name }),
    'comparisons/remove': ({ id }) => this.#move(this.comparisons, this.#removedComparisons, id, this.#comparison(id)),
    'comparisons/restore': ({ id }) => this.#back(this.#removedComparisons, this.comparisons, id),
    'figures/save': ({ name, format }) => ({ path: `/home/ada/${name}.${format}` }),
    'rates/find': () => ({ points: [], steepest: 0.1, tenthOfLowest: 0.05 }),
    'rates/cancel': () => null,
    'runs/start': () => ({ id: Math.max(0, ...this.runs.keys()) + 1 }),
    'engine/calibration': () => buildCalibration(),
    'engine/calibrate': () => buildCalibration(),
    'engine/cancelCalibration': () => null,
    'runs/forecast': () => buildForecast(),
    'sweeps/plan': (request) => buildSweepPlan(request),
    'runs/stop': () => null,
    'runs/pause': () => null,
    'runs/log': () => ({ lines: [], file: '/home/ada/DenseLab/runs/0001/log.txt', shortened: false }),
    'queue/list': () => this.#queue(),
    'queue/add': ({ requests }) => ({ ids: requests.map((_, index) => Math.max(0, ...this.runs.keys()) + 1 + index) }),
    'queue/move': () => null,
    'queue/prioritise': () => null,
    'queue/remove': () => null,
    'queue/pause': () => null,
    'settings/get': () => this.#settings,
    'settings/set': (change) => (this.#settings = { ...this.#settings, ...change }),
    'runs/resume': ({ id }) => ({
      id,
      epochsFinished: this.#run(id).epochsDone,
      step: this.#run(id).stepsDone,
      passedOver: [],
    }),
    'runs/chooseImages': () => [],
    'runs/predict': ({ paths }) => buildPredictions(paths),
    'runs/judge': ({ split }) => buildJudgement(split),
    'runs/chooseExport': () => null,
    'runs/export': ({ out }) => ({ out, bytes: 1_448_920, epoch: 7 }),
    'runs/showExport': () => null,
    'runs/chooseFiles': () => [],
    'runs/previewFiles': () => [],
    'runs/import': ({ name }) => this.#put(this.runs, 99, buildRunDetail({ id: 99, name: name ?? 'Imported' })),
    'runs/annotate': ({ id, change }) => this.#put(this.runs, id, { ...this.#run(id), ...change }),
    'runs/rename': ({ id, name }) => this.#put(this.runs, id, { ...this.#run(id), name }),
    'runs/remove': ({ id }) => this.#move(this.runs, this.#removedRuns, id, this.#run(id)),
    'runs/restore': ({ id }) => this.#back(this.#removedRuns, this.runs, id),
  };

  /** Runs that are queued wait in the order of their ids. */
  #queue(): QueueState {
    const runs = [...this.runs.values()].sort((one, other) => one.id - other.id);
    const running = runs.find(({ status }) => status === 'running' || status === 'preparing')?.id ?? null;
    const waiting = runs.filter(({ status }) => status === 'queued');
    const entries = waiting.map((run, index) => ({
      ...run,
      priority: 'normal' as const,
      position: index + 1,
      estimatedSeconds: null,
    }));
    return { paused: false, running, entries };
  }

  #dataset(id: string): DatasetDetail {
    const dataset = this.datasets.get(id);
    if (dataset === undefined)
      throw new DenseLabError('dataset-unknown', `There is no dataset ${id}.`, 'Choose another.');
    return dataset;
  }

  /** A version that says what it is, with the images of the one before. */
  #edit(id: string, version: number, edits: number): DatasetDetail {
    const dataset = this.#dataset(id);
    const number = dataset.versions.length + 1;
    const contentHash = `${String(number)}${dataset.contentHash.slice(1)}`;
    const { images, createdAt } = dataset;
    const versions = [
      ...dataset.versions,
      { number, createdAt, note: `Edited ${String(edits)} times`, images, contentHash },
    ];
    return this.#put(this.datasets, id, { ...dataset, version: number, contentHash, versions, editedFrom: version });
  }

  #undoEdit(id: string): DatasetDetail {
    const dataset = this.#dataset(id);
    const versions = dataset.versions.slice(0, -1);
    const { number: version, contentHash } = versions.at(-1) ?? { number: 1, contentHash: dataset.contentHash };
    return this.#put(this.datasets, id, { ...dataset, versions, version, contentHash });
  }

  #run(id: number): RunDetail {
    const run = this.runs.get(id);
    if (run === undefined) throw new DenseLabError('run-unknown', `There is no run ${id}.`, 'Choose another.');
    return run;
  }

  #comparison(id: number): SavedComparison {
    const saved = this.comparisons.get(id);
    if (saved === undefined) throw new DenseLabError('comparison-unknown', `There is no ${id}.`, 'Choose another.');
    return saved;
  }

  #put<K, V>(map: Map<K, V>, key: K, value: V): V {
    map.set(key, value);
    return value;
  }

  #move<K, V>(from: Map<K, V>, to: Map<K, V>, key: K, value: V): null {
    from.delete(key);
    to.set(key, value);
    return null;
  }

  #back<K, V>(from: Map<K, V>, to: Map<K, V>, key: K): V {
    const value = from.get(key);
    if (value === undefined) throw new DenseLabError('run-unknown', 'It is gone for good.', 'Start again.');
    from.delete(key);
    to.set(key, value);
    return value;
  }
}
