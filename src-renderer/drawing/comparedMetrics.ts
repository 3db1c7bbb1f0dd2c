/** The charts of a comparison: what each shows, and over what. */

import type { ComparedPanel } from '../../src-main/contract/savedComparison.ts';
import type { EpochMetrics, RunCurves } from '../../src-main/contract/run.ts';

/** What one chart shows. */
export interface ComparedMetric {
  readonly title: string;
  /** Said behind the title. */
  readonly note: string;
  readonly unit: '%' | 'nats' | 'img/s' | 'MB' | '';
  /** Null where neither is better. */
  readonly better: 'more' | 'less' | null;
  /** One value per epoch, or one per thinned step. */
  readonly from:
    | { readonly kind: 'epochs'; readonly value: (metrics: EpochMetrics) => number }
    | { readonly kind: 'steps'; readonly values: (steps: RunCurves['steps']) => readonly number[] };
}

/** All charts. */
export const COMPARED_METRICS: Readonly<Record<ComparedPanel, ComparedMetric>> = {
  accuracy: {
    ...{ title: 'Held-out accuracy', note: '%; dots at the best', unit: '%', better: 'more' },
    from: { kind: 'epochs', value: ({ heldOut }) => 100 * heldOut.accuracy },
  },
  loss: {
    ...{ title: 'Held-out loss', note: 'nats; dots at the best', unit: 'nats', better: 'less' },
    from: { kind: 'epochs', value: ({ heldOut }) => heldOut.loss },
  },
  trainAccuracy: {
    ...{ title: 'Training accuracy', note: '%; augmented batches', unit: '%', better: 'more' },
    from: { kind: 'epochs', value: ({ train }) => 100 * train.accuracy },
  },
  trainLoss: {
    ...{ title: 'Training loss', note: 'nats; mean of each epoch', unit: 'nats', better: 'less' },
    from: { kind: 'epochs', value: ({ train }) => train.loss },
  },
  stepLoss: {
    ...{ title: 'Training loss by step', note: 'nats; extremes kept', unit: 'nats', better: null },
    from: { kind: 'steps', values: ({ loss }) => loss },
  },
  learningRate: {
    ...{ title: 'Learning rate', note: '', unit: '', better: null },
    from: { kind: 'steps', values: ({ learningRate }) => learningRate },
  },
  gradientNorm: {
    ...{ title: 'Gradient norm', note: 'L2, before clipping', unit: '', better: null },
    from: { kind: 'steps', values: ({ gradientNorm }) => gradientNorm },
  },
  imagesPerSecond: {
    ...{ title: 'Speed', note: 'images per second', unit: 'img/s', better: 'more' },
    from: { kind: 'epochs', value: ({ imagesPerSecond }) => imagesPerSecond },
  },
  memory: {
    ...{ title: 'Memory', note: 'MB; most of the worker in each epoch', unit: 'MB', better: null },
    from: { kind: 'epochs', value: ({ residentBytes }) => (residentBytes ?? Number.NaN) / 1e6 },
  },
};
