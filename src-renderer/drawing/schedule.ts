/** The learning rate by epoch as a step drawing on a logarithmic axis. */

/** What the drawing needs of a recipe. */
export interface StepSchedule {
  readonly epochs: number;
  readonly learningRate: number;
  /** Shares of all epochs, ascending. */
  readonly milestones: readonly number[];
  readonly factor: number;
}

/** A line of the grid: a value that the learning rate takes, and where. */
export interface ScheduleLevel {
  readonly value: number;
  readonly y: number;
}

/** The drawing, in pixels inside its plot. */
export interface ScheduleDrawing {
  readonly path: string;
  readonly levels: readonly ScheduleLevel[];
  /** Epochs at which the rate changes, with the first and the last, and where they lie. */
  readonly epochs: readonly { readonly value: number; readonly x: number }[];
}

/** Lays a schedule out in a plot of `width` x `height` pixels whose upper left corner is (`left`, `top`). */
export function drawSchedule(
  { epochs, learningRate, milestones, factor }: StepSchedule,
  plot: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): ScheduleDrawing {
  const rates = [learningRate, ...milestones.map((_, index) => learningRate * factor ** (index + 1))];
  const apart = rates.length > 1 ? plot.height / (rates.length - 1) : 0;
  const levels = rates.map((value, index) => ({ value, y: plot.top + index * apart }));
  const marks = [0, ...milestones, 1];
  const positions = marks.map((share) => ({ value: share * epochs, x: plot.left + share * plot.width }));
  const path = levels.map(
    ({ y }, index) =>
      `${index === 0 ? `M${fixed(plot.left)} ${fixed(y)}` : `V${fixed(y)}`}H${fixed(positions[index + 1]?.x ?? plot.left)}`,
  );
  return { path: path.join(''), levels, epochs: positions };
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
