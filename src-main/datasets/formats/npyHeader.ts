/** The header of a NumPy array file (NumPy documentation, "NPY format"): a magic, a version, and a Python dictionary as text. */

import type { ByteStream } from './byteStream.ts';
import { damagedFile, unsupportedFile } from './byteStream.ts';
import { spelled } from './source.ts';

/** Longest header that is read. */
const LONGEST = 64 << 10;
const MOST_DIMENSIONS = 32;

/** Element types: b bool, u and i integers, f floats, U and S text. */
export type ElementKind = 'b' | 'u' | 'i' | 'f' | 'U' | 'S';

/** What a header says. */
export interface NpyHeader {
  readonly kind: ElementKind;
  /** Bytes of one element. */
  readonly bytes: number;
  readonly isBigEndian: boolean;
  /** True when the first dimension counts fastest. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Bytes of all elements. */
  readonly payload: number;
}

/**
 * Reads a header, and leaves the stream at the first element.
 * @throws DenseLabError `source-damaged`, or `source-unsupported` for elements that are neither numbers nor text.
 */
export async function readNpyHeader(path: string, stream: ByteStream): Promise<NpyHeader> {
  const start = Buffer.from(await stream.read(8));
  if (start.length < 8 || start.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw damagedFile(path, 'is no NumPy array: it does not begin with \\x93NUMPY');
  }
  const isLong = (start[6] ?? 0) >= 2;
  const size = Buffer.from(await stream.read(isLong ? 4 : 2));
  if (size.length < (isLong ? 4 : 2)) throw damagedFile(path, 'ends inside its header');
  const length = isLong ? size.readUInt32LE(0) : size.readUInt16LE(0);
  if (length > LONGEST) throw damagedFile(path, `says that its header has ${spelled(length)} bytes`);
  const text = Buffer.from(await stream.read(length)).toString('latin1');
  if (text.length < length) throw damagedFile(path, 'ends inside its header');
  return parse(path, text);
}

function parse(path: string, text: string): NpyHeader {
  const isFortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1];
  if (isFortran === undefined || shape === undefined) {
    throw damagedFile(path, `has a header without order or shape: ${text.trim().slice(0, 200)}`);
  }
  const sizes = shape
    .split(',')
    .map((size) => size.replace('L', '').trim())
    .filter((size) => size !== '')
    .map(Number);
  const { kind, bytes, isBigEndian } = parseType(path, text);
  const payload = sizes.reduce((product, size) => product * size, bytes);
  if (sizes.length > MOST_DIMENSIONS || !Number.isSafeInteger(payload)) {
    throw damagedFile(path, `says that it has the shape ${sizes.join(' x ')}`);
  }
  return { kind, bytes, isBigEndian, isFortran: isFortran === 'True', shape: sizes, payload };
}

function parseType(path: string, text: string): Pick<NpyHeader, 'kind' | 'bytes' | 'isBigEndian'> {
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const [, order, kind, digits] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descriptor ?? '') ?? [];
  if (kind === 'O') {
    throw unsupportedFile(
      path,
      'holds Python objects, which DenseLab does not load',
      'Save the images as one array of numbers: numpy.stack(images).',
    );
  }
  const bytes = Number(digits);
  if (!isElementKind(kind) || !isWidth(kind, bytes)) {
    const title = descriptor ?? 'a structure';
    throw unsupportedFile(path, `holds elements of type ${title}`, 'Save images as uint8 and labels as integers.');
  }
  return { kind, bytes: kind === 'U' ? bytes * 4 : bytes, isBigEndian: order === '>' };
}

function isElementKind(kind: string | undefined): kind is ElementKind {
  return kind !== undefined && ['b', 'u', 'i', 'f', 'U', 'S'].includes(kind);
}

/** Text may have up to 1,024 characters. */
function isWidth(kind: ElementKind, bytes: number): boolean {
  if (kind === 'U' || kind === 'S') return bytes >= 1 && bytes <= 1024;
  if (kind === 'b') return bytes === 1;
  return [...(kind === 'f' ? [] : [1]), 2, 4, 8].includes(bytes);
}
