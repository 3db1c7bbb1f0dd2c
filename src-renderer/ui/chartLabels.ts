/** Where the values of a chart are written. */

import { spread } from '../drawing/spread.ts';
import { CHART_PADDING, type ChartGeometry } from './chartGeometry.ts';
import type { ChartAxes } from './chartPlot.ts';

/** A value written beside its point, or in the gutter at the right of the plot. */
export interface ChartLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Pixels down from the point; without it, labels are spread so that no two meet. */
  readonly shift?: number;
  /** Colour of a run, 1 to 10; that of the chart when absent. */
  readonly run?: number;
  /** Said behind the value in a gutter. */
  readonly name?: string;
  /** Where its line leaves the plot, in the units of y: a gutter's label is led there. */
  readonly edge?: number;
}

/** A text of a chart, in pixels. */
export interface PlacedText {
  readonly x: number;
  readonly y: number;
  /** Ends at `x` instead of beginning there. */
  readonly end: boolean;
  readonly text: string;
  readonly name: string | undefined;
  readonly run: number | undefined;
  /** Path from the end of the line to the text; null without one. */
  readonly leader: string | null;
}

/** All labels of a chart, in pixels. */
export interface PlacedLabels {
  readonly dots: readonly { readonly x: number; readonly y: number; readonly run: number | undefined }[];
  readonly texts: readonly PlacedText[];
}

/** Pixels down from its point: of a label alone, and of one among several; and how far these are apart. */
const ABOVE = -8;
const MIDDLE = 4;
const GAP = 13;
/** Pixels between the plot and a gutter's text. */
const LEADER = 12;

/** Places labels, those first that matter most: a gutter has room for some of many. */
export function placeLabels(
  labels: readonly ChartLabel[],
  axes: ChartAxes,
  geometry: ChartGeometry,
  gutter: boolean,
): PlacedLabels {
  const [low, high] = axes.x.range;
  const shown = labels.filter(({ x }) => x >= low && x <= high);
  const dots = shown
    .filter(({ y }) => y >= axes.y.range[0] && y <= axes.y.range[1])
    .map(({ x, y, run }) => ({ x: geometry.toX(x), y: geometry.toY(y), run }));
  const room = [CHART_PADDING.top + MIDDLE, CHART_PADDING.top + geometry.depth] as const;
  const texts = gutter
    ? inGutter(labels, geometry, room)
    : besidePoints(
        shown.filter(({ text }) => text !== ''),
        geometry,
        room,
      );
  return { dots, texts };
}

function besidePoints(
  labels: readonly ChartLabel[],
  { toX, toY }: ChartGeometry,
  room: readonly [number, number],
): readonly PlacedText[] {
  const down = labels.length === 1 ? ABOVE : MIDDLE;
  const free = spread(
    labels.map(({ y }) => toY(y) + down),
    GAP,
    room,
  );
  return labels.map(({ x, y, shift, text, name, run }, index) => {
    const end = toX(x) > CHART_PADDING.left + 64;
    const height = shift === undefined ? (free[index] ?? 0) : toY(y) + shift;
    return { x: toX(x) + (end ? -8 : 8), y: height, end, text, name, run, leader: null };
  });
}

function inGutter(
  labels: readonly ChartLabel[],
  { inner, toY }: ChartGeometry,
  room: readonly [number, number],
): readonly PlacedText[] {
  const most = Math.max(1, Math.floor((room[1] - room[0]) / GAP) + 1);
  const kept = labels.filter(({ text }) => text !== '').slice(0, most);
  const anchors = kept.map(({ y, edge }) => toY(edge ?? y));
  const free = spread(
    anchors.map((anchor) => anchor + MIDDLE),
    GAP,
    room,
  );
  const edge = CHART_PADDING.left + inner;
  return kept.map((label, index) => {
    const [from, y] = [anchors[index] ?? 0, free[index] ?? 0];
    const leader =
      label.edge === undefined
        ? null
        : `M${String(edge + 1)} ${from.toFixed(1)}L${String(edge + LEADER - 3)} ${(y - MIDDLE).toFixed(1)}`;
    const { text, name, run } = label;
    return { x: edge + LEADER, y, end: false, text, name, run, leader };
  });
}
