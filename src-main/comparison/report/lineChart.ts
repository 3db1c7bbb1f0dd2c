/** Curves as SVG text, for the one-file report. */

import { escapeMarkup } from './markup.ts';

/** One line. */
export interface ChartLine {
  readonly name: string;
  /** 1 to 10. */
  readonly colour: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 48;
const RIGHT = 160;
const TOP = 12;
const BOTTOM = 28;
/** Height of a name at the end of its line. */
const NAME_HEIGHT = 14;

interface Axis {
  readonly least: number;
  readonly most: number;
}

/** All lines over the same axes; points that are no numbers leave gaps. */
export function lineChart(lines: readonly ChartLine[], xTitle: string, format: (y: number) => string): string {
  const x = axisOf(lines.flatMap((line) => line.x));
  const y = axisOf(lines.flatMap((line) => line.y));
  if (x === null || y === null) return '<p>No epoch has finished yet.</p>';
  const across = (value: number): number => LEFT + ((value - x.least) / (x.most - x.least)) * (WIDTH - LEFT - RIGHT);
  const down = (value: number): number =>
    HEIGHT - BOTTOM - ((value - y.least) / (y.most - y.least)) * (HEIGHT - TOP - BOTTOM);
  return [
    `<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="Curves over ${escapeMarkup(xTitle)}">`,
    ...ticks(y).map(
      (value) =>
        `<path class="grid" d="M${String(LEFT)} ${round(down(value))}H${String(WIDTH - RIGHT)}"/>` +
        `<text x="${String(LEFT - 6)}" y="${round(down(value) + 4)}" text-anchor="end">${escapeMarkup(format(value))}</text>`,
    ),
    ...ticks(x)
      .filter(Number.isInteger)
      .map(
        (value) =>
          `<text x="${round(across(value))}" y="${String(HEIGHT - 8)}" text-anchor="middle">${String(value)}</text>`,
      ),
    ...lines.map((line) => `<path class="run run-${String(line.colour)}" d="${pathOf(line, across, down)}"/>`),
    ...names(lines, down),
    '</svg>',
  ].join('\n');
}

function axisOf(values: readonly number[]): Axis | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  return least === most ? { least: least - 0.5, most: most + 0.5 } : { least, most };
}

/** Four to nine round numbers inside the axis. */
function ticks({ least, most }: Axis): readonly number[] {
  const power = 10 ** Math.floor(Math.log10((most - least) / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => (most - least) / size <= 8) ?? power;
  const first = Math.ceil(least / step);
  const count = Math.floor(most / step) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function pathOf({ x, y }: ChartLine, across: (value: number) => number, down: (value: number) => number): string {
  let pen = 'M';
  return x
    .map((at, index) => {
      const value = y[index] ?? Number.NaN;
      if (!Number.isFinite(value)) {
        pen = 'M';
        return '';
      }
      const point = `${pen}${round(across(at))} ${round(down(value))}`;
      pen = 'L';
      return point;
    })
    .join('');
}

/** Names at the ends of their lines, pushed apart where they would lie on each other. */
function names(lines: readonly ChartLine[], down: (value: number) => number): readonly string[] {
  const ends = lines.flatMap(({ name, colour, y }) => {
    const last = [...y].reverse().find(Number.isFinite);
    return last === undefined ? [] : [{ name, colour, at: down(last) }];
  });
  ends.sort((one, other) => one.at - other.at);
  let free = TOP;
  return ends.map(({ name, colour, at }) => {
    const place = Math.max(at, free);
    free = place + NAME_HEIGHT;
    const cut = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    return `<text class="name run-${String(colour)}" x="${String(WIDTH - RIGHT + 8)}" y="${round(place + 4)}">${escapeMarkup(cut)}</text>`;
  });
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
