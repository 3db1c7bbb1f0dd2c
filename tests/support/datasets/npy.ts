/** NumPy array files for tests. */

/** What a header says, and the bytes behind it. */
export interface NpyParts {
  /** `<f4`; with `isRaw`, a Python expression. */
  readonly descr: string;
  readonly isRaw?: boolean;
  readonly isFortran?: boolean;
  /** As text, a Python tuple. */
  readonly shape: readonly number[] | string;
  readonly data: Uint8Array;
}

/** A file of version 1.0. */
export function npy({ descr, isRaw = false, isFortran = false, shape, data }: NpyParts): Uint8Array {
  const tuple = typeof shape === 'string' ? shape : `(${shape.map((size) => BigInt(size)).join(', ')},)`;
  const type = isRaw ? descr : `'${descr}'`;
  const text = `{'descr': ${type}, 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}
