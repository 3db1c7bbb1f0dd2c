/** The loss over a rising learning rate, on a logarithmic axis. */

import type { RatePoint } from '../../src-main/contract/rates.ts';
import type { Plot } from './schedule.ts';

/** The drawing, in pixels inside its plot. */
export interface RateSearchDrawing {
  /** Loss of each step, and the smoothed one. */
  readonly rawPath: string;
  readonly smoothPath: string;
  /** Powers of ten below the axis. */
  readonly decades: readonly { readonly value: number; readonly x: number }[];
  /** Losses at the left: the lowest smoothed one and the top. */
  readonly levels: readonly { readonly value: number; readonly y: number }[];
  /** Where a rate lies. */
  readonly x: (rate: number) => number;
}

/** Losses above this share of the first one are cut off: the loss runs away at the end, and what matters is before. */
const HEADROOM = 1.25;

/** Lays out what a search has measured so far; null before the second step. */
export function drawRateSearch(points: readonly RatePoint[], plot: Plot): RateSearchDrawing | null {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || !(last.rate > first.rate)) return null;
  const smoothed = points.map((point) => point.smoothed).filter(Number.isFinite);
  const top = first.smoothed * HEADROOM;
  const bottom = Math.min(...smoothed, first.smoothed);
  const [low, high] = [Math.log10(first.rate), Math.log10(last.rate)];
  const x = (rate: number): number => plot.left + ((Math.log10(rate) - low) / (high - low)) * plot.width;
  const y = (loss: number): number =>
    plot.top + (1 - (Math.min(top, Math.max(bottom, loss)) - bottom) / (top - bottom)) * plot.height;
  const path = (value: (point: RatePoint) => number): string => {
    const kept = points.filter((point) => Number.isFinite(value(point)));
    return `M${kept.map((point) => `${fixed(x(point.rate))} ${fixed(y(value(point)))}`).join('L')}`;
  };
  return {
    rawPath: path((point) => point.loss),
    smoothPath: path((point) => point.smoothed),
    decades: decadesBetween(low, high).map((value) => ({ value, x: x(value) })),
    levels: [top, bottom].map((value) => ({ value, y: y(value) })),
    x,
  };
}

/** Whole powers of ten, five at most. */
function decadesBetween(low: number, high: number): readonly number[] {
  const [from, to] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  const stride = Math.max(1, Math.ceil((to - from + 1) / 5));
  const values: number[] = [];
  for (let power = from; power <= to; power += stride) values.push(10 ** power);
  return values;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
