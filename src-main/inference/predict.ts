/** What a network says of one image. */

import { uint8Tensor } from '../tensorflow/tensor.ts';
import type { TrainedNetwork } from './network.ts';

/** A prediction; the lists are by class, in the order of the class names. */
export interface Prediction {
  /** Name of the most probable class. */
  readonly class: string;
  /** Sum 1. */
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
}

/** Predicts one image. @param pixels uint8, height x width x channels of the input */
export function predictPixels({ run, description }: TrainedNetwork, pixels: Uint8Array): Prediction {
  const { height, width, channels } = description.input;
  const { logits, probabilities } = run(uint8Tensor([1, height, width, channels], pixels));
  const best = indexOfLargest(logits);
  return {
    class: description.dataset.classNames[best] ?? String(best),
    probabilities: Array.from(probabilities),
    logits: Array.from(logits),
  };
}

/** Where the largest of some numbers is; the first of equals. */
export function indexOfLargest(values: Float32Array): number {
  return values.reduce((most, value, index) => (value > (values[most] ?? -Infinity) ? index : most), 0);
}
