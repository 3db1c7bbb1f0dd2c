/** Checkpoints for tests. */

import type { Checkpoint } from '../../../src-main/trainer/checkpoint.ts';
import type { CheckpointDescription } from '../../../src-main/trainer/description.ts';
import { buildJob } from './jobs.ts';

/** A small checkpoint of a finished epoch; override what the test is about. */
export function buildCheckpoint(overrides: Partial<CheckpointDescription> = {}): Checkpoint {
  const { model, recipe } = buildJob();
  return {
    description: {
      version: 2,
      model,
      recipe,
      input: { height: 8, width: 8, channels: 1 },
      dataset: { contentHash: 'ab', classNames: ['cat', 'dog'], mean: [127.5], standardDeviation: [64] },
      environment: {
        device: 'CPU:0',
        intraOpThreads: 2,
        interOpThreads: 1,
        tensorflow: '2.21.0',
        denselab: '0.1.0',
        node: '20.20.2',
      },
      epoch: 3,
      step: 15,
      epochFinished: true,
      heldOut: { loss: 0.5, accuracy: 0.75 },
      history: [
        { loss: 1, accuracy: 0.25 },
        { loss: 0.75, accuracy: 0.5 },
        { loss: 0.5, accuracy: 0.75 },
      ],
      unfinished: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      ...overrides,
    },
    tensors: [
      { name: 'classifier/weights', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      { name: 'classifier/weights/velocity', shape: [2, 2], data: Float32Array.of(0, -0, 1e-30, 7) },
    ],
  };
}
