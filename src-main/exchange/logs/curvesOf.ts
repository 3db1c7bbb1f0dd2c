/** The curves of a run from the series of a log. */

import type { LogRole, LogRoles } from '../../contract/exchange.ts';
import type { EpochMetrics, RunCurves } from '../../contract/run.ts';
import type { Log, LogSeries } from './log.ts';

/** Accuracies above this are percent. */
const HIGHEST_SHARE = 1.5;

/** A series in the order of its steps; of several values of one step, the last. */
interface Sorted {
  readonly step: readonly number[];
  readonly value: readonly number[];
  readonly time: readonly number[];
}

const NOTHING: Sorted = { step: [], value: [], time: [] };

/**
 * Puts series together: an epoch ends wherever the log tells a held-out metric (without any, a training metric); what other series
 * told last before it, and after the epoch before, is its value. Steps and epochs that are counted from 0 are counted from 1.
 * What is not told is NaN.
 */
export function curvesOf(log: Log, roles: LogRoles): RunCurves {
  const found = seriesOf(log.series, roles);
  const heldOut = [found.heldOutLoss, found.heldOutAccuracy];
  const ends = stepsOf(heldOut).length > 0 ? stepsOf(heldOut) : stepsOf([found.trainLoss, found.trainAccuracy]);
  return { steps: stepsPart(found), epochs: epochsPart(found, ends, log.startedAt) };
}

type Found = Readonly<Record<LogRole, Sorted>>;

function seriesOf(series: readonly LogSeries[], roles: LogRoles): Found {
  const used = series.filter(({ tag }) => Object.values(roles).includes(tag));
  const first = used.reduce((least, { step }) => step.reduce((low, value) => Math.min(low, value), least), 1);
  const of = (role: LogRole): Sorted => {
    const one = series.find(({ tag }) => tag === roles[role]);
    return one === undefined ? NOTHING : sorted(one, 1 - first);
  };
  return {
    stepLoss: of('stepLoss'),
    trainLoss: of('trainLoss'),
    trainAccuracy: asShares(of('trainAccuracy')),
    heldOutLoss: of('heldOutLoss'),
    heldOutAccuracy: asShares(of('heldOutAccuracy')),
    learningRate: of('learningRate'),
    gradientNorm: of('gradientNorm'),
    epoch: of('epoch'),
    imagesPerSecond: of('imagesPerSecond'),
    trainSeconds: of('trainSeconds'),
    evaluationSeconds: of('evaluationSeconds'),
    residentBytes: of('residentBytes'),
  };
}

function sorted({ step, value, time }: LogSeries, shift: number): Sorted {
  const order = [...step.keys()].sort((one, other) => (step[one] ?? 0) - (step[other] ?? 0) || one - other);
  const kept = order.filter((at, position) => step[at] !== step[order[position + 1] ?? -1]);
  const pick = (values: readonly number[]): number[] => kept.map((at) => values[at] ?? Number.NaN);
  return { step: pick(step).map((at) => at + shift), value: pick(value), time: pick(time) };
}

function asShares(series: Sorted): Sorted {
  const most = series.value.reduce((high, value) => (value > high ? value : high), 0);
  return most > HIGHEST_SHARE ? { ...series, value: series.value.map((value) => value / 100) } : series;
}

function stepsOf(series: readonly Sorted[]): readonly number[] {
  return [...new Set(series.flatMap(({ step }) => step))].sort((one, other) => one - other);
}

function stepsPart({ stepLoss, learningRate, gradientNorm }: Found): RunCurves['steps'] {
  const rateAt = latest(learningRate);
  const norms = new Map(gradientNorm.step.map((step, index) => [step, gradientNorm.value[index] ?? Number.NaN]));
  return {
    step: stepLoss.step,
    loss: stepLoss.value,
    // A rate holds until another is told.
    learningRate: stepLoss.step.map((step) => rateAt(0, step)),
    gradientNorm: stepLoss.step.map((step) => norms.get(step) ?? Number.NaN),
  };
}

function epochsPart(found: Found, ends: readonly number[], startedAt: number): EpochMetrics[] {
  const numbers = numbersOf(found.epoch, ends);
  const at = {
    trainLoss: latest(found.trainLoss),
    trainAccuracy: latest(found.trainAccuracy),
    heldOutLoss: latest(found.heldOutLoss),
    heldOutAccuracy: latest(found.heldOutAccuracy),
    learningRate: latest(found.learningRate),
    imagesPerSecond: latest(found.imagesPerSecond),
    residentBytes: latest(found.residentBytes),
  };
  const seconds = secondsOf(found, ends, startedAt);
  const epochs = ends.map((step, index): EpochMetrics => {
    const before = ends[index - 1] ?? 0;
    const memory = at.residentBytes(before, step);
    return {
      epoch: numbers[index] ?? index + 1,
      step,
      train: { loss: at.trainLoss(before, step), accuracy: at.trainAccuracy(before, step) },
      heldOut: { loss: at.heldOutLoss(before, step), accuracy: at.heldOutAccuracy(before, step) },
      learningRate: at.learningRate(0, step),
      imagesPerSecond: at.imagesPerSecond(before, step),
      residentBytes: Number.isNaN(memory) ? null : memory,
      ...(seconds[index] ?? { trainSeconds: Number.NaN, evaluationSeconds: Number.NaN }),
    };
  });
  return epochs.filter(({ epoch }, index) => epoch !== epochs[index + 1]?.epoch);
}

/** The numbers of epochs, where the log counts them upwards; else 1, 2, 3. */
function numbersOf(epoch: Sorted, ends: readonly number[]): readonly number[] {
  const at = latest(epoch);
  const told = ends.map((end) => at(0, end));
  const shift = epoch.value.some((value) => value === 0) ? 1 : 0;
  const usable = told.every(
    (value, index) => Number.isInteger(value) && value + shift >= 1 && value >= (told[index - 1] ?? 0),
  );
  return usable ? told.map((value) => value + shift) : ends.map((_, index) => index + 1);
}

type Seconds = Pick<EpochMetrics, 'trainSeconds' | 'evaluationSeconds'>;

/** As the log tells; else the time between the ends of two epochs, all of it as training. */
function secondsOf(found: Found, ends: readonly number[], startedAt: number): readonly Seconds[] {
  const told = [latest(found.trainSeconds), latest(found.evaluationSeconds)] as const;
  const anchor = [found.heldOutLoss, found.heldOutAccuracy, found.trainLoss, found.trainAccuracy].find(
    ({ step }) => step.length > 0,
  );
  const timeAt = latest({ ...(anchor ?? NOTHING), value: anchor?.time ?? [] });
  return ends.map((end, index) => {
    const before = ends[index - 1];
    if (found.trainSeconds.step.length > 0) {
      return { trainSeconds: told[0](before ?? 0, end), evaluationSeconds: told[1](before ?? 0, end) };
    }
    const passed = timeAt(0, end) - (before === undefined ? startedAt : timeAt(0, before));
    const known = Number.isFinite(passed) && passed >= 0;
    return { trainSeconds: known ? passed : Number.NaN, evaluationSeconds: known ? 0 : Number.NaN };
  });
}

/** Looks up what a series told last after `before` and up to `step`; NaN where nothing. Asked with steps that only grow. */
function latest({ step, value }: Pick<Sorted, 'step' | 'value'>): (before: number, upTo: number) => number {
  let next = 0;
  return (before, upTo) => {
    if ((step[next - 1] ?? 0) > upTo) next = 0;
    while (next < step.length && (step[next] ?? 0) <= upTo) next++;
    const last = step[next - 1];
    return last === undefined || last <= before ? Number.NaN : (value[next - 1] ?? Number.NaN);
  };
}
