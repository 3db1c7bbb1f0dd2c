import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeHeader, SafetensorsError } from '../../../src-main/trainer/safetensors.ts';

/** A file with this header (any JSON, or raw text) and this many bytes of data. */
function fileWith(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function patched(bytes: Uint8Array, at: number, to: number): Uint8Array {
  bytes[at] = to;
  return bytes;
}

function entry(shape: unknown, offsets: unknown, dtype: unknown = 'F32') {
  return { dtype, shape, data_offsets: offsets };
}

function encode(tensors: readonly { name: string; shape: readonly number[]; data: Float32Array }[], metadata = {}) {
  const parts = [encodeHeader(tensors, metadata), ...tensors.map(({ data }) => new Uint8Array(data.buffer))];
  return new Uint8Array(Buffer.concat(parts));
}

const TWO = [
  { name: 'block1/layer1/norm1/gamma', shape: [3], data: Float32Array.of(1, -0, 3.5) },
  { name: 'classifier/weights', shape: [2, 1], data: Float32Array.of(Math.PI, 1e-40) },
];

describe('safetensors', () => {
  it('reads back names, shapes, values and metadata, bit by bit', () => {
    const read = decodeSafetensors(encode(TWO, { format: 'x', text: 'a "b" ü' }));
    expect(read.metadata).toEqual({ format: 'x', text: 'a "b" ü' });
    expect(read.tensors).toEqual(TWO);
  });

  it('writes the bytes that the format prescribes', () => {
    const bytes = encode([{ name: 'a', shape: [1], data: Float32Array.of(1) }], { k: 'v' });
    const json = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
    expect(Buffer.from(bytes.subarray(0, 8)).readBigUInt64LE()).toBe(BigInt(padded.length));
    expect(Buffer.from(bytes.subarray(8, 8 + padded.length)).toString()).toBe(padded);
    expect([...bytes.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it('keeps names that JavaScript objects treat specially', () => {
    const odd = ['10', '9', '__proto__', 'constructor'].map((name, index) => ({
      name,
      shape: [1],
      data: Float32Array.of(index),
    }));
    const { tensors } = decodeSafetensors(encode(odd));
    expect(tensors).toEqual(odd);
  });

  it.each([
    ['nothing', new Uint8Array(0), 'ends before its header'],
    [
      'a header longer than the file',
      patched(fileWith('{}', 0), 0, 200),
      'claims a header of 200 bytes, but has only 10',
    ],
    ['a header of 2^63 bytes', patched(fileWith('{}', 0), 7, 128), 'claims a header of'],
    ['no JSON', fileWith('{"a"', 0), 'not JSON'],
    ['bytes that are no UTF-8', patched(fileWith('{"a":"?"}', 0), 14, 0xff), 'not JSON'],
    ['a list as header', fileWith([], 0), 'not a JSON object'],
    ['another element type', fileWith({ a: entry([1], [0, 4], 'F16') }, 4), 'not float32'],
    ['a negative size', fileWith({ a: entry([-1], [0, 4]) }, 4), 'no size'],
    ['a fraction', fileWith({ a: entry([0.5], [0, 2]) }, 2), 'no size'],
    ['sizes whose product overflows', fileWith({ a: entry([2 ** 52, 2 ** 52], [0, 4]) }, 4), 'does not take 4 bytes'],
    ['a size that does not fit', fileWith({ a: entry([2], [0, 4]) }, 4), 'does not take 4 bytes'],
    ['three offsets', fileWith({ a: entry([1], [0, 4, 8]) }, 4), 'two offsets'],
    ['offsets that run backwards', fileWith({ a: entry([1], [4, 0]) }, 4), 'does not take -4 bytes'],
    ['a gap', fileWith({ a: entry([1], [4, 8]) }, 8), 'does not start where it must'],
    ['an overlap', fileWith({ a: entry([1], [0, 4]), b: entry([1], [0, 4]) }, 4), 'does not start where it must'],
    ['missing data', fileWith({ a: entry([2], [0, 8]) }, 4), 'take 8 bytes, but 4 are there'],
    ['data that nobody owns', fileWith({ a: entry([1], [0, 4]) }, 8), 'take 4 bytes, but 8 are there'],
    ['metadata that is no text', fileWith({ __metadata__: { a: 1 } }, 0), 'not text'],
    ['a tensor that is a number', fileWith({ a: 1 }, 0), 'not described by an object'],
  ])('refuses %s and says why', (_what, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
  });

  it('survives any mutation of a good file: it reads whole tensors or refuses', () => {
    const good = encode(TWO, { format: 'x' });
    const edits = fc.array(fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.nat(good.length), (changes, length) => {
        const bytes = good.slice();
        for (const { at, to } of changes) bytes[at] = to;
        try {
          const { tensors } = decodeSafetensors(bytes.subarray(0, length));
          for (const { shape, data } of tensors) expect(data).toHaveLength(shape.reduce((a, b) => a * b, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
