/** How one step of an epoch moves each layer: gradient norms and update-to-weight ratios. */

import type { LayerFlow } from '../contract/study.ts';
import type { CompiledModel } from '../graph/node.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Data } from '../tensorflow/tensor.ts';
import type { Batch } from './batches.ts';

/** What a step is watched in. */
export interface Watched {
  readonly compiled: CompiledModel;
  readonly session: Session;
}

/** A step that is watched. */
export interface WatchedStep {
  /** Call it after the step. @returns one entry for each layer that learns, in the network's order */
  readonly measure: () => readonly LayerFlow[];
}

/** The batch of an epoch whose step is watched: the last whole one. */
export function watchedBatch(batches: readonly Batch[], batchSize: number): number {
  const whole = batches.filter(({ size }) => size >= batchSize).length;
  return Math.max(0, whole - 1);
}

/** Begins to watch, just before a step. */
export function watchStep({ compiled, session }: Watched): WatchedStep {
  const { parameters, gradient, layers } = compiled.flow;
  const [before] = session.run({}, [parameters]).map(float32Data);
  return {
    measure: () => {
      const [after, gradients] = session.run({}, [parameters, gradient]).map(float32Data);
      return layers.map(({ layer, offset, size }) => {
        let [slope, moved, weight] = [0, 0, 0];
        for (let at = offset; at < offset + size; at++) {
          slope += (gradients?.[at] ?? NaN) ** 2;
          moved += ((after?.[at] ?? NaN) - (before?.[at] ?? NaN)) ** 2;
          weight += (before?.[at] ?? NaN) ** 2;
        }
        const updateRatio = weight === 0 ? null : Math.sqrt(moved / weight);
        return { layer, gradientNorm: Math.sqrt(slope), updateRatio };
      });
    },
  };
}
