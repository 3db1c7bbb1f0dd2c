/** Arrays of whole numbers as they are stored: little endian, whatever the machine. */

/** uint16 from bytes; an odd last byte is left out. */
export function uint16From(bytes: Uint8Array): Uint16Array {
  const view = viewOf(bytes);
  return Uint16Array.from({ length: bytes.length >>> 1 }, (_, index) => view.getUint16(index * 2, true));
}

/** uint32 from bytes; up to three last bytes are left out. */
export function uint32From(bytes: Uint8Array): Uint32Array {
  const view = viewOf(bytes);
  return Uint32Array.from({ length: bytes.length >>> 2 }, (_, index) => view.getUint32(index * 4, true));
}

/** Bytes of uint16 numbers. */
export function bytesOfUint16(values: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = viewOf(bytes);
  values.forEach((value, index) => view.setUint16(index * 2, value, true));
  return bytes;
}

/** Bytes of uint32 numbers. */
export function bytesOfUint32(values: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = viewOf(bytes);
  values.forEach((value, index) => view.setUint32(index * 4, value, true));
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
