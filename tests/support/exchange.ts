/** Checkpoints of the reference networks of tests/fixtures/torch, for exporting. */

import { QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import { placeholderNames } from '../../src-main/model/classNames.ts';
import { planModel, tensorsOf } from '../../src-main/model/plan.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import { initialTensor } from '../../src-main/trainer/initialise.ts';
import type { InputShape, LayerPlan, ModelSpec } from '../../src-main/contract/model.ts';
import type { StoredTensor } from '../../src-main/trainer/safetensors.ts';
import type { Checkpoint } from '../../src-main/trainer/checkpoint.ts';
import { DESCRIPTION_VERSION, type CheckpointDescription } from '../../src-main/trainer/description.ts';
import { readTorchFixture, type TorchFixture } from './torchFixture.ts';

/** A fixture, and the checkpoint of the weights with which torch computed its `evaluation/logits`. */
export function fixtureCheckpoint(name: string): { fixture: TorchFixture; checkpoint: Checkpoint } {
  const fixture = readTorchFixture(name);
  const { spec, input, classes, mean, standardDeviation } = fixture.case;
  const plan = planModel(spec, input, classes);
  const tensors = tensorsOf(plan).map(({ name: tensor, shape }) => {
    const prefix = fixture.has(`evaluation/${tensor}`) ? 'evaluation' : 'step3';
    return { name: tensor, shape, data: fixture.floats(`${prefix}/${tensor}`) };
  });
  return { fixture, checkpoint: { description: describe(plan, mean, standardDeviation), tensors } };
}

/** The checkpoint of a network as if it had been trained: no gamma is 1, and no moving average is what it begins with. */
export function drawnCheckpoint(spec: ModelSpec, input: InputShape, classes: number): Checkpoint {
  const plan = planModel(spec, input, classes);
  const random = createRandom(1);
  const tensors = tensorsOf(plan).map((planned): StoredTensor => {
    const tensor = initialTensor(planned, 1);
    if (planned.role === 'weights') return tensor;
    // Variances and gammas stay above 0.
    return { ...tensor, data: tensor.data.map((value) => value + 0.8 * random.uniform() - 0.4) };
  });
  const channels = Array.from({ length: input.channels }, (_, channel) => channel);
  const mean = channels.map((channel) => 100 + 10 * channel);
  return {
    description: describe(
      plan,
      mean,
      channels.map((channel) => 50 + 3 * channel),
    ),
    tensors,
  };
}

function describe(
  plan: LayerPlan,
  mean: readonly number[],
  standardDeviation: readonly number[],
): CheckpointDescription {
  return {
    version: DESCRIPTION_VERSION,
    model: plan.spec,
    recipe: QUICK_RECIPE,
    input: plan.input,
    dataset: { contentHash: 'none', classNames: placeholderNames(plan.classes), mean, standardDeviation },
    environment: {
      device: 'CPU:0',
      intraOpThreads: 1,
      interOpThreads: 1,
      tensorflow: '2.21.0',
      denselab: '0.1.0',
      node: '24.0.0',
    },
    epoch: 1,
    step: 3,
    epochFinished: true,
    heldOut: null,
    history: [],
    unfinished: null,
    createdAt: '2026-11-24T12:00:00.000Z',
  };
}

/** max|found - reference| / max|reference|. */
export function deviation(found: ArrayLike<number>, reference: ArrayLike<number>): number {
  const numbers = Array.from(reference);
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.max(...numbers.map((value, index) => Math.abs((found[index] ?? NaN) - value))) / largest;
}
