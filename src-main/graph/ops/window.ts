/** What convolution and pooling have in common: a window that moves over height and width of NHWC maps. */

import { attribute, attributeOf, type Attributes } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Attribute, DataType, Shape } from '../node.ts';
import { requireRank, windowOutput } from '../shapes.ts';

/** A square window with zeros on every side: the same number everywhere, as in torch. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** The attributes that TensorFlow's convolutions take for a window. */
export function convolutionAttributes(dataType: DataType, window: Window): Attributes {
  const { padding } = window;
  // SAME pads evenly only here, and is the form that the kernels are tuned for.
  const same = window.stride === 1 && window.size === 2 * padding + 1 && padding > 0;
  const explicit = padding > 0 && !same;
  return {
    T: attribute.type(dataType),
    strides: attribute.ints([1, window.stride, window.stride, 1]),
    padding: attribute.string(same ? 'SAME' : explicit ? 'EXPLICIT' : 'VALID'),
    explicit_paddings: attribute.ints(explicit ? [0, 0, padding, padding, padding, padding, 0, 0] : []),
    data_format: attribute.string('NHWC'),
  };
}

/** The kinds of the attributes above. */
export const CONVOLUTION_ATTRIBUTES: Readonly<Record<string, Attribute['kind']>> = {
  T: 'type',
  strides: 'ints',
  padding: 'string',
  explicit_paddings: 'ints',
  data_format: 'string',
};

/** Height and width [h, w] after a convolution of NHWC maps of shape `input` with the kernel [kh, kw, in, out]. */
export function convolvedSize(input: Shape, kernel: Shape, attributes: Attributes): readonly [number, number] {
  requireRank(input, 4);
  requireRank(kernel, 4);
  const sizeAlong = (axis: 1 | 2): number => {
    const window = at(kernel, axis - 1);
    const stride = at(attributeOf(attributes, 'strides', 'ints'), axis);
    return windowOutput(at(input, axis), window, stride, paddingAlong(attributes, axis, window));
  };
  return [sizeAlong(1), sizeAlong(2)];
}

/** Zeros before and after, together. */
function paddingAlong(attributes: Attributes, axis: 1 | 2, window: number): number {
  const padding = attributeOf(attributes, 'padding', 'string');
  if (padding === 'VALID') return 0;
  if (padding === 'SAME') return window - 1;
  const explicit = attributeOf(attributes, 'explicit_paddings', 'ints');
  return at(explicit, 2 * axis) + at(explicit, 2 * axis + 1);
}

/** The attributes of a pooling with a window of [height, width], without padding. */
export function poolingAttributes(
  dataType: DataType,
  size: readonly [number, number],
  stride: readonly [number, number],
): Attributes {
  return {
    T: attribute.type(dataType),
    ksize: attribute.ints([1, ...size, 1]),
    strides: attribute.ints([1, ...stride, 1]),
    padding: attribute.string('VALID'),
    data_format: attribute.string('NHWC'),
  };
}

/** The kinds of the attributes above. */
export const POOLING_ATTRIBUTES: Readonly<Record<string, Attribute['kind']>> = {
  T: 'type',
  ksize: 'ints',
  strides: 'ints',
  padding: 'string',
  data_format: 'string',
};

/** Shape of NHWC maps after pooling. */
export function pooledShape(input: Shape, attributes: Attributes): Shape {
  requireRank(input, 4);
  if (attributeOf(attributes, 'padding', 'string') !== 'VALID') illegal('pooling is used without padding only');
  const sizes = attributeOf(attributes, 'ksize', 'ints');
  const strides = attributeOf(attributes, 'strides', 'ints');
  return input.map((size, axis) =>
    axis === 1 || axis === 2 ? windowOutput(size, at(sizes, axis), at(strides, axis), 0) : size,
  );
}
