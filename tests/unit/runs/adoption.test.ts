import { existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunCurves } from '../../../src-main/contract/run.ts';
import { runDirectory } from '../../../src-main/runs/directory.ts';
import type { ForeignRun } from '../../../src-main/runs/runTable.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { failureOf } from '../../support/failures.ts';
import { buildEpoch, buildRun, SQLITE, temporaryHome } from '../../support/runs.ts';

let home: string;
let removeHome: () => void;
let store: RunStore;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
  store = openRunStore(home, SQLITE);
});

afterEach(() => {
  store.close();
  removeHome();
});

/** A run of other software with everything that a log tells. */
function buildForeign(overrides: Partial<ForeignRun> = {}): ForeignRun {
  const { name, dataset } = buildRun();
  return {
    ...{ name, dataset: { ...dataset, id: '' }, origin: 'log', source: '/logs/events', heldOutSplit: 'validation' },
    ...{ model: null, modelTitle: 'TensorBoard log', recipe: null, parameters: null, multiplyAdds: null },
    ...{ epochs: 2, stepsPerEpoch: 4, deviceWish: null, environment: null, test: null, error: null },
    ...{ startedAt: null, endedAt: null, notes: '# Why', tags: ['theirs'], forecast: null },
    ...overrides,
  };
}

const NO_RATE = Number.NaN;
const FOREIGN_CURVES: RunCurves = {
  steps: { step: [3, 4, 8], loss: [3, 2, 1], learningRate: [NO_RATE, NO_RATE, 0.1], gradientNorm: [NO_RATE, 1, 1] },
  epochs: [buildEpoch(1, { learningRate: NO_RATE, trainSeconds: NO_RATE }), buildEpoch(2)],
};

describe('a run that was trained elsewhere', () => {
  it('is shown as imported with its curves, whatever of them is not known', async () => {
    const { id } = await store.adopt(buildForeign(), FOREIGN_CURVES, () => Promise.resolve([]));
    store.close();
    store = openRunStore(home, SQLITE);
    const unknown = { model: null, recipe: null, parameters: null, multiplyAdds: null, source: '/logs/events' };
    expect(store.show(id)).toMatchObject({
      ...unknown,
      status: 'imported',
      origin: 'log',
      tags: ['theirs'],
      epochs: 2,
    });
    expect(store.curves(id)).toEqual(FOREIGN_CURVES);
    expect(store.list()[0]).toMatchObject({ epochsDone: 2, stepsDone: 8, best: { epoch: 1 } });
    expect(failureOf(() => store.requeue(id, { force: false })).code).toBe('run-finished');
  });

  it('leaves nothing when its files cannot be placed, and shows nothing before all of it is there', async () => {
    const full = new Error('no space');
    const adopting = store.adopt(buildForeign(), FOREIGN_CURVES, (directory) => {
      mkdirSync(directory, { recursive: true });
      expect(store.list()).toEqual([]);
      return Promise.reject(full);
    });
    await expect(adopting).rejects.toBe(full);
    expect(store.list()).toEqual([]);
    expect(existsSync(runDirectory(home, 1))).toBe(false);
    expect(store.purgeSetAside()).toEqual([]);
  });

  it('is found again by the content that it saw, when its dataset comes', async () => {
    const { id } = await store.adopt(buildForeign(), FOREIGN_CURVES, () => Promise.resolve([]));
    expect(store.withoutDataset()).toEqual([{ id, hash: buildRun().dataset.contentHash }]);
    store.nameDataset(id, { id: 'here', name: 'Shapes here', version: 3 });
    expect(store.withoutDataset()).toEqual([]);
    expect(store.show(id)).toMatchObject({ datasetId: 'here', datasetName: 'Shapes here', datasetVersion: 3 });
  });
});
