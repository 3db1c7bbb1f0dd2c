/** Hazard 60: a worker that is stopped and goes on. Needs the built bundles. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Laboratory, type Watcher } from '../support/trainer/laboratory.ts';

const RECIPE = { epochs: 3, limit: 160, batchSize: 4, seed: 7 };
/** Milliseconds that it stands still: much more than an epoch takes. */
const STANDSTILL = 4_000;

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
});

afterAll(() => lab.close());

it('a worker that is stopped for a while goes on as if it had not been, and its times are those of training (hazard 60)', async () => {
  const { id: whole } = await lab.train(RECIPE);
  let stopped = false;
  const stopOnce: Watcher = ({ event, run }, { pid = 0 }) => {
    if (stopped || event !== 'steps' || lab.runs.show(run).epochsDone !== 1) return;
    stopped = true;
    process.kill(pid, 'SIGSTOP');
    setTimeout(() => process.kill(pid, 'SIGCONT'), STANDSTILL);
  };
  const before = performance.now();
  const { id, ending } = await lab.train(RECIPE, stopOnce);
  expect(performance.now() - before).toBeGreaterThan(STANDSTILL);
  expect(stopped).toBe(true);
  expect(ending.event).toBe('finished');
  expect(lab.remains(id)).toEqual(lab.remains(whole));
  const { epochs } = lab.runs.curves(id);
  for (const { trainSeconds, imagesPerSecond } of epochs) {
    expect(trainSeconds).toBeGreaterThan(0);
    expect(trainSeconds).toBeLessThan(STANDSTILL / 1000);
    expect(imagesPerSecond).toBeGreaterThan(RECIPE.limit / (STANDSTILL / 1000));
  }
  const { startedAt, endedAt } = lab.runs.show(id);
  expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt ?? ''));
});
