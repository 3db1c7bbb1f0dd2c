/** Elements of NumPy arrays as JavaScript numbers and text. */

import type { NpyHeader } from './npyHeader.ts';

/** Whole elements as numbers, as many as there are bytes for. */
export type NumberReader = (bytes: Uint8Array) => ArrayLike<number>;

/** What this machine reads without looking at each element: little-endian numbers of up to 64 bits. */
const VIEWS: Readonly<Record<string, (buffer: ArrayBufferLike, offset: number, count: number) => ArrayLike<number>>> = {
  i1: (buffer, offset, count) => new Int8Array(buffer, offset, count),
  u1: (buffer, offset, count) => new Uint8Array(buffer, offset, count),
  i2: (buffer, offset, count) => new Int16Array(buffer, offset, count),
  u2: (buffer, offset, count) => new Uint16Array(buffer, offset, count),
  i4: (buffer, offset, count) => new Int32Array(buffer, offset, count),
  u4: (buffer, offset, count) => new Uint32Array(buffer, offset, count),
  f4: (buffer, offset, count) => new Float32Array(buffer, offset, count),
  f8: (buffer, offset, count) => new Float64Array(buffer, offset, count),
};
const IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The reader for an element type; 64-bit integers lose what a double cannot hold, which no label or pixel needs. */
export function numberReader({ kind, bytes: width, isBigEndian }: NpyHeader): NumberReader {
  const view = VIEWS[`${kind}${width}`];
  if (view !== undefined && isBigEndian !== IS_LITTLE) {
    return (bytes) => {
      const aligned = bytes.byteOffset % width === 0 ? bytes : Uint8Array.from(bytes);
      return view(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / width));
    };
  }
  const at = elementAt(kind, width, !isBigEndian);
  return (bytes) => {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float64Array.from({ length: Math.floor(bytes.length / width) }, (_, index) => at(data, index * width));
  };
}

type ElementAt = (view: DataView, offset: number) => number;

function elementAt(kind: NpyHeader['kind'], width: number, little: boolean): ElementAt {
  switch (`${kind}${width}`) {
    case 'i1':
      return (view, offset) => view.getInt8(offset);
    case 'u2':
      return (view, offset) => view.getUint16(offset, little);
    case 'i2':
      return (view, offset) => view.getInt16(offset, little);
    case 'u4':
      return (view, offset) => view.getUint32(offset, little);
    case 'i4':
      return (view, offset) => view.getInt32(offset, little);
    case 'u8':
      return (view, offset) => Number(view.getBigUint64(offset, little));
    case 'i8':
      return (view, offset) => wideInteger(view, offset, little);
    case 'f2':
      return (view, offset) => halfFloat(view.getUint16(offset, little));
    case 'f4':
      return (view, offset) => view.getFloat32(offset, little);
    case 'f8':
      return (view, offset) => view.getFloat64(offset, little);
    default:
      return (view, offset) => view.getUint8(offset);
  }
}

/** Without a BigInt for each: 60,000 images of int64 have 47 million. */
function wideInteger(view: DataView, offset: number, little: boolean): number {
  const [low, high] = little ? [offset, offset + 4] : [offset + 4, offset];
  return view.getInt32(high, little) * 2 ** 32 + view.getUint32(low, little);
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** One text element without the zeros that fill it up. */
export function textElement(bytes: Uint8Array, { kind, isBigEndian }: NpyHeader): string {
  if (kind === 'S') return Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const point = view.getUint32(offset, !isBigEndian);
    if (point === 0) break;
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}
