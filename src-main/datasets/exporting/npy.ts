/** The head of a NumPy array file (NumPy Enhancement Proposal 1). */

/** A header is padded to a multiple of this. */
const ALIGNMENT = 64;

/**
 * Magic, version 1.0, length, and the description of a C-ordered array.
 * @param type as NumPy writes it: `<f4`, `|u1`
 */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const start = 10;
  const length = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const bytes = Buffer.alloc(start + length, ' ', 'latin1');
  bytes.write('\x93NUMPY\x01\x00', 0, 'latin1');
  bytes.writeUInt16LE(length, 8);
  bytes.write(text, start, 'latin1');
  bytes.write('\n', start + length - 1, 'latin1');
  return bytes;
}
