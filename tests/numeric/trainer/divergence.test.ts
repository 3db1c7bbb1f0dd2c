/** The layer at which numbers stop being numbers is named (hazard 52). */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { compileModel } from '../../../src-main/graph/compile.ts';
import type { CompiledModel } from '../../../src-main/graph/node.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { openSession, type Session } from '../../../src-main/tensorflow/session.ts';
import { float32Data, int32Tensor, uint8Tensor } from '../../../src-main/tensorflow/tensor.ts';
import { firstBrokenInStep, firstBrokenLayer } from '../../../src-main/trainer/divergence.ts';
import { initialState } from '../../../src-main/trainer/initialise.ts';
import { writeState } from '../../../src-main/trainer/state.ts';
import { feedsOf, runStep } from '../../../src-main/trainer/step.ts';
import { compileSettings } from '../../../src-main/trainer/settings.ts';
import { TINY_MODEL } from '../../support/trainer/jobs.ts';

const PLAN = planModel(TINY_MODEL, { height: 8, width: 8, channels: 1 }, 3);
const IMAGES = uint8Tensor(
  [4, 8, 8, 1],
  Uint8Array.from({ length: 256 }, (_, index) => (index * 37) & 255),
);

let compiled: CompiledModel;
let session: Session;
beforeAll(() => {
  const statistics = { mean: [127], standardDeviation: [60], classNames: ['a', 'b', 'c'] };
  compiled = compileModel(PLAN, { ...compileSettings(PAPER_RECIPE, statistics, []), inspection: true });
  session = openSession(compiled.graph);
});
afterAll(() => session.close());

const BATCH = { images: IMAGES, labels: int32Tensor([4], Int32Array.of(0, 1, 2, 0)) };
const STEP = { learningRate: 0.1, seed: [1, 1] } as const;

/** Writes the first state with one value of one tensor replaced. */
function replace(tensor: string, value: number): void {
  const state = initialState(PLAN, compiled.variables, 1);
  const chosen = state.find(({ name }) => name === tensor);
  if (chosen === undefined) throw new Error(`no tensor ${tensor}`);
  chosen.data[0] = value;
  writeState({ compiled, session }, state);
}

/** The broken layer of a network with one value of one tensor replaced. */
function brokenBy(tensor: string, value: number): string | undefined {
  replace(tensor, value);
  return firstBrokenLayer({ compiled, session }, IMAGES);
}

/** Where a step breaks with one value of one tensor replaced. */
function stepBrokenBy(tensor: string, value: number): string | undefined {
  replace(tensor, value);
  return firstBrokenInStep({ compiled, session }, feedsOf({ compiled }, BATCH, STEP));
}

describe('firstBrokenLayer', () => {
  it('finds none in a sound network', () => {
    expect(brokenBy('classifier/bias', 0)).toBeUndefined();
  });

  it.each([
    ['block2/layer1/conv2/weights', NaN, 'block2/layer1/conv2'],
    ['block1/layer1/norm1/movingMean', Infinity, 'block1/layer1/norm1'],
    ['classifier/bias', NaN, 'classifier'],
  ])('names the layer of %s when it holds %d', (tensor, value, layer) => {
    expect(brokenBy(tensor, value)).toBe(layer);
  });
});

describe('firstBrokenInStep', () => {
  it('finds nothing in a sound step', () => {
    expect(stepBrokenBy('classifier/bias', 0)).toBeUndefined();
  });

  it.each([
    ['block2/layer1/conv2/weights', NaN, 'output is not finite is block2/layer1/conv2'],
    // With the moving averages of an evaluation this is sound: the statistics are those of the batch.
    ['block1/layer1/norm1/gamma', Infinity, 'output is not finite is block1/layer1/norm1'],
    ['classifier/weights', 3e38, 'largest gradient is that of head/norm/'],
  ])('with %s at %d it names the place', (tensor, value, place) => {
    expect(stepBrokenBy(tensor, value)).toContain(place);
  });
});

describe('a step whose loss or gradient is no number', () => {
  it.each([
    ['classifier/bias', NaN, 'the loss became NaN'],
    ['classifier/weights', 3e38, 'the gradient became'],
  ])('is not taken with %s at %d: no tensor of the state changes', (tensor, value, problem) => {
    replace(tensor, value);
    const before = session.run({}, compiled.state.read);
    expect(runStep({ compiled, session }, BATCH, STEP).problem).toContain(problem);
    const after = session.run({}, compiled.state.read);
    expect(after.map(float32Data)).toEqual(before.map(float32Data));
  });
});
