/** Arithmetic on shapes in which -1 stands for a size that is not known when compiling. */

import { attributeOf } from './attributes.ts';
import { at, illegal } from './illegal.ts';
import type { Shape, Tensor } from './node.ts';

/** Whether two sizes can be the same. */
export function sizesAgree(first: number, second: number): boolean {
  return first === second || first === -1 || second === -1;
}

/** Whether two shapes can be the same. */
export function shapesAgree(first: Shape, second: Shape): boolean {
  return first.length === second.length && first.every((size, axis) => sizesAgree(size, at(second, axis)));
}

/** Throws unless `shape` has `rank` axes. */
export function requireRank(shape: Shape, rank: number): void {
  if (shape.length !== rank) illegal(`shape [${shape.join(',')}] should have ${rank} axes`);
}

/** Throws unless the shapes can be the same. */
export function requireAgreement(first: Shape, second: Shape): void {
  if (!shapesAgree(first, second)) illegal(`shapes [${first.join(',')}] and [${second.join(',')}] differ`);
}

/** Number of elements, or -1 when a size is unknown. */
export function elementCount(shape: Shape): number {
  return shape.includes(-1) ? -1 : shape.reduce((product, size) => product * size, 1);
}

/** The last size. */
export function channelsOf(shape: Shape): number {
  return at(shape, shape.length - 1);
}

/** The same shape with another last size. */
export function withChannels(shape: Shape, channels: number): Shape {
  return [...shape.slice(0, -1), channels];
}

/** Shape of an elementwise result, by NumPy's rules. */
export function broadcastShape(first: Shape, second: Shape): Shape {
  const rank = Math.max(first.length, second.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = first[axis - rank + first.length] ?? 1;
    const b = second[axis - rank + second.length] ?? 1;
    if (a === 1) return b;
    if (b === 1) return a;
    if (sizesAgree(a, b)) return a === -1 ? b : a;
    return illegal(`shapes [${first.join(',')}] and [${second.join(',')}] do not broadcast`);
  });
}

/** The elements of an int32 tensor as far as they are known: a constant, a shape, or these cut and joined. */
export function knownValues(tensor: Tensor): readonly number[] {
  const { op, attributes, inputs } = tensor.node;
  if (op === 'Const') return Array.from(attributeOf(attributes, 'value', 'tensor').data);
  if (op === 'Shape') return at(inputs, 0).shape;
  if (op === 'ConcatV2') return inputs.slice(0, -1).flatMap(knownValues);
  if (op === 'Slice') {
    const start = at(knownValues(at(inputs, 1)), 0);
    return knownValues(at(inputs, 0)).slice(start, start + at(tensor.shape, 0));
  }
  return Array.from({ length: at(tensor.shape, 0) }, () => -1);
}

/** Size of a window's output along one axis, VALID after `padding` zeros in all; unknown stays unknown. */
export function windowOutput(size: number, window: number, stride: number, padding: number): number {
  if (size === -1) return -1;
  const output = Math.floor((size + padding - window) / stride) + 1;
  return output < 1 ? illegal(`a window of ${window} does not fit into ${size + padding}`) : output;
}

/** BatchNorm reads a multiple of this many channels. */
const CHANNEL_MULTIPLE = 16;

/** `channels`, or the next number above that BatchNorm reads fast. */
export function paddedChannels(channels: number): number {
  return Math.ceil(channels / CHANNEL_MULTIPLE) * CHANNEL_MULTIPLE;
}
