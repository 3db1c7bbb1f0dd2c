/** Where a window of a convolution or a pooling lies in NHWC maps. */

import { attributeOf } from '../../graph/attributes.ts';
import { at } from '../../graph/illegal.ts';
import type { GraphNode, Shape } from '../../graph/node.ts';

/** Along height or width. */
interface Axis {
  /** Size of the maps. */
  readonly size: number;
  /** Size of the result. */
  readonly result: number;
  readonly window: number;
  readonly stride: number;
  /** Zeros before the first pixel. */
  readonly before: number;
}

/** A window in two dimensions. */
export interface WindowGeometry {
  readonly height: Axis;
  readonly width: Axis;
}

/**
 * The geometry of a node that moves a `window` [h, w] over maps of shape `input` with a result of shape `result`, both
 * [n, h, w, channels].
 */
export function windowGeometry(
  node: GraphNode,
  input: Shape,
  result: Shape,
  window: readonly [number, number],
): WindowGeometry {
  const strides = attributeOf(node.attributes, 'strides', 'ints');
  const padding = attributeOf(node.attributes, 'padding', 'string');
  const along = (axis: 1 | 2): Axis => {
    const size = at(input, axis);
    const stride = at(strides, axis);
    const out = at(result, axis);
    const edge = at(window, axis - 1);
    const before =
      padding === 'EXPLICIT'
        ? at(attributeOf(node.attributes, 'explicit_paddings', 'ints'), 2 * axis)
        : padding === 'SAME'
          ? Math.floor(Math.max(0, (out - 1) * stride + edge - size) / 2)
          : 0;
    return { size, result: out, window: edge, stride, before };
  };
  return { height: along(1), width: along(2) };
}

/** The offsets of the window at place `out` that lie inside the maps, with the pixel that each meets. */
export function pixelsUnder(axis: Axis, out: number): readonly { offset: number; pixel: number }[] {
  return Array.from({ length: axis.window }, (_, offset) => ({
    offset,
    pixel: out * axis.stride + offset - axis.before,
  })).filter(({ pixel }) => pixel >= 0 && pixel < axis.size);
}

/** The places of the window that cover `pixel`, with the offset at which each meets it. */
export function windowsOver(axis: Axis, pixel: number): readonly { offset: number; out: number }[] {
  return Array.from({ length: axis.window }, (_, offset) => ({
    offset,
    out: (pixel + axis.before - offset) / axis.stride,
  })).filter(({ out }) => Number.isInteger(out) && out >= 0 && out < axis.result);
}

/** The places of the window whose element at `offset` meets a pixel, with that pixel. */
export function placesUnder(axis: Axis, offset: number): readonly { out: number; pixel: number }[] {
  return Array.from({ length: axis.result }, (_, out) => ({
    out,
    pixel: out * axis.stride + offset - axis.before,
  })).filter(({ pixel }) => pixel >= 0 && pixel < axis.size);
}

/** Row-major position of [n, y, x, c] in NHWC maps. */
export function positionOf(shape: Shape, [n, y, x, c]: readonly [number, number, number, number]): number {
  return ((n * at(shape, 1) + y) * at(shape, 2) + x) * at(shape, 3) + c;
}

/** [n, y, x, c] of a row-major position. */
export function placeOf(shape: Shape, position: number): readonly [number, number, number, number] {
  const [, height, width, channels] = [at(shape, 0), at(shape, 1), at(shape, 2), at(shape, 3)];
  const pixel = Math.floor(position / channels);
  const row = Math.floor(pixel / width);
  return [Math.floor(row / height), row % height, pixel % width, position % channels];
}
