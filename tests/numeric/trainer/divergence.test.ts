/** The layer at which numbers stop being numbers is named (hazard 52). */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { compileModel } from '../../../src-main/graph/compile.ts';
import type { CompiledModel } from '../../../src-main/graph/node.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { openSession, type Session } from '../../../src-main/tensorflow/session.ts';
import { uint8Tensor } from '../../../src-main/tensorflow/tensor.ts';
import { firstBrokenLayer } from '../../../src-main/trainer/divergence.ts';
import { initialState } from '../../../src-main/trainer/initialise.ts';
import { writeState } from '../../../src-main/trainer/state.ts';
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
  compiled = compileModel(
    PLAN,
    compileSettings(PAPER_RECIPE, { mean: [127], standardDeviation: [60], classNames: ['a', 'b', 'c'] }, []),
  );
  session = openSession(compiled.graph);
});
afterAll(() => session.close());

/** The broken layer of a network with one value of one tensor replaced. */
function brokenBy(tensor: string, value: number): string | undefined {
  const state = initialState(PLAN, compiled.variables, 1);
  const chosen = state.find(({ name }) => name === tensor);
  if (chosen === undefined) throw new Error(`no tensor ${tensor}`);
  chosen.data[0] = value;
  writeState({ compiled, session }, state);
  return firstBrokenLayer({ compiled, session }, IMAGES);
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
