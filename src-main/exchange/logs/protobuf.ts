/** Reads the protobuf wire format (https://protobuf.dev/programming-guides/encoding/), as far as event files need it. */

/** One field of a message. */
export type WireField =
  | { readonly field: number; readonly kind: 'integer'; readonly value: bigint }
  | { readonly field: number; readonly kind: 'fixed64' | 'fixed32' | 'bytes'; readonly bytes: Uint8Array };

/** The fields of a message in order. @throws RangeError where it is cut or malformed */
export function* wireFields(message: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('a number is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number is too long');
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw new RangeError('a field is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const field = key >>> 3;
    switch (key & 7) {
      case 0:
        yield { field, kind: 'integer', value: varint() };
        break;
      case 1:
        yield { field, kind: 'fixed64', bytes: take(8) };
        break;
      case 2:
        yield { field, kind: 'bytes', bytes: take(Number(varint())) };
        break;
      case 5:
        yield { field, kind: 'fixed32', bytes: take(4) };
        break;
      default:
        throw new RangeError(`a field has the wire type ${String(key & 7)}`);
    }
  }
}

/** A little-endian double, or a float where there are four bytes. */
export function floatOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
}
