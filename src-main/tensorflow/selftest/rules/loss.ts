/** Softmax and cross-entropy over the last axis. */

import { at } from '../../../graph/illegal.ts';
import { exactly, sumOf } from '../rule.ts';
import type { KernelRule } from '../rule.ts';
import type { Fed } from '../testBench.ts';

/** Probabilities of logits [n, classes]. */
export const softmaxCheck: KernelRule = {
  op: 'Softmax',
  prepare(bench, kernel) {
    const logits = bench.feed(at(kernel.inputs, 0));
    return [
      { output: bench.run(kernel, [logits.tensor]), element: (position) => exactly(probability(logits, position)) },
    ];
  },
};

/** Loss in nats by row, and its gradient. */
export const crossEntropyCheck: KernelRule = {
  op: 'SparseSoftmaxCrossEntropyWithLogits',
  prepare(bench, kernel) {
    const logits = bench.feed(at(kernel.inputs, 0));
    const classes = at(logits.shape, 1);
    const labels = bench.labels(at(kernel.inputs, 1).shape, classes);
    const loss = bench.run(kernel, [logits.tensor, labels.tensor]);
    return [
      {
        output: loss,
        element(row) {
          const value = -Math.log(probability(logits, row * classes + labels.at(row)));
          return { value, magnitude: Math.abs(value) + 1 };
        },
      },
      {
        output: { ...loss, index: 1, ...at(kernel.outputs, 1) },
        element(position) {
          const right = labels.at(Math.floor(position / classes)) === position % classes;
          return { value: probability(logits, position) - (right ? 1 : 0), magnitude: 1 };
        },
      },
    ];
  },
};

/** Loss in nats by row against probabilities, and its gradient. */
export const softmaxCrossEntropyCheck: KernelRule = {
  op: 'SoftmaxCrossEntropyWithLogits',
  prepare(bench, kernel) {
    const logits = bench.feed(at(kernel.inputs, 0));
    const targets = bench.feed(at(kernel.inputs, 1), 'positive');
    const classes = at(logits.shape, 1);
    const loss = bench.run(kernel, [logits.tensor, targets.tensor]);
    return [
      {
        output: loss,
        element: (row) =>
          sumOf(classes, (index) => {
            const position = row * classes + index;
            return -targets.at(position) * Math.log(probability(logits, position));
          }),
      },
      {
        output: { ...loss, index: 1, ...at(kernel.outputs, 1) },
        element: (position) => ({ value: probability(logits, position) - targets.at(position), magnitude: 1 }),
      },
    ];
  },
};

function probability(logits: Fed, position: number): number {
  const classes = at(logits.shape, logits.shape.length - 1);
  const start = position - (position % classes);
  const total = Array.from({ length: classes }, (_, index) => Math.exp(logits.at(start + index)));
  return Math.exp(logits.at(position)) / total.reduce((sum, each) => sum + each, 0);
}
