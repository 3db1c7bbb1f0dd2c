/** A matrix as cells of colour: where they lie, and how a value becomes a place on the ramp. */

import type { Limits } from './featureMaps.ts';

/** Edges of one cell in pixels. */
export interface HeatGrid {
  readonly width: number;
  readonly height: number;
}

/** A place in a matrix. */
export interface HeatCell {
  readonly row: number;
  readonly column: number;
}

/** Neighbouring rows or columns with one name. */
export interface HeatGroup {
  readonly label: string;
  readonly first: number;
  readonly count: number;
}

const LEAST_EDGE = 3;
const MOST_EDGE = 32;

/** Cells that fill the room as far as they stay cells: 3 to 32 pixels wide and high, whole pixels. */
export function heatGrid(
  room: { readonly width: number; readonly height: number },
  rows: number,
  columns: number,
): HeatGrid {
  const edge = (length: number, count: number): number =>
    Math.max(LEAST_EDGE, Math.min(MOST_EDGE, Math.floor(length / Math.max(1, count))));
  return { width: edge(room.width, columns), height: edge(room.height, rows) };
}

/** The cell at a point; null outside. */
export function cellAtPoint(
  { width, height }: HeatGrid,
  x: number,
  y: number,
  rows: number,
  columns: number,
): HeatCell | null {
  const [row, column] = [Math.floor(y / height), Math.floor(x / width)];
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
}

/** Where an arrow key, Home or End moves in a matrix; null for another key. */
export function moveCell({ row, column }: HeatCell, key: string, rows: number, columns: number): HeatCell | null {
  const at = (toRow: number, toColumn: number): HeatCell => ({
    row: Math.max(0, Math.min(rows - 1, toRow)),
    column: Math.max(0, Math.min(columns - 1, toColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'Home':
      return at(row, 0);
    case 'End':
      return at(row, columns - 1);
    default:
      return null;
  }
}

/** Limits of all numbers; of a logarithmic scale above 0, and at most five decades. */
export function heatLimits(values: readonly (number | null)[], scale: 'linear' | 'log'): Limits {
  const numbers = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const shown = scale === 'log' ? numbers.filter((value) => value > 0) : numbers;
  const [least, most] = shown.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  if (!(most >= least)) return scale === 'log' ? { least: 0.1, most: 1 } : { least: 0, most: 1 };
  const floor = scale === 'log' ? Math.max(least, most / 1e5) : least;
  return most > floor ? { least: floor, most } : { least: floor, most: scale === 'log' ? floor * 10 : floor + 1 };
}

/** Where a value lies between the limits, 0 to 1; null for none. */
export function shareOf(value: number | null, { least, most }: Limits, scale: 'linear' | 'log'): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  const share =
    scale === 'log'
      ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
      : (value - least) / (most - least);
  return Math.max(0, Math.min(1, share));
}

/** Ticks of a scale: where it is logarithmic powers of ten, with 2 and 5 times them where they are few; else five steps. */
export function heatTicks({ least, most }: Limits, scale: 'linear' | 'log'): readonly number[] {
  if (scale === 'linear') return [0, 0.25, 0.5, 0.75, 1].map((share) => least + share * (most - least));
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(most) + 1e-9)];
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => 10 ** (first + at));
  if (powers.length > 2) return powers;
  return [first - 1, ...powers.map(Math.log10)]
    .flatMap((power) => [1, 2, 5].map((factor) => factor * 10 ** Math.round(power)))
    .filter((tick) => tick >= least && tick <= most);
}

/** Rows with one name each, gathered where the same name follows itself; empty names are left out. */
export function groupsOf(labels: readonly string[]): readonly HeatGroup[] {
  const groups: { label: string; first: number; count: number }[] = [];
  labels.forEach((label, at) => {
    const last = groups.at(-1);
    if (last !== undefined && last.label === label) last.count += 1;
    else groups.push({ label, first: at, count: 1 });
  });
  return groups.filter(({ label }) => label !== '');
}
