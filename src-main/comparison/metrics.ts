/** The metrics of one run as a comparison shows them. */

import type { MetricName, MetricValue } from '../contract/comparison.ts';
import { METRICS } from '../contract/comparison.ts';
import type { EpochMetrics, RunDetail } from '../contract/run.ts';

/** Metrics that every epoch has. */
const PER_EPOCH: Readonly<Partial<Record<MetricName, (epoch: EpochMetrics) => number>>> = {
  heldOutAccuracy: ({ heldOut }) => heldOut.accuracy,
  heldOutLoss: ({ heldOut }) => heldOut.loss,
  trainAccuracy: ({ train }) => train.accuracy,
  trainLoss: ({ train }) => train.loss,
  imagesPerSecond: ({ imagesPerSecond }) => imagesPerSecond,
};

/** Value of a metric in one epoch; null for metrics of the whole run. */
export function epochValue(metric: MetricName, epoch: EpochMetrics): number | null {
  return PER_EPOCH[metric]?.(epoch) ?? null;
}

/** Best and last value of every metric. NaN is no value. */
export function metricsOf(run: RunDetail, epochs: readonly EpochMetrics[]): Readonly<Record<MetricName, MetricValue>> {
  const ofEpochs = (metric: MetricName): MetricValue => bestAndLast(metric, epochs);
  return {
    heldOutAccuracy: ofEpochs('heldOutAccuracy'),
    heldOutLoss: ofEpochs('heldOutLoss'),
    trainAccuracy: ofEpochs('trainAccuracy'),
    trainLoss: ofEpochs('trainLoss'),
    testAccuracy: once(run.test?.accuracy),
    testLoss: once(run.test?.loss),
    imagesPerSecond: ofEpochs('imagesPerSecond'),
    memoryBytes: once(mostOf(epochs.map(({ residentBytes }) => residentBytes))),
    trainSeconds: once(epochs.length === 0 ? undefined : epochs.reduce((sum, epoch) => sum + epoch.trainSeconds, 0)),
  };
}

function bestAndLast(metric: MetricName, epochs: readonly EpochMetrics[]): MetricValue {
  const { better } = METRICS[metric];
  let best: { value: number; epoch: number } | null = null;
  let last: number | null = null;
  for (const epoch of epochs) {
    const value = epochValue(metric, epoch);
    last = value === null || Number.isNaN(value) ? null : value;
    if (last === null) continue;
    if (best === null || (better === 'more' ? last > best.value : last < best.value)) {
      best = { value: last, epoch: epoch.epoch };
    }
  }
  return { best: best?.value ?? null, bestEpoch: best?.epoch ?? null, last };
}

function mostOf(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? undefined : Math.max(...known);
}

function once(value: number | undefined): MetricValue {
  const known = value === undefined || Number.isNaN(value) ? null : value;
  return { best: known, bestEpoch: null, last: known };
}
