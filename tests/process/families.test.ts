/** Every family through a real worker, and runs of other networks than the usual one that go on. Needs the built bundles. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src-main/contract/events.ts';
import type { ModelSpec } from '../../src-main/contract/model.ts';
import { readManifest } from '../../src-main/tensorflow/locate.ts';
import { buildResNet, TINY_HIGHWAY, TINY_INCEPTION, TINY_PLAIN } from '../support/models.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';
import { Laboratory, type Watcher } from '../support/trainer/laboratory.ts';

/** Five steps an epoch. */
const RECIPE = { epochs: 2, limit: 160, batchSize: 32, seed: 3 };
const PREACTIVATION = { form: 'preactivation', shortcut: 'B' } as const;
const STOCHASTIC = buildResNet({ unitsPerStage: [2, 2], finalSurvival: 0.5 });
const FAMILIES: Readonly<Record<string, ModelSpec>> = {
  DenseNet: TINY_MODEL,
  plain: TINY_PLAIN,
  'ResNet with shortcuts A': buildResNet(),
  'ResNet with shortcuts B': buildResNet({ shortcut: 'B' }),
  'pre-activation ResNet': buildResNet(PREACTIVATION),
  'pre-activation ResNet with bottlenecks': buildResNet({ ...PREACTIVATION, unit: 'bottleneck' }),
  'Wide ResNet': buildResNet({ ...PREACTIVATION, widthFactor: 2, dropoutRate: 0.3 }),
  'stochastic depth': STOCHASTIC,
  highway: TINY_HIGHWAY,
  Inception: TINY_INCEPTION,
};
const HAS_NATIVE_KERNELS = (readManifest().kernels?.path ?? null) !== null;

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open({ saving: { seconds: null, steps: 2 } });
});

afterAll(() => lab.close());

/** Kills the worker at the nth event of a kind. */
function killAt(kind: RunEvent['event'], count: number): Watcher {
  let seen = 0;
  return (event, worker) => {
    if (event.event === kind && ++seen === count) worker.kill();
  };
}

/** What a run leaves that was killed twice, and one that never was. */
async function killedAndWhole(model: ModelSpec): Promise<readonly [killed: number, whole: number]> {
  const { id: whole, ending } = await lab.train(RECIPE, undefined, { model });
  expect(ending.event).toBe('finished');
  const { id: killed } = await lab.train(RECIPE, killAt('checkpoint', 2), { model });
  await lab.resume(killed, killAt('steps', 2));
  expect(lab.runs.show(killed).status).not.toBe('finished');
  const { ending: last } = await lab.resume(killed);
  expect(last.event).toBe('finished');
  return [killed, whole];
}

describe.each(Object.entries(FAMILIES))('a network of the family %s', (_name, model) => {
  it('trains through the worker: every loss is a number, and falls', async () => {
    const { id, ending } = await lab.train({ ...RECIPE, epochs: 4 }, undefined, { model });
    expect(ending).toMatchObject({ event: 'finished' });
    const losses = lab.runs.curves(id).epochs.map(({ train }) => train.loss);
    expect(losses).toHaveLength(4);
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? NaN);
  });
});

describe('a run that is killed twice and goes on', () => {
  it('equals one that was never killed, with stochastic depth too', async () => {
    const [killed, whole] = await killedAndWhole(STOCHASTIC);
    expect(lab.remains(killed)).toEqual(lab.remains(whole));
  });

  it.skipIf(!HAS_NATIVE_KERNELS)('equals one that was never killed, with native kernels too (hazard 46)', async () => {
    const [killed, whole] = await killedAndWhole(TINY_MODEL);
    expect(lab.runs.show(killed).environment?.kernels).toBe('block');
    expect(lab.remains(killed)).toEqual(lab.remains(whole));
  });
});
