/** Archives for tests, honest and hostile: every field may be made to lie. */

import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../../src-main/datasets/crc32.ts';

/** One entry of an archive. */
export interface TestEntry {
  /** A string, or the raw bytes of the name. */
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array;
  /** Unix mode with its type, e.g. 0o120777 for a link; a regular file when absent. */
  readonly mode?: number;
  /** What the archive says instead of the truth. */
  readonly saidSize?: number;
  readonly saidChecksum?: number;
  readonly stored?: boolean;
  /** Tar only: type letter and target of a link. */
  readonly type?: string;
  readonly target?: string;
}

/** A ZIP archive. */
export function zipOf(entries: readonly TestEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = zipEntry(entry, offset);
    locals.push(local);
    directory.push(central);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function zipEntry(entry: TestEntry, offset: number): { readonly local: Buffer; readonly central: Buffer } {
  const { content = new Uint8Array(0), mode = 0o100644, stored = false } = entry;
  const name = Buffer.from(entry.name);
  const data = stored ? Buffer.from(content) : deflateRawSync(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  // Names are UTF-8.
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(stored ? 0 : 8, 4);
  fields.writeUInt32LE(entry.saidChecksum ?? crc32(content), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(entry.saidSize ?? content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE((3 << 8) | 20, 4);
  fields.copy(central, 6);
  central.writeUInt32LE((mode << 16) >>> 0, 38);
  central.writeUInt32LE(offset, 42);
  return {
    local: Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), fields, name, data]),
    central: Buffer.concat([central, name]),
  };
}

/** A tar archive as POSIX.1-1988 has it. */
export function tarOf(entries: readonly TestEntry[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? []);
    return [tarHeader(entry, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function tarHeader({ name, mode = 0o644, type = '0', target = '', saidSize }: TestEntry, size: number): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write(`${(mode & 0o777).toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  header.write(`${(saidSize ?? size).toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.fill(' ', 148, 156);
  header.write(type, 156, 'latin1');
  header.write(target, 157, 100, 'latin1');
  header.write('ustar\0' + '00', 257, 'latin1');
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
