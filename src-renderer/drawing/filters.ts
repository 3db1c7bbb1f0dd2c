/** Learnt kernels as pictures: one for each filter, and inside it one for each map that it reads. */

import type { LearntTensor } from '../../src-main/contract/inspect.ts';
import type { DrawnMaps } from './featureMaps.ts';

/** Most kernels that one picture shows: the strongest filters, whole. */
const MOST_KERNELS = 4096;

/** What is drawn of a convolution's weights. */
export interface DrawnFilters {
  /** Every kernel as a map: filter by filter, and in each the maps that it reads. */
  readonly kernels: DrawnMaps;
  /** Filters that are drawn, strongest first, by their positions. */
  readonly filters: readonly number[];
  readonly inputs: number;
}

/** Kernels of a convolution, filters sorted by norm, strongest first; null for other tensors. */
export function drawnFilters({ role, shape, values, filterNorms }: LearntTensor): DrawnFilters | null {
  const [height, width, inputs, outputs] = shape;
  if (
    role !== 'weights' ||
    height === undefined ||
    width === undefined ||
    inputs === undefined ||
    outputs === undefined
  )
    return null;
  const shown = Math.max(1, Math.min(outputs, Math.floor(MOST_KERNELS / inputs)));
  const filters = Array.from({ length: outputs }, (_, output) => output)
    .sort((a, b) => (filterNorms[b] ?? 0) - (filterNorms[a] ?? 0) || a - b)
    .slice(0, shown);
  const maps = filters.length * inputs;
  const kernels = new Float32Array(height * width * maps);
  for (let place = 0; place < height * width; place += 1) {
    filters.forEach((output, at) => {
      for (let input = 0; input < inputs; input += 1)
        kernels[place * maps + at * inputs + input] = values[(place * inputs + input) * outputs + output] ?? NaN;
    });
  }
  const none = new Float32Array(0);
  const statistics = { strength: none, variance: none, least: none, most: none };
  return { kernels: { height, width, maps, values: kernels, statistics }, filters, inputs };
}

/** Kernels on a page: a band of rows for each filter. */
export interface FilterGrid {
  readonly width: number;
  readonly height: number;
  /** Of the square of one kernel, pixels. */
  readonly edge: number;
  readonly placeOf: (kernel: number) => { readonly x: number; readonly y: number };
  /** What is under a point; null in a gap. */
  readonly at: (
    x: number,
    y: number,
  ) => { readonly kernel: number; readonly row: number; readonly column: number } | null;
}

const KERNEL_GAP = 1;
const FILTER_GAP = 3;

/** Lays kernels out in `room` pixels: the kernels of a filter side by side, wrapped, and more space between filters. */
export function filterGrid({ kernels, filters, inputs }: DrawnFilters, room: number): FilterGrid {
  const edge = kernels.width === 1 && kernels.height === 1 ? 6 : Math.max(9, Math.min(24, kernels.width * 4));
  const pitch = edge + KERNEL_GAP;
  const columns = Math.max(1, Math.min(inputs, Math.floor(room / pitch)));
  const rows = Math.ceil(inputs / columns);
  const band = rows * pitch + FILTER_GAP;
  /** Narrow filters stand beside each other. */
  const across = Math.max(1, Math.floor((room + FILTER_GAP) / (columns * pitch + FILTER_GAP)));
  const width = columns * pitch + FILTER_GAP;
  const placeOf = (kernel: number): { readonly x: number; readonly y: number } => {
    const [filter, input] = [Math.floor(kernel / inputs), kernel % inputs];
    return {
      x: (filter % across) * width + (input % columns) * pitch,
      y: Math.floor(filter / across) * band + Math.floor(input / columns) * pitch,
    };
  };
  return {
    width: Math.min(filters.length, across) * width - FILTER_GAP,
    height: Math.ceil(filters.length / across) * band - FILTER_GAP,
    edge,
    placeOf,
    at: (x, y) => {
      const [column, row] = [Math.floor((x % width) / pitch), Math.floor((y % band) / pitch)];
      const filter = Math.floor(y / band) * across + Math.floor(x / width);
      const input = row * columns + column;
      if (column >= columns || row >= rows || input >= inputs || filter >= filters.length) return null;
      const kernel = filter * inputs + input;
      const place = placeOf(kernel);
      const [right, down] = [((x - place.x) / edge) * kernels.width, ((y - place.y) / edge) * kernels.height];
      const inside = right >= 0 && down >= 0 && right < kernels.width && down < kernels.height;
      return inside ? { kernel, row: Math.floor(down), column: Math.floor(right) } : null;
    },
  };
}
