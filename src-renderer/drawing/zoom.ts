/** Which part of an axis is shown. Ranges are in the units of the axis. */

/** An axis from one value to another. */
export type Range = readonly [number, number];

/** Least share of the whole axis that can be shown. */
const CLOSEST = 1 / 2000;

/** What is shown after zooming by `factor` (below 1 goes closer) around a value that stays where it is; null for all of it. */
export function zoomAround(full: Range, shown: Range, factor: number, around: number, log = false): Range | null {
  const [into, from] = log ? [Math.log, Math.exp] : [same, same];
  const [low, high] = [into(shown[0]), into(shown[1])];
  const at = into(Math.min(shown[1], Math.max(shown[0], around)));
  return within(full, [from(at - (at - low) * factor), from(at + (high - at) * factor)]);
}

/** A wished range cut to the axis; null where it is all of it, or so narrow that nothing could be told apart. */
export function within(full: Range, wished: Range): Range | null {
  const [low, high] = wished[0] <= wished[1] ? wished : [wished[1], wished[0]];
  const cut: Range = [Math.max(full[0], low), Math.min(full[1], high)];
  const least = (full[1] - full[0]) * CLOSEST;
  if (!(cut[1] - cut[0] >= least)) return null;
  return cut[0] <= full[0] && cut[1] >= full[1] ? null : cut;
}

/** What a key makes of the zoom: `+` and `-` by a half, `0` all of it, Esc too where something is cut off; undefined is no such key. */
export function zoomKey(
  key: string,
  full: Range,
  zoom: Range | null,
  around: number | null,
  log = false,
): Range | null | undefined {
  const shown = zoom ?? full;
  const at = around ?? (log ? Math.sqrt(shown[0] * shown[1]) : (shown[0] + shown[1]) / 2);
  switch (key) {
    case '+':
    case '=':
      return zoomAround(full, shown, 0.5, at, log) ?? zoom;
    case '-':
    case '_':
      return zoomAround(full, shown, 2, at, log);
    case '0':
      return null;
    case 'Escape':
      return zoom === null ? undefined : null;
    default:
      return undefined;
  }
}

/** The values of a line that a range shows. */
export function valuesWithin(
  x: readonly number[],
  values: readonly (number | null)[],
  [low, high]: Range,
): readonly (number | null)[] {
  return values.filter((_, index) => {
    const position = x[index];
    return position !== undefined && position >= low && position <= high;
  });
}

function same(value: number): number {
  return value;
}
