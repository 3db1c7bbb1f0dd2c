/** From values to pixels of a chart, and back. */

import type { ChartAxes } from './chartPlot.ts';

/** Space around the plot in pixels; a chart may ask for more at the right. */
export const CHART_PADDING = { left: 34, right: 14, top: 10, bottom: 24 } as const;

/** Where things lie in a chart of one size. */
export interface ChartGeometry {
  /** Width and height of the plot. */
  readonly inner: number;
  readonly depth: number;
  readonly toX: (value: number) => number;
  /** Values outside the axis lie at its ends. */
  readonly toY: (value: number) => number;
  /** As `toY`, also outside the axis. */
  readonly toFreeY: (value: number) => number;
  /** The value at a pixel, inside the axis. */
  readonly atX: (pixel: number) => number;
  readonly atY: (pixel: number) => number;
}

/** @param right space at the right of the plot in pixels */
export function chartGeometry({ x, y }: ChartAxes, width: number, height: number, right: number): ChartGeometry {
  const inner = Math.max(1, width - CHART_PADDING.left - right);
  const depth = Math.max(1, height - CHART_PADDING.top - CHART_PADDING.bottom);
  const across = scaleOf(x.range, x.log === true);
  const up = scaleOf(y.range, y.log);
  const toFreeY = (value: number): number => CHART_PADDING.top + (1 - up.share(value)) * depth;
  return {
    inner,
    depth,
    toX: (value) => CHART_PADDING.left + across.share(value) * inner,
    toY: (value) => CHART_PADDING.top + (1 - clamp(up.share(value))) * depth,
    toFreeY,
    atX: (pixel) => across.value(clamp((pixel - CHART_PADDING.left) / inner)),
    atY: (pixel) => up.value(clamp(1 - (pixel - CHART_PADDING.top) / depth)),
  };
}

function scaleOf(
  range: readonly [number, number],
  log: boolean,
): { readonly share: (value: number) => number; readonly value: (share: number) => number } {
  const into = log ? Math.log10 : (value: number): number => value;
  const from = log ? (value: number): number => 10 ** value : (value: number): number => value;
  const [low, high] = [into(range[0]), into(range[1])];
  return {
    share: (value) => (into(value) - low) / (high - low),
    value: (share) => from(low + share * (high - low)),
  };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
