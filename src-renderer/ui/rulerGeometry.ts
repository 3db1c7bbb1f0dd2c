/** Where the parts of a ruler lie: pure numbers, no DOM. */

/** What a ruler measures. */
export interface RulerScale {
  readonly min: number;
  readonly max: number;
  /** Equal ratios instead of equal distances; `min` is above 0 then. */
  readonly log?: boolean;
}

/** One tick, in pixels from the left. */
export interface RulerTick {
  readonly x: number;
  readonly major: boolean;
}

/** Share of the ruler's length at which `value` lies, 0 to 1, clamped. */
export function rulerFraction(scale: RulerScale, value: number): number {
  const along = scale.log === true ? Math.log10 : (x: number): number => x;
  const span = along(scale.max) - along(scale.min);
  if (!(span > 0)) return 0;
  return Math.min(1, Math.max(0, (along(value) - along(scale.min)) / span));
}

/** The value at a share of the length. */
export function rulerValue(scale: RulerScale, fraction: number): number {
  if (scale.log !== true) return scale.min + (scale.max - scale.min) * fraction;
  const low = Math.log10(scale.min);
  return 10 ** (low + (Math.log10(scale.max) - low) * fraction);
}

/** Ticks of a ruler of `width` pixels: every `minorStep` (or 1 to 9 of each decade), and the majors. */
export function rulerTicks(
  scale: RulerScale,
  minorStep: number,
  major: readonly number[],
  width: number,
): readonly RulerTick[] {
  const at = (value: number): number => Math.round(rulerFraction(scale, value) * width) + 0.5;
  const values = scale.log === true ? decadeValues(scale) : stepValues(scale, minorStep, width);
  const ticks = new Map<number, RulerTick>();
  for (const value of values) ticks.set(at(value), { x: at(value), major: false });
  for (const value of major) {
    if (value >= scale.min && value <= scale.max) ticks.set(at(value), { x: at(value), major: true });
  }
  return [...ticks.values()];
}

function stepValues(scale: RulerScale, step: number, width: number): readonly number[] {
  const span = scale.max - scale.min;
  if (!(step > 0) || !(span > 0)) return [];
  let stride = step;
  while ((span / stride) * 3 > width) stride *= 2;
  const values: number[] = [];
  for (let index = 0; index * stride <= span * (1 + 1e-9); index += 1) values.push(scale.min + index * stride);
  return values;
}

function decadeValues(scale: RulerScale): readonly number[] {
  const values: number[] = [];
  for (let decade = Math.floor(Math.log10(scale.min)); decade <= Math.log10(scale.max); decade += 1) {
    for (let digit = 1; digit < 10; digit += 1) {
      const value = digit * 10 ** decade;
      if (value >= scale.min * 0.999 && value <= scale.max * 1.001) values.push(value);
    }
  }
  return values;
}
