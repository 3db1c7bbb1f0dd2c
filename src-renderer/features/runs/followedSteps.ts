import { positionOf } from '../../drawing/chartRun.ts';
import type { StepScale } from '../../drawing/chartRun.ts';
import { StepSeries } from '../../drawing/chartSeries.ts';
import type { Range } from '../../drawing/zoom.ts';
import type { LiveCurves } from '../../state/curves.svelte.ts';

/** Time constants after which what came before a part of the axis no longer tells in its smooth line (e to the -8 of it). */
const WARM = 8;

/** The steps of growing curves, or those of one part of them, in a series of bounded size that takes in only what is new. */
export class FollowedSteps {
  readonly #curves: LiveCurves;
  readonly #series: StepSeries;
  readonly #end: number;
  #taken: number;

  /** `span`: steps over which the smooth line averages; `first` and `end`: indices into the curves. */
  constructor(curves: LiveCurves, span: number, first = 0, end = Infinity) {
    this.#curves = curves;
    this.#series = new StepSeries(span);
    this.#end = end;
    this.#taken = first;
    for (let index = Math.max(0, first - WARM * Math.ceil(span)); index < first; index += 1) {
      this.#series.average(curves.loss[index] ?? NaN);
    }
  }

  /** The series as of now. */
  follow(): StepSeries {
    const { step, loss, learningRate } = this.#curves;
    for (; this.#taken < Math.min(this.#end, step.length); this.#taken += 1) {
      const index = this.#taken;
      this.#series.append(step[index] ?? NaN, loss[index] ?? NaN, learningRate[index] ?? NaN);
    }
    return this.#series;
  }
}

/** Indices of the steps of a part of the axis and their neighbours, so that lines go on to its edges; open where the curves grow. */
export function stepsWithin(scale: StepScale, step: readonly number[], [low, high]: Range): readonly [number, number] {
  const end = firstAt(scale, step, high) + 1;
  return [Math.max(0, firstAt(scale, step, low) - 1), end > step.length ? Infinity : end];
}

/** Index of the first step at or right of `x`; their number when there is none. */
function firstAt(scale: StepScale, step: readonly number[], x: number): number {
  let low = 0;
  let high = step.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positionOf(scale, step[middle] ?? Infinity) ?? Infinity) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
