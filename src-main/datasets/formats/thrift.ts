/**
 * Thrift's compact protocol (Apache Thrift, "thrift-compact-protocol"), as far as Parquet uses it: read before a library does, which
 * would believe any count. Only numbers, truths (1 and 0) and structures are kept.
 */

/** Structures inside structures; Parquet's own go six deep. */
const DEEPEST = 24;

/** A structure's fields by their numbers. */
export type ThriftStruct = ReadonlyMap<number, number | ThriftStruct>;

/** A structure, and where it ends. */
export interface ThriftRead {
  readonly fields: ThriftStruct;
  readonly end: number;
}

/**
 * Reads one structure.
 * @throws Error, with the byte, when it breaks off, nests too deep or counts more than there is.
 */
export function readThrift(bytes: Buffer, start: number): ThriftRead {
  const reader = new Reader(bytes, start);
  const fields = reader.struct(0);
  return { fields, end: reader.position };
}

class Reader {
  readonly #bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  struct(depth: number): ThriftStruct {
    if (depth > DEEPEST) throw this.#broken('nests too deep');
    const fields = new Map<number, number | ThriftStruct>();
    for (let field = 0; ;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === 0) return fields;
      field = head >> 4 === 0 ? zigzag(this.#varint()) : field + (head >> 4);
      const value = this.#element(type, depth);
      if (value !== null) fields.set(field, value);
    }
  }

  /** Null for what nobody asks for. */
  #element(type: number, depth: number): number | ThriftStruct | null {
    switch (type) {
      case 1:
        return 1;
      case 2:
        return 0;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return zigzag(this.#varint());
      case 7:
        return this.#skip(8);
      case 8:
        return this.#skip(this.#varint());
      case 9:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw this.#broken(`has the unknown type ${type}`);
    }
  }

  #list(depth: number): null {
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes a byte at least, also true and false inside a list.
    if (count > this.#bytes.length - this.position) throw this.#broken(`counts ${count} elements`);
    const type = head & 15;
    for (let index = 0; index < count; index++) {
      if (type === 1 || type === 2) this.#skip(1);
      else this.#element(type, depth + 1);
    }
    return null;
  }

  #byte(): number {
    const byte = this.#bytes[this.position++];
    if (byte === undefined) throw this.#broken('breaks off');
    return byte;
  }

  #skip(length: number): null {
    this.position += length;
    if (this.position > this.#bytes.length) throw this.#broken('breaks off');
    return null;
  }

  /** Beyond 53 bits only sizes lie that no file has. */
  #varint(): number {
    let value = 0;
    for (let shift = 1, length = 0; length < 10; shift *= 128, length++) {
      const byte = this.#byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
    throw this.#broken('has a number without an end');
  }

  #broken(what: string): Error {
    return new Error(`a description ${what} at byte ${this.position}`);
  }
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
