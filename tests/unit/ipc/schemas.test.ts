import { expect, test } from 'vitest';
import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { REQUEST_NAMES } from '../../../src-main/contract/requests.ts';
import { REQUEST_SCHEMAS } from '../../../src-main/ipc/schemas.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { failureOf } from '../../support/failures.ts';

test('every request of the contract has a schema, and refuses what it does not name', () => {
  expect(Object.keys(REQUEST_SCHEMAS).sort()).toEqual([...REQUEST_NAMES].sort());
  for (const name of REQUEST_NAMES) expect(() => REQUEST_SCHEMAS[name].parse({ surprise: 1 }), name).toThrow();
});

test('a run request passes as it is', () => {
  const request = { dataset: 'fashion-1', model: modelFromName('densenet-bc-40-12'), recipe: PAPER_RECIPE };
  expect(REQUEST_SCHEMAS['runs/start'].parse(request)).toEqual(request);
});

test('a dataset id cannot climb out of its folder', () => {
  for (const id of ['../x', 'a/b', '.hidden', '', 'a\0']) {
    expect(REQUEST_SCHEMAS['datasets/show'].safeParse({ id }).success).toBe(false);
  }
});

test('a model is judged by the same parser as on the command line', () => {
  const model = { ...modelFromName('densenet-bc-40-12'), growthRate: -1 };
  const describe = { model, input: { height: 32, width: 32, channels: 3 }, classes: 10 };
  expect(failureOf(() => REQUEST_SCHEMAS['models/describe'].parse(describe)).code).toBe('model-invalid');
});

test('an array for NumPy says its shape, which its float32 values fill; a picture has none', () => {
  const array = { format: 'npy', name: 'maps', content: new Uint8Array(24), shape: [1, 2, 3] };
  expect(REQUEST_SCHEMAS['figures/save'].parse(array)).toEqual(array);
  for (const wrong of [{ shape: [2, 2] }, { shape: undefined }, { format: 'png' }])
    expect(REQUEST_SCHEMAS['figures/save'].safeParse({ ...array, ...wrong }).success).toBe(false);
});
