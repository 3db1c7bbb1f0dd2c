/** The learning rate over a training as a line, on a linear or a logarithmic axis. */

/** Learning rates over a training. Arrays of one length. */
export interface RateCurve {
  /** Finished epochs, rising from 0. */
  readonly epoch: readonly number[];
  readonly rate: readonly number[];
}

/** What is drawn. */
export interface RateScale {
  /** The end of the axis. */
  readonly epochs: number;
  /** Epochs at which something changes; those whose labels would meet are left out. */
  readonly marks: readonly number[];
  /** The rate falls in steps: on a logarithmic axis then, when it falls far. */
  readonly falls: boolean;
}

/** The drawing, in pixels inside its plot. */
export interface ScheduleDrawing {
  readonly path: string;
  /** Lines of the grid: learning rates, and where. */
  readonly levels: readonly { readonly value: number; readonly y: number }[];
  /** Epochs below the axis, and where they lie. */
  readonly epochs: readonly { readonly value: number; readonly x: number }[];
}

/** Where the drawing goes, in pixels. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A rate that falls below this share of its peak in steps is told better by its exponent. */
const STEEP = 0.1;
/** Pixels that a label below the axis needs. */
const LABEL = 30;

/** Lays a curve out. */
export function drawRates(curve: RateCurve, { epochs, marks, falls }: RateScale, plot: Plot): ScheduleDrawing {
  const peak = Math.max(...curve.rate, Number.MIN_VALUE);
  const least = Math.min(...curve.rate, peak);
  const log = falls && least > 0 && least <= peak * STEEP;
  const share = (rate: number): number => (log ? Math.log(rate / least) / Math.log(peak / least) : rate / peak);
  const y = (rate: number): number => plot.top + (1 - share(rate)) * plot.height;
  const x = (epoch: number): number => plot.left + (epoch / epochs) * plot.width;
  const points = curve.rate.map((rate, index) => `${fixed(x(curve.epoch[index] ?? 0))} ${fixed(y(rate))}`);
  return {
    path: points.length === 0 ? '' : `M${points.join('L')}`,
    levels: (log ? decades(least, peak) : [peak, 0]).map((value) => ({ value, y: y(value) })),
    epochs: spread([0, ...marks.filter((mark) => mark > 0 && mark < epochs), epochs], x),
  };
}

/** The peak, and what lies whole powers of ten below it, four at most. */
function decades(least: number, peak: number): readonly number[] {
  const count = Math.floor(Math.log10(peak / least) + 1e-9);
  const stride = Math.max(1, Math.ceil(count / 3));
  return Array.from({ length: Math.floor(count / stride) + 1 }, (_, index) => peak / 10 ** (index * stride));
}

/** Labels from left to right with room for each; the first and the last are always there. */
function spread(values: readonly number[], x: (value: number) => number): ScheduleDrawing['epochs'] {
  const last = values.at(-1) ?? 0;
  const kept: { value: number; x: number }[] = [];
  for (const value of values.slice(0, -1)) {
    const before = kept.at(-1);
    const fits = before === undefined || (x(value) - before.x >= LABEL && x(last) - x(value) >= LABEL);
    if (fits) kept.push({ value, x: x(value) });
  }
  return [...kept, { value: last, x: x(last) }];
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
