/** The state in which a training starts: a pure function of the seed and of each tensor's name. */

import { assertNever } from '../contract/errors.ts';
import type { LayerPlan, PlannedTensor } from '../contract/model.ts';
import { createRandom, type Random } from '../datasets/random.ts';
import type { GraphVariable } from '../graph/node.ts';
import { elementsOf, type StoredTensor } from './safetensors.ts';

/** Keeps this stream apart from the ones that other parts draw from the same seed. */
const STREAM = 0x77656967;

/** Values of all variables at step 0, in their order; what the optimizer keeps is zero. */
export function initialState(plan: LayerPlan, variables: readonly GraphVariable[], seed: number): StoredTensor[] {
  const planned = new Map(plan.layers.flatMap(({ tensors }) => tensors).map((tensor) => [tensor.name, tensor]));
  return variables.map(({ name, role, shape }) => {
    const tensor = planned.get(name);
    if (tensor !== undefined) return initialTensor(tensor, seed);
    if (role !== 'parameter' && role !== 'movingAverage')
      return { name, shape, data: new Float32Array(elementsOf(shape)) };
    throw new Error(`the network has a variable "${name}" that its plan does not know`);
  });
}

/**
 * The first value of one tensor, as in the released code: convolutions normal(0, sqrt(2 / (kernelHeight * kernelWidth *
 * out))) (He et al. 2015 with fan-out), the linear layer uniform within 1 / sqrt(in) (Torch's default), gamma and moving
 * variance 1, biases where the plan says, everything else 0.
 */
export function initialTensor({ name, role, shape, initialValue }: PlannedTensor, seed: number): StoredTensor {
  const data = new Float32Array(elementsOf(shape));
  switch (role) {
    case 'weights':
      fillWeights(data, shape, createRandom(STREAM, seed, ...new TextEncoder().encode(name)));
      break;
    case 'gamma':
    case 'movingVariance':
      data.fill(1);
      break;
    case 'bias':
      data.fill(initialValue ?? 0);
      break;
    case 'beta':
    case 'movingMean':
      break;
    default:
      return assertNever(role);
  }
  return { name, shape, data };
}

function fillWeights(data: Float32Array, shape: readonly number[], random: Random): void {
  const [first = 1, second = 1, , out = 1] = shape;
  if (shape.length === 4) fillNormal(data, Math.sqrt(2 / (first * second * out)), random);
  else fillUniform(data, 1 / Math.sqrt(first), random);
}

/** Marsaglia's polar method: without sine and cosine, whose last bit depends on the version of V8. */
function fillNormal(data: Float32Array, deviation: number, random: Random): void {
  for (let index = 0; index < data.length;) {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    const square = x * x + y * y;
    if (square === 0 || square >= 1) continue;
    const scale = deviation * Math.sqrt((-2 * Math.log(square)) / square);
    data[index++] = x * scale;
    if (index < data.length) data[index++] = y * scale;
  }
}

function fillUniform(data: Float32Array, bound: number, random: Random): void {
  for (let index = 0; index < data.length; index++) data[index] = bound * (2 * random.uniform() - 1);
}
