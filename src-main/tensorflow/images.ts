/** Decodes JPEG with TensorFlow's own kernel (libjpeg-turbo), one operation at a time. */

import type { NativeBinding, TensorHandle } from './binding.ts';
import { loadBinding } from './binding.ts';

/** A decoded image, uint8 height x width x channels. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string;
}

/** What the binding has beyond `NativeBinding`, for operations outside a graph. */
interface EagerBinding extends NativeBinding {
  readonly TF_STRING: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_STRING: number;
  createTensor(
    shape: readonly number[],
    dtype: number,
    data: Float32Array | Int32Array | Uint8Array | readonly Uint8Array[],
  ): number;
  executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): TensorHandle[];
}

/**
 * Decodes a file's bytes.
 * @param channels 1 grey, 3 RGB
 * @param ratio decodes at a fraction of its size, inside the inverse transform
 * @throws Error with TensorFlow's words when the bytes are no such image, or DenseLabError when there is no TensorFlow.
 */
export function decodeJpeg(bytes: Uint8Array, channels: 1 | 3, ratio: 1 | 2 | 4 | 8): DecodedImage {
  const binding = loadBinding();
  if (!isEager(binding)) throw new Error('the TensorFlow binding cannot run single operations');
  const held: number[] = [];
  const keep = (id: number): number => {
    held.push(id);
    return id;
  };
  try {
    const file = keep(binding.createTensor([], binding.TF_STRING, [bytes]));
    const image = run(binding, keep, 'DecodeJpeg', attributes(binding, channels, ratio), [file]);
    const [height = 0, width = 0, depth = 0] = image.shape;
    return { height, width, channels: depth, pixels: readBytes(binding, keep, image, height * width * depth) };
  } finally {
    for (const id of held) binding.deleteTensor(id);
  }
}

type Keep = (id: number) => number;

function attributes(binding: EagerBinding, channels: number, ratio: number): readonly Attribute[] {
  return [
    { name: 'channels', type: binding.TF_ATTR_INT, value: channels },
    { name: 'ratio', type: binding.TF_ATTR_INT, value: ratio },
    { name: 'fancy_upscaling', type: binding.TF_ATTR_BOOL, value: true },
    { name: 'try_recover_truncated', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'acceptable_fraction', type: binding.TF_ATTR_FLOAT, value: 1 },
    { name: 'dct_method', type: binding.TF_ATTR_STRING, value: 'INTEGER_ACCURATE' },
  ];
}

/** The binding cannot read uint8 back, but it can read int32: four bytes at a time, padded to a multiple of four. */
function readBytes(binding: EagerBinding, keep: Keep, image: TensorHandle, length: number): Uint8Array {
  const padding = (4 - (length % 4)) % 4;
  const uint8 = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_UINT8 };
  const int32 = (name: string): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 });
  const vector = (...values: readonly number[]): number =>
    keep(binding.createTensor([values.length], binding.TF_INT32, Int32Array.from(values)));
  const flat = run(binding, keep, 'Reshape', [uint8, int32('Tshape')], [image.id, vector(length)]);
  const paddings = keep(binding.createTensor([1, 2], binding.TF_INT32, Int32Array.from([0, padding])));
  const padded = padding === 0 ? flat : run(binding, keep, 'Pad', [uint8, int32('Tpaddings')], [flat.id, paddings]);
  const words = vector((length + padding) / 4, 4);
  const grouped = run(binding, keep, 'Reshape', [uint8, int32('Tshape')], [padded.id, words]);
  const cast = run(binding, keep, 'Bitcast', [uint8, int32('type')], [grouped.id]);
  const data = binding.tensorDataSync(cast.id);
  return new Uint8Array(data.buffer, data.byteOffset, length);
}

function run(
  binding: EagerBinding,
  keep: Keep,
  name: string,
  attributesOfOp: readonly Attribute[],
  inputs: readonly number[],
): TensorHandle {
  const [output] = binding.executeOp(name, attributesOfOp, inputs, 1);
  if (output === undefined) throw new Error(`${name} gave nothing`);
  keep(output.id);
  return output;
}

function isEager(binding: NativeBinding): binding is EagerBinding {
  return 'executeOp' in binding && typeof binding.executeOp === 'function' && 'TF_ATTR_TYPE' in binding;
}
