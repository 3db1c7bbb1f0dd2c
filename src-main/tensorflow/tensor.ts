/** Tensors in JavaScript memory, as they go into and come out of a session. */

import { DenseLabError } from '../contract/errors.ts';
import type { InputShape } from '../contract/model.ts';
import type { Shape } from '../graph/node.ts';

/**
 * A tensor with its elements in row-major order. `uint8` can be fed but not fetched (the binding cannot read it);
 * `bfloat16` can be neither: cast inside the graph.
 */
export type HostTensor =
  | { readonly dataType: 'float32'; readonly shape: Shape; readonly data: Float32Array }
  | { readonly dataType: 'int32'; readonly shape: Shape; readonly data: Int32Array }
  | { readonly dataType: 'int64'; readonly shape: Shape; readonly data: BigInt64Array }
  | { readonly dataType: 'uint8'; readonly shape: Shape; readonly data: Uint8Array }
  /** One byte per element, 0 or 1. */
  | { readonly dataType: 'bool'; readonly shape: Shape; readonly data: Uint8Array };

/** Element types of a `HostTensor`. */
export type HostDataType = HostTensor['dataType'];

/** A float32 tensor; plain numbers are copied, a Float32Array is used as it is. */
export function float32Tensor(shape: Shape, data: Float32Array | readonly number[]): HostTensor {
  return { dataType: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** An int32 tensor; plain numbers are copied, an Int32Array is used as it is. */
export function int32Tensor(shape: Shape, data: Int32Array | readonly number[]): HostTensor {
  return { dataType: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
}

/** A uint8 tensor, for pixels. */
export function uint8Tensor(shape: Shape, data: Uint8Array): HostTensor {
  return { dataType: 'uint8', shape, data };
}

/** Images of noise [count, height, width, channels], of which each number has others: to measure with. */
export function noiseImages(
  count: number,
  { height, width, channels }: InputShape,
  number: number,
): Extract<HostTensor, { readonly dataType: 'uint8' }> {
  const shape = [count, height, width, channels];
  const data = new Uint8Array(elementCount(shape)).map((_, index) => (index * 131 + number) & 255);
  return { dataType: 'uint8', shape, data };
}

/** Elements that a shape holds; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The elements of a fetched float32 tensor.
 * @throws DenseLabError `internal` when the tensor is missing or of another type.
 */
export function float32Data(tensor: HostTensor | undefined): Float32Array {
  if (tensor?.dataType === 'float32') return tensor.data;
  throw unexpected('float32', tensor);
}

/**
 * The elements of a fetched int32 tensor.
 * @throws DenseLabError `internal` when the tensor is missing or of another type.
 */
export function int32Data(tensor: HostTensor | undefined): Int32Array {
  if (tensor?.dataType === 'int32') return tensor.data;
  throw unexpected('int32', tensor);
}

/**
 * The single number of a fetched float32 or int32 scalar.
 * @throws DenseLabError `internal` when it is no such scalar.
 */
export function scalarValue(tensor: HostTensor | undefined): number {
  const value = tensor?.dataType === 'float32' || tensor?.dataType === 'int32' ? tensor.data[0] : undefined;
  if (value === undefined || tensor?.data.length !== 1) throw unexpected('a float32 or int32 scalar', tensor);
  return value;
}

function unexpected(wanted: string, tensor: HostTensor | undefined): DenseLabError {
  const found = tensor === undefined ? 'nothing' : `${tensor.dataType} [${tensor.shape.join(', ')}]`;
  return new DenseLabError(
    'internal',
    `DenseLab expected ${wanted} from the network and got ${found}.`,
    'Report this with the details.',
  );
}
