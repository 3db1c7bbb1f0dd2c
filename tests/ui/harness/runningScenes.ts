/** A recipe and a sweep that are being written, a queue, a long list. */

import { PRESETS } from '../../../src-main/model/presets.ts';
import type { AppState } from '../../../src-renderer/state/app.svelte.ts';
import { buildForecast } from '../../support/buildForecast.ts';
import { buildRunDetail } from '../../support/buildRun.ts';
import type { FakeContents } from '../../support/fakeBridge.ts';
import type { Scene } from './scenes.ts';

/** A sweep of ten: four done, one failed, one that trains, four that wait. */
function sweepRuns(): NonNullable<FakeContents['runs']> {
  return Array.from({ length: 10 }, (_, index) => {
    const k = index < 4 ? 6 : 12;
    const run = buildRunDetail({
      id: 31 + index,
      name: `DenseNet-BC (L=${index % 2 === 0 ? '22' : '40'}, k=${String(k)}), seed ${String(1 + (index % 2))}`,
      sweep: 'Growth rate k, Depth L, Seed, Fashion-MNIST',
    });
    if (index < 4) return run;
    const fresh = {
      startedAt: null,
      endedAt: null,
      epochsDone: 0,
      stepsDone: 0,
      best: null,
      last: null,
      sparkline: [],
    };
    if (index === 4) return { ...run, status: 'failed', epochsDone: 2, error: FAILED };
    if (index === 5) return { ...run, status: 'running', epochsDone: 3, stepsDone: 140, endedAt: null };
    return { ...run, ...fresh, status: 'queued', stepsPerEpoch: 0, checkpoints: [] };
  });
}

const FAILED = {
  code: 'out-of-memory',
  message: 'The machine ran out of memory at step 81.',
  action: 'Take a smaller batch, or let cheap layers be computed again.',
} as const;

/** 2,000 runs in twenty folders. */
function manyRuns(): NonNullable<FakeContents['runs']> {
  return Array.from({ length: 2000 }, (_, index) =>
    buildRunDetail({
      id: 2000 - index,
      name: `Run ${String(2000 - index)}`,
      folder: `Study ${String(1 + (index % 20))}`,
    }),
  );
}

/** Opens a few groups of the recipe, with a mistake in one of them. */
function writeRecipe(app: AppState): void {
  const { recipe } = app.trainDraft;
  recipe.set({ schedule: 'cosine', optimizer: 'adamw', crop: 'randomResized', colour: true, stopping: true });
  recipe.write('epochs', '60');
  recipe.write('warmUpEpochs', '5');
  recipe.write('stoppingPatience', '60');
  recipe.write('labelSmoothing', 'much');
}

function writeSweep({ trainDraft: draft }: AppState): void {
  for (const [key, text] of [
    ['model.growthRate', '6, 12'],
    ['model.depth', '22, 23, 40'],
    ['recipe.seed', '1, 2'],
  ] as const) {
    const field = draft.sweepFields.find((candidate) => candidate.key === key);
    if (field !== undefined) draft.sweep.add(field);
    draft.sweep.write(key, text);
  }
  const preset = PRESETS.find(({ name }) => name === 'resnet-20');
  if (preset !== undefined) draft.sweep.addModel(preset.spec);
}

/** The scenes of sweeps and queues, of a full lab. */
export function runningScenes(full: FakeContents): Readonly<Record<string, Scene>> {
  return {
    'train-recipe': { screen: 'train', contents: full, after: (_bridge, app) => writeRecipe(app) },
    'train-sweep': { screen: 'train', contents: full, after: (_bridge, app) => writeSweep(app) },
    'train-tight': {
      screen: 'train',
      contents: full,
      after: (bridge, app) => {
        const memory = { bytes: 9.3e9, availableBytes: 6.1e9, totalBytes: 8.2e9, fits: false, largestBatch: 40 };
        bridge.handle('runs/forecast', () => buildForecast({ memory, time: null }));
        app.trainDraft.recipe.write('batchSize', '65');
      },
    },
    'runs-queue': {
      screen: 'runs',
      contents: { ...full, runs: [...sweepRuns(), ...(full.runs ?? []).filter(({ status }) => status !== 'running')] },
      after: (_bridge, app) => app.runs.select(36),
    },
    'runs-many': {
      screen: 'runs',
      contents: { ...full, runs: manyRuns() },
      after: (_bridge, app) => app.runs.select(1990),
    },
  };
}
