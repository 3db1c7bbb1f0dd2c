/** What the harness can show: each screen, full and empty, at work and in trouble. */

import type { RunCurves, RunDetail } from '../../../src-main/contract/run.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { PRESETS } from '../../../src-main/model/presets.ts';
import type { AppState } from '../../../src-renderer/state/app.svelte.ts';
import type { Screen } from '../../../src-renderer/state/navigation.svelte.ts';
import { buildCheck, buildEngineReport } from '../../support/buildEngine.ts';
import {
  buildCurves,
  buildEpoch,
  buildRunDetail,
  buildSteps,
  buildStepsEvent,
  type TrainedDetail,
} from '../../support/buildRun.ts';
import { FakeBridge } from '../../support/fakeBridge.ts';
import type { FakeContents } from '../../support/fakeBridge.ts';
import { DATASETS, datasetScenes } from './datasetScenes.ts';
import { damaged, diverged } from './failures.ts';
import { runningScenes } from './runningScenes.ts';

/** One thing to look at. */
export interface Scene {
  readonly screen: Screen;
  readonly contents: FakeContents;
  /** Pushes events or presses keys once everything is read. */
  readonly after?: (bridge: FakeBridge, app: AppState) => void;
}

/** A fake main process with the contents of a scene. */
export function bridgeOf(scene: Scene, dark: boolean): FakeBridge {
  return new FakeBridge({
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
    ...scene.contents,
    info: { ...scene.contents.info, theme: dark ? 'dark' : 'light', dark },
  });
}

const DIVERGED = {
  code: 'training-diverged',
  message: 'Plain 20 at 0.5 diverged at step 81: the loss is not a number.',
  action: 'Start it again with a smaller learning rate; 0.1 is what the paper uses.',
  detail: 'step 81, layer block1/layer3/conv2\nloss NaN, learning rate 0.5\nlast finite loss 38.2 at step 80',
} as const;

const MOVED = {
  code: 'environment-changed',
  message: 'The device differs from before: the run was trained on GPU:0 and would go on on CPU:0.',
  action: 'Resume it with force to accept that its results are then no longer those of one uninterrupted training.',
} as const;

const CURVE = [0.52, 0.66, 0.74, 0.78, 0.8, 0.79, 0.81, 0.812, 0.816, 0.815, 0.83, 0.836, 0.838];

const RUNS: readonly RunDetail[] = [
  buildRunDetail({
    id: 9,
    name: 'BC-22-12, 3,000 images',
    status: 'running',
    endedAt: null,
    epochsDone: 3,
    stepsDone: 140,
    best: { epoch: 3, accuracy: 0.7412 },
    last: buildEpoch({ epoch: 3, step: 120, heldOut: { loss: 0.71, accuracy: 0.7412 }, learningRate: 0.1 }),
    sparkline: [0.48, 0.66, 0.7412],
    checkpoints: [],
  }),
  buildRunDetail({
    id: 8,
    name: 'BC-40-12 paper',
    parameters: 175_690,
    epochs: 300,
    epochsDone: 300,
    stepsPerEpoch: 844,
    stepsDone: 253_200,
    modelTitle: 'DenseNet-BC (L=40, k=12)',
    best: { epoch: 287, accuracy: 0.9462 },
    last: buildEpoch({ epoch: 300, heldOut: { loss: 0.21, accuracy: 0.9457 } }),
    sparkline: CURVE,
    endedAt: '2026-11-23T18:21:40.000Z',
  }),
  buildRunDetail({
    id: 7,
    name: 'Plain 20 at 0.5',
    status: 'failed',
    epochsDone: 2,
    stepsDone: 81,
    error: DIVERGED,
    best: { epoch: 1, accuracy: 0.31 },
    last: buildEpoch({ epoch: 2, heldOut: { loss: NaN, accuracy: 0.1 } }),
    sparkline: [0.31, 0.1],
  }),
  buildRunDetail({
    id: 6,
    name: 'DenseNet-BC (L=100, k=12) on Fashion-MNIST, mirrored and shifted, seed 3',
    status: 'stopped',
    epochsDone: 5,
    stepsDone: 214,
    sparkline: CURVE.slice(0, 5),
    best: { epoch: 5, accuracy: 0.802 },
  }),
  buildRunDetail({
    id: 5,
    name: 'Overnight',
    status: 'interrupted',
    epochsDone: 7,
    stepsDone: 300,
    sparkline: CURVE.slice(0, 7),
  }),
  buildRunDetail({
    id: 4,
    name: 'BC-22-12 seed 2',
    status: 'queued',
    startedAt: null,
    endedAt: null,
    epochsDone: 0,
    stepsPerEpoch: 0,
    stepsDone: 0,
    best: null,
    last: null,
    sparkline: [],
    checkpoints: [],
  }),
  buildRunDetail({ id: 3, name: 'Shapes, quick look', datasetName: 'Shapes-10', datasetId: 'shapes' }),
  buildRunDetail({ id: 2, name: 'k = 24, seed 2', sparkline: CURVE }),
];

const IMPORTED: RunDetail = {
  ...buildRunDetail({ id: 10, name: 'DenseNet-121, imported', modelTitle: 'DenseNet-121', parameters: 7_978_856 }),
  ...{ status: 'imported', origin: 'weights', recipe: null, datasetHash: '' },
  ...{ epochsDone: 0, stepsDone: 0, best: null, last: null, sparkline: [] },
};

const FULL: FakeContents = {
  datasets: DATASETS,
  runs: RUNS,
  curves: {
    9: buildCurves(3, 40, 140),
    8: buildCurves(300, 844),
    7: diverged(),
    6: buildCurves(5, 40, 214),
    5: buildCurves(7, 40, 300),
    3: buildCurves(8),
    2: buildCurves(8),
  },
};

/** Two configurations over two seeds each. */
const SWEEP: readonly TrainedDetail[] = [12, 24].flatMap((growthRate, which) =>
  [1, 2].map((seed) => {
    const run = buildRunDetail({
      id: 20 + 2 * which + seed,
      name: `BC-40-${String(growthRate)}, seed ${String(seed)}`,
      colour: 2 * which + seed,
      modelTitle: `DenseNet-BC (L=40, k=${String(growthRate)})`,
      parameters: which === 0 ? 175_690 : 690_346,
      multiplyAdds: which === 0 ? 72_100_000 : 282_000_000,
    });
    const model = PRESETS.find(({ name }) => name === `densenet-bc-40-${String(growthRate)}`)?.spec ?? run.model;
    return { ...run, model, recipe: { ...run.recipe, seed, learningRate: which === 0 ? 0.1 : 0.05 } };
  }),
);

const SWEEP_CURVES: Readonly<Record<number, RunCurves>> = Object.fromEntries(
  SWEEP.map(({ id, recipe }, index) => {
    const curves = buildCurves(12);
    const epochs = curves.epochs.map((epoch) => ({
      ...epoch,
      heldOut: {
        loss: epoch.heldOut.loss * (1 - 0.05 * index),
        accuracy: Math.min(0.99, epoch.heldOut.accuracy + 0.02 * Math.floor(index / 2) + 0.004 * recipe.seed),
      },
    }));
    return [id, { ...curves, epochs }];
  }),
);

/** Every scene by name. */
export const SCENES: Readonly<Record<string, Scene>> = {
  runs: { screen: 'runs', contents: FULL, after: (bridge, app) => trainOn(bridge, app) },
  'runs-long': { screen: 'runs', contents: FULL, after: (_bridge, app) => app.runs.select(8) },
  'runs-failed': { screen: 'runs', contents: FULL, after: (_bridge, app) => app.runs.select(7) },
  'runs-stopped': { screen: 'runs', contents: FULL, after: (_bridge, app) => app.runs.select(6) },
  'runs-queued': { screen: 'runs', contents: FULL, after: (_bridge, app) => app.runs.select(4) },
  'runs-preparing': {
    screen: 'runs',
    contents: { ...FULL, curves: {} },
    after: (bridge, app) => {
      app.runs.select(4);
      bridge.push('run', { run: 4, event: 'preparing', phase: 'first-step' });
    },
  },
  'runs-moved': {
    screen: 'runs',
    contents: { ...FULL, runs: RUNS.map((run) => (run.id === 7 ? { ...run, error: MOVED } : run)) },
    after: (_bridge, app) => app.runs.select(7),
  },
  'runs-imported': {
    screen: 'runs',
    contents: { ...FULL, runs: [IMPORTED, ...RUNS] },
    after: (_bridge, app) => app.runs.select(IMPORTED.id),
  },
  'runs-judged': {
    screen: 'runs',
    contents: FULL,
    after: (_bridge, app) => {
      app.runs.select(8);
      void app.judgements.ask(8);
    },
  },
  'runs-early': {
    screen: 'runs',
    contents: { ...FULL, runs: RUNS.map((run) => (run.id === 8 ? { ...run, epochsDone: 290 } : run)) },
    after: (_bridge, app) => app.runs.select(8),
  },
  'runs-toast': { screen: 'runs', contents: FULL, after: (_bridge, app) => void app.runs.remove(2) },
  'runs-empty': { screen: 'runs', contents: { datasets: DATASETS } },
  'runs-unreadable': { screen: 'runs', contents: { ...FULL, runsFailure: damaged() } },
  compare: {
    screen: 'compare',
    contents: { ...FULL, runs: SWEEP, curves: SWEEP_CURVES },
    after: (_bridge, app) => SWEEP.forEach(({ id }) => app.comparison.toggle(id)),
  },
  'compare-pair': {
    screen: 'compare',
    contents: { ...FULL, runs: SWEEP, curves: SWEEP_CURVES },
    after: (_bridge, app) => SWEEP.slice(0, 2).forEach(({ id }) => app.comparison.toggle(id)),
  },
  'compare-empty': { screen: 'compare', contents: FULL },
  engine: { screen: 'engine', contents: FULL },
  'engine-missing': {
    screen: 'engine',
    contents: {
      ...FULL,
      engine: buildEngineReport({
        ready: false,
        devices: [],
        checks: [
          buildCheck({ id: 'node', title: 'Node.js', found: 'Node-API 9', version: '20.20.2', origin: null }),
          buildCheck({
            state: 'missing',
            found: 'libtensorflow.so.2 was not found',
            version: null,
            origin: null,
            remedy: 'npm run setup -- --only tensorflow',
          }),
          buildCheck({
            id: 'disk',
            title: 'Disk',
            state: 'limited',
            found: '1.1 GB free; a run of 300 epochs may need 2 GB',
            version: null,
            origin: null,
          }),
          buildCheck({
            id: 'devices',
            title: 'Graphics processor',
            state: 'unused',
            found: 'No NVIDIA driver',
            version: null,
            origin: null,
          }),
        ],
      }),
    },
  },
  'engine-gpu': {
    screen: 'engine',
    contents: {
      ...FULL,
      engine: buildEngineReport({
        devices: [
          { name: 'CPU:0', kind: 'CPU' },
          { name: 'GPU:0', kind: 'GPU' },
        ],
      }),
    },
  },
  ...datasetScenes(FULL),
  ...runningScenes(FULL),
  train: { screen: 'train', contents: FULL },
  'train-resnet': {
    screen: 'train',
    contents: FULL,
    after: (_bridge, app) => {
      const preset = PRESETS.find(({ name }) => name === 'resnet-110');
      if (preset !== undefined) app.trainDraft.useModel(preset.spec);
    },
  },
  'train-rate': { screen: 'train', contents: FULL, after: (bridge, app) => findRate(bridge, app) },
  'train-empty': { screen: 'train', contents: {} },
};

/** A search that has ended: the loss falls, and runs away. */
function findRate(bridge: FakeBridge, app: AppState): void {
  const points = Array.from({ length: 96 }, (_, index) => {
    const rate = 1e-5 * 10 ** (index / 19);
    const smoothed = 1.3 + 1 / (1 + (rate / 0.02) ** 1.2) + 0.4 * (rate / 0.6) ** 3;
    return { rate, smoothed, loss: smoothed + 0.14 * Math.sin(index * 12.9898) };
  });
  bridge.handle('rates/find', () => ({ points, steepest: 0.0213, tenthOfLowest: 0.0118 }));
  const { request, finder } = app.trainDraft;
  if (request === null) return;
  const { dataset, model, recipe } = request;
  void finder.find({ dataset, model, recipe, steps: 100 });
}

/** Lets the live run take a few steps more, so that its row has a rate and its time left. */
function trainOn(bridge: FakeBridge, app: AppState): void {
  app.runs.select(9);
  setTimeout(() => {
    bridge.push('run', buildStepsEvent(9, buildSteps(141, 145, 40)));
  }, 50);
}
