/**
 * What work costs on the machine where the model of costs was made: two cores of an AMD EPYC with AVX-512, TensorFlow 2.21. A
 * calibration moves these prices to what it measures; where its few networks say little, their proportions decide.
 */

import type { Kernels, Precision } from '../contract/run.ts';

/** A way to compute, in words. */
export type WayKey = `${Kernels} ${Precision}`;

/**
 * Milliseconds of a training step: for the call, 100 layers, 1e9 multiply-adds of 1x1 and of larger convolutions, 1e7 elements
 * moved and moved again by recomputation, 1e6 parameters.
 */
export const STEP_PRICES: Readonly<Record<WayKey, readonly number[]>> = {
  'block float32': [4.2, 0, 26.4, 22.9, 3.4, 0, 33.7],
  'block bfloat16': [2.4, 0, 5, 18.2, 2.4, 1.2, 25.6],
  'stock float32': [0, 9.2, 30.2, 31.7, 6.1, 2.2, 1.7],
  'stock bfloat16': [15.7, 0, 27, 42.2, 0, 0, 20.2],
};

/** Milliseconds of a batch of an evaluation, likewise. */
export const EVALUATION_PRICES: Readonly<Record<Precision, readonly number[]>> = {
  float32: [0, 2.7, 7.3, 7.6, 2.8, 0, 0.7],
  bfloat16: [1.5, 0, 9.5, 5.3, 2.8, 0, 12.6],
};

/** Seconds of the preparation with the first step: for the graph, 100 layers, and a second of the step. */
export const PREPARATION_PRICES: Readonly<Record<WayKey, readonly number[]>> = {
  'block float32': [0, 0.39, 1.1],
  'block bfloat16': [0, 0.41, 0.85],
  'stock float32': [0, 0.48, 1.3],
  'stock bfloat16': [0.06, 0.4, 1.4],
};
