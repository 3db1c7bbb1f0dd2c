/** Writes the protobuf wire format (https://protobuf.dev/programming-guides/encoding/): what SavedModels and event files need of it. */

/** One message being written; fields appear in the order of the calls. */
export class MessageWriter {
  private readonly chunks: Uint8Array[] = [];

  /** An integer, enum or bool; negative numbers take ten bytes, as the format has it. */
  integer(field: number, value: number): this {
    this.chunks.push(varint(field * 8), varint(value));
    return this;
  }

  /** A `float`, four bytes little-endian. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.chunks.push(varint(field * 8 + 5), bytes);
    return this;
  }

  /** A `double`, eight bytes little-endian. */
  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.chunks.push(varint(field * 8 + 1), bytes);
    return this;
  }

  /** A `bytes` field. The array is kept, not copied, until `finish`. */
  bytes(field: number, value: Uint8Array): this {
    this.chunks.push(varint(field * 8 + 2), varint(value.byteLength), value);
    return this;
  }

  /** A `string` field. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** An embedded message. */
  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  /** A packed list of integers. */
  integers(field: number, values: readonly number[]): this {
    return this.bytes(field, join(values.map(varint)));
  }

  /** The message's bytes. */
  finish(): Uint8Array {
    return join(this.chunks);
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
