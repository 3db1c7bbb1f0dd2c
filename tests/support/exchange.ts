/** Checkpoints of the reference networks of tests/fixtures/torch, for exporting. */

import { QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import { planModel } from '../../src-main/model/plan.ts';
import type { Checkpoint } from '../../src-main/trainer/checkpoint.ts';
import { DESCRIPTION_VERSION, type CheckpointDescription } from '../../src-main/trainer/description.ts';
import { readTorchFixture, type TorchFixture } from './torchFixture.ts';

/** A fixture, and the checkpoint of the weights with which torch computed its `evaluation/logits`. */
export function fixtureCheckpoint(name: string): { fixture: TorchFixture; checkpoint: Checkpoint } {
  const fixture = readTorchFixture(name);
  const { spec, input, classes, mean, standardDeviation } = fixture.case;
  const plan = planModel(spec, input, classes);
  const tensors = plan.layers
    .flatMap((layer) => layer.tensors)
    .map(({ name: tensor, shape }) => {
      const prefix = fixture.has(`evaluation/${tensor}`) ? 'evaluation' : 'step3';
      return { name: tensor, shape, data: fixture.floats(`${prefix}/${tensor}`) };
    });
  const description: CheckpointDescription = {
    version: DESCRIPTION_VERSION,
    model: plan.spec,
    recipe: QUICK_RECIPE,
    input,
    dataset: {
      contentHash: 'none',
      classNames: Array.from({ length: classes }, (_, index) => `class ${String(index)}`),
      mean,
      standardDeviation,
    },
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
  return { fixture, checkpoint: { description, tensors } };
}

/** max|found - reference| / max|reference|. */
export function deviation(found: ArrayLike<number>, reference: ArrayLike<number>): number {
  const numbers = Array.from(reference);
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.max(...numbers.map((value, index) => Math.abs((found[index] ?? NaN) - value))) / largest;
}
