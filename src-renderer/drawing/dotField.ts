/** The field of dots on the drop plate: at rest a halftone of an image, while importing one dot for each image. */

import type { PixelShape } from './pixels.ts';

/** A dot: a square of `size` pixels about the middle of its cell. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly state: 'unread' | 'read' | 'skipped';
  /** How dark it is drawn, 0 to 1. */
  readonly strength: number;
}

/** A field of `columns` x `rows` cells of `cell` pixels. */
export interface DotField {
  readonly columns: number;
  readonly rows: number;
  readonly cell: number;
}

/** How far an import is, in images. */
export interface FieldProgress {
  readonly done: number;
  /** null while the images are being counted. */
  readonly total: number | null;
  /** Positions, in images, at which files were skipped. */
  readonly skippedAt: readonly number[];
}

/** Weakest and strongest drawing of a dot that was read. */
const FAINT = 0.38;

/**
 * How far each cell is from the brightness of the image's own border, 1 for the farthest, row by row; so a figure stands out on a black ground
 * as on a white one. The image stands in the middle of the field, as high as the field, and keeps its proportions.
 */
export function sampleField(field: DotField, pixels: Uint8Array, shape: PixelShape): readonly number[] {
  const high = field.rows - 2;
  const wide = Math.round((high * shape.width) / shape.height);
  const left = Math.floor((field.columns - wide) / 2);
  const ground = borderBrightness(pixels, shape);
  const differences: number[] = [];
  for (let row = 0; row < field.rows; row += 1) {
    for (let column = 0; column < field.columns; column += 1) {
      const area = {
        left: ((column - left) * shape.width) / wide,
        top: ((row - 1) * shape.height) / high,
        width: shape.width / wide,
        height: shape.height / high,
      };
      differences.push(Math.abs(meanBrightness(pixels, shape, area, ground) - ground));
    }
  }
  const strongest = Math.max(1, ...differences);
  return differences.map((difference) => difference / strongest);
}

/** How many images one dot stands for: 1 while they all fit. */
export function imagesPerDot(field: DotField, total: number | null): number {
  return total === null ? 1 : Math.max(1, Math.ceil(total / (field.columns * field.rows)));
}

/**
 * Dots of the field, row by row. `values` is the halftone of the whole field (0 to 1). Without `progress` every dot counts
 * as read; with a total there are exactly as many dots as that takes, in the middle rows of the field.
 */
export function drawField(field: DotField, values: readonly number[], progress: FieldProgress | null): readonly Dot[] {
  const cells = field.columns * field.rows;
  const total = progress?.total ?? null;
  const perDot = imagesPerDot(field, total);
  const dots = total === null ? cells : Math.ceil(total / perDot);
  const topRow = Math.floor((field.rows - Math.ceil(dots / field.columns)) / 2);
  const read = progress === null ? dots : Math.floor(progress.done / perDot);
  const skipped = new Set((progress?.skippedAt ?? []).map((image) => Math.min(dots - 1, Math.floor(image / perDot))));
  return Array.from({ length: dots }, (_, index) => {
    const cell = index + topRow * field.columns;
    const state = skipped.has(index) ? 'skipped' : index < read ? 'read' : 'unread';
    return placeDot(field, cell, values[cell] ?? 0, state);
  });
}

function placeDot(field: DotField, cell: number, value: number, state: Dot['state']): Dot {
  const size = state === 'skipped' ? 3 : state === 'read' ? 1 + value * (field.cell * 0.6) : 1;
  const offset = (field.cell - size) / 2;
  return {
    x: (cell % field.columns) * field.cell + offset,
    y: Math.floor(cell / field.columns) * field.cell + offset,
    size,
    state,
    strength: state === 'skipped' ? 1 : state === 'read' ? FAINT + value * (1 - FAINT) : 0.7,
  };
}

/** Mean over the pixels that an area touches first; `outside` where it lies beside the image. */
function meanBrightness(
  pixels: Uint8Array,
  shape: PixelShape,
  area: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  outside: number,
): number {
  const left = Math.floor(area.left);
  const top = Math.floor(area.top);
  const right = Math.min(shape.width, Math.max(left + 1, Math.floor(area.left + area.width)));
  const bottom = Math.min(shape.height, Math.max(top + 1, Math.floor(area.top + area.height)));
  if (left < 0 || top < 0 || left >= shape.width || top >= shape.height) return outside;
  let sum = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) sum += brightness(pixels, shape, x, y);
  }
  return sum / ((right - left) * (bottom - top));
}

function brightness(pixels: Uint8Array, shape: PixelShape, x: number, y: number): number {
  const start = (y * shape.width + x) * shape.channels;
  let sum = 0;
  for (let channel = 0; channel < shape.channels; channel += 1) sum += pixels[start + channel] ?? 0;
  return sum / shape.channels;
}

function borderBrightness(pixels: Uint8Array, shape: PixelShape): number {
  let sum = 0;
  let count = 0;
  for (let x = 0; x < shape.width; x += 1) {
    sum += brightness(pixels, shape, x, 0) + brightness(pixels, shape, x, shape.height - 1);
    count += 2;
  }
  for (let y = 1; y < shape.height - 1; y += 1) {
    sum += brightness(pixels, shape, 0, y) + brightness(pixels, shape, shape.width - 1, y);
    count += 2;
  }
  return sum / count;
}
