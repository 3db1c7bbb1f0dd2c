import type { RunSummary } from '../../../src-main/contract/run.ts';
import { nearestIndex, positionOf } from '../../drawing/chartRun.ts';
import type { StepScale } from '../../drawing/chartRun.ts';
import { formatLoss, formatNumber, formatPercent, formatSetting } from '../../ui/format.ts';
import type { NeedlePoint } from './curveView.svelte.ts';

/** The stop nearest to position `x` on the axis; null when there is none. */
export function stepAt(scale: StepScale, x: number, stops: readonly number[]): number | null {
  const positions = stops.map((stop) => positionOf(scale, stop) ?? Infinity);
  return stops[nearestIndex(positions, x)] ?? null;
}

/** What the needle stands at: `epoch 141`. */
export function needleSubject(point: NeedlePoint): string {
  return point.epoch === null ? `step ${formatNumber(point.step)}` : `epoch ${formatNumber(point.epoch.epoch)}`;
}

/** The values at the needle, spelled out for the read-out. */
export function needleFacts(run: RunSummary, point: NeedlePoint): readonly string[] {
  const facts: string[] = [];
  if (point.epoch !== null) {
    const { heldOut, imagesPerSecond } = point.epoch;
    facts.push(`${run.heldOutSplit} ${formatPercent(heldOut.accuracy)}%`, `loss ${formatLoss(heldOut.loss)}`);
    if (point.smoothLoss !== null) facts.push(`train loss ${formatLoss(point.smoothLoss)}`);
    if (point.learningRate !== null) facts.push(`learning rate ${formatSetting(point.learningRate)}`);
    if (!Number.isNaN(imagesPerSecond)) facts.push(`${formatNumber(imagesPerSecond)} images per second`);
    facts.push(`step ${formatNumber(point.step)}`);
    return facts;
  }
  if (point.smoothLoss !== null) facts.push(`train loss ${formatLoss(point.smoothLoss)}`);
  if (point.learningRate !== null) facts.push(`learning rate ${formatSetting(point.learningRate)}`);
  return facts;
}
