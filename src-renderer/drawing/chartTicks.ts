/** Round numbers along an axis. */

/** About `count` round values (1, 2, 2.5 or 5 times a power of ten apart) from `low` to `high`. */
export function linearTicks(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * (1 - 1e-9));
  return step === undefined ? [] : multiples(low, high, step);
}

/** Like `linearTicks` with whole numbers only: for epochs and steps. */
export function wholeTicks(low: number, high: number, count: number): readonly number[] {
  return high - low <= count
    ? multiples(low, high, 1)
    : linearTicks(low, high, count).filter((tick) => Number.isInteger(tick));
}

/** Round times in seconds: whole seconds, minutes or hours apart. */
export function timeTicks(low: number, high: number, count: number): readonly number[] {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
  const step = steps.find((size) => (high - low) / size <= count) ?? 86_400 * Math.ceil((high - low) / 86_400 / count);
  return multiples(low, high, step);
}

/** 1, 3 (and 2, 5 where there is room) times powers of ten from `low` to `high`, both above 0. */
export function logTicks(low: number, high: number): readonly number[] {
  if (!(low > 0) || !(high > low)) return [];
  const digits = Math.log10(high / low) > 1.2 ? [1, 3] : [1, 2, 3, 5, 7];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const digit of digits) {
      const tick = Number((digit * 10 ** power).toPrecision(3));
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

/** Minor ticks between majors that lie evenly: five parts of each, or whole numbers when `whole`. */
export function minorTicks(majors: readonly number[], high: number, whole: boolean): readonly number[] {
  const [first, second] = majors;
  if (first === undefined || second === undefined) return [];
  const gap = second - first;
  const parts = [5, 4, 2].find((count) => !whole || Number.isInteger(gap / count));
  return parts === undefined ? [] : multiples(first, high, gap / parts);
}

/** Lowest and highest of the finite values; null when there is none. */
export function extent(values: Iterable<number | null | undefined>): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : null;
}

/** Widens a range to the round values around it, so that no line touches the edge. */
export function roundRange(low: number, high: number, count: number): readonly [number, number] {
  const spread = high - low || Math.abs(high) * 0.1 || 1;
  const [from, to] = high > low ? [low, high] : [low - spread / 2, high + spread / 2];
  const ticks = linearTicks(from - spread * 0.05, to + spread * 0.05, count);
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
}

function multiples(low: number, high: number, step: number): readonly number[] {
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-6); index * step <= high + step * 1e-6; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}
