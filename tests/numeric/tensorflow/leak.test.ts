/** Training holds as much after a thousand steps as after five hundred (hazard 55). */

import { expect, it } from 'vitest';

import { STANDARD_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import { compileModel } from '../../../src-main/graph/compile.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { loadBinding } from '../../../src-main/tensorflow/binding.ts';
import { openSession } from '../../../src-main/tensorflow/session.ts';
import { float32Tensor, int32Tensor, uint8Tensor } from '../../../src-main/tensorflow/tensor.ts';
import { initialState } from '../../../src-main/trainer/initialise.ts';
import { writeState } from '../../../src-main/trainer/state.ts';
import { TINY_MODEL } from '../../support/trainer/jobs.ts';

/** `DENSELAB_LEAK_STEPS=10000` for the long run, which takes a minute and a half. */
const STEPS = Number(process.env['DENSELAB_LEAK_STEPS'] ?? 1500);
/** Below this many steps, JavaScript's heap still grows to its working size: 15 kB for each step, measured at 1,500. */
const SETTLED = 10_000;
const BATCH = 8;
const EDGE = 16;

it('keeps no tensor of a step; in the long run, the process does not grow', () => {
  const plan = planModel(TINY_MODEL, { height: EDGE, width: EDGE, channels: 3 }, 4);
  const compiled = compileModel(plan, {
    mean: [120, 120, 120],
    standardDeviation: [60, 60, 60],
    augmentation: STANDARD_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    weightDecay: 1e-4,
  });
  const binding = loadBinding();
  const session = openSession(compiled.graph);
  writeState({ compiled, session }, initialState(plan, compiled.variables, 1));
  const { feeds, fetches } = compiled.train;
  const step = (index: number): void => {
    session.run(
      {
        [feeds.images]: uint8Tensor([BATCH, EDGE, EDGE, 3], new Uint8Array(BATCH * EDGE * EDGE * 3).fill(index)),
        [feeds.labels]: int32Tensor([BATCH], [0, 1, 2, 3, 0, 1, 2, 3]),
        [feeds.learningRate]: float32Tensor([], [0.01]),
        [feeds.seed]: int32Tensor([2], [1, index]),
      },
      [fetches.loss, fetches.correct],
    );
  };
  const third = Math.floor(STEPS / 3);
  for (let index = 0; index < third; index += 1) step(index);
  const before = { tensors: binding.getNumOfTensors(), bytes: process.memoryUsage().rss };
  for (let index = third; index < STEPS; index += 1) step(index);
  const after = { tensors: binding.getNumOfTensors(), bytes: process.memoryUsage().rss };
  session.close();
  const slope = (after.bytes - before.bytes) / (STEPS - third);
  console.info(
    `${String(STEPS)} steps: ${slope.toFixed(0)} bytes and ${String(after.tensors - before.tensors)} tensors`,
  );
  expect(after.tensors).toBe(before.tensors);
  // What a step feeds is 6 kB: kept, it would show six times over.
  if (STEPS >= SETTLED) expect(slope).toBeLessThan(1024);
});
