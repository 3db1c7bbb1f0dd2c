/**
 * Checks a JPEG before it is decoded. libjpeg only warns, on standard error, when compressed data ends early or makes no
 * sense, and fills the rest with grey; here every code of every block is followed (ITU-T T.81), so such a file is named.
 * A JPEG has no checksum: bytes that were changed into other valid codes of the same length cannot be told.
 */

import type { HuffmanTable } from './jpegBits.ts';
import { BitReader, buildHuffmanTable } from './jpegBits.ts';
import type { Component, ScanComponent, ScanRange } from './jpegScan.ts';
import { createBlockWalker } from './jpegScan.ts';
import { ImageProblem } from './problem.ts';

/** Bytes that some cameras leave between a scan and the next marker; more means that data was lost or overwritten. */
const TOLERATED_BYTES = 16;
/** Scans of one file; ten are usual. */
const MOST_SCANS = 1000;

interface Frame {
  readonly progressive: boolean;
  readonly components: readonly Component[];
  /** Units of interleaved scans, across and down. */
  readonly unitsWide: number;
  readonly unitsHigh: number;
}

interface State {
  frame: Frame | null;
  restartInterval: number;
  readonly dcTables: Map<number, HuffmanTable>;
  readonly acTables: Map<number, HuffmanTable>;
}

/**
 * Follows all segments and scans of a file that begins with a JPEG marker, up to its end marker.
 * @throws ImageProblem saying what is wrong.
 */
export function checkJpeg(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const state: State = { frame: null, restartInterval: 0, dcTables: new Map(), acTables: new Map() };
  let scans = 0;
  for (let position = 2; ;) {
    position = skipFill(file, position);
    const code = file[position + 1] ?? 0;
    if (code === 0xd9) break;
    if (isBare(code)) {
      position += 2;
      continue;
    }
    const segment = segmentAt(file, position);
    position += 4 + segment.length;
    readSegment(state, code, segment);
    if (code !== 0xda) continue;
    if (++scans > MOST_SCANS) throw new ImageProblem('Corrupt JPEG: it never ends');
    position = checkScan(file, state, segment, position);
  }
  expectComplete(state.frame);
}

/** Every coefficient of every channel must have come, to its last bit: scans may be missing at the end. */
function expectComplete(frame: Frame | null): void {
  if (frame === null) throw new ImageProblem('Corrupt JPEG: it has no pixels');
  if (frame.components.some(({ missingBits }) => missingBits.some((bits) => bits > 0))) {
    throw new ImageProblem('Truncated JPEG: its last scans are missing');
  }
}

/** Markers may be preceded by any number of 0xff. */
function skipFill(file: Buffer, start: number): number {
  let position = start;
  while (file[position] === 0xff && file[position + 1] === 0xff) position++;
  if (position + 2 > file.length) throw new ImageProblem(`Truncated JPEG: no end after ${file.length} bytes`);
  if (file[position] !== 0xff) throw new ImageProblem(`Corrupt JPEG: no marker at byte ${position}`);
  return position;
}

/** Markers without a length. */
function isBare(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= 0xd8);
}

function segmentAt(file: Buffer, position: number): Buffer {
  const length = position + 4 <= file.length ? file.readUInt16BE(position + 2) : 2;
  if (length < 2) throw new ImageProblem(`Corrupt JPEG: a segment without length at byte ${position}`);
  if (position + 2 + length > file.length) throw new ImageProblem('Truncated JPEG: it ends inside a segment');
  return file.subarray(position + 4, position + 2 + length);
}

function readSegment(state: State, code: number, segment: Buffer): void {
  if (code === 0xc4) readHuffmanTables(state, segment);
  else if (code === 0xdd && segment.length >= 2) state.restartInterval = segment.readUInt16BE(0);
  else if (code >= 0xc0 && code <= 0xc2) state.frame = readFrame(code === 0xc2, segment);
}

function readHuffmanTables(state: State, segment: Buffer): void {
  for (let position = 0; position < segment.length;) {
    const kind = segment[position] ?? 0;
    const counts = segment.subarray(position + 1, position + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(position + 17, position + 17 + total);
    if (counts.length < 16 || symbols.length < total)
      throw new ImageProblem('Corrupt JPEG: a Huffman table is cut off');
    const tables = kind >> 4 === 0 ? state.dcTables : state.acTables;
    tables.set(kind & 15, buildHuffmanTable(counts, symbols));
    position += 17 + total;
  }
}

function readFrame(progressive: boolean, segment: Buffer): Frame {
  const count = segment[5] ?? 0;
  if (count === 0 || segment.length < 6 + count * 3)
    throw new ImageProblem('Corrupt JPEG: its frame header is cut off');
  const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
  const raw = Array.from({ length: count }, (_, index) => {
    const factors = segment[7 + index * 3] ?? 0;
    return { id: segment[6 + index * 3] ?? 0, horizontal: factors >> 4, vertical: factors & 15 };
  });
  if (raw.some(({ horizontal, vertical }) => horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)) {
    throw new ImageProblem('Corrupt JPEG: its sampling factors make no sense');
  }
  const widest = Math.max(...raw.map((component) => component.horizontal));
  const tallest = Math.max(...raw.map((component) => component.vertical));
  const unitsWide = Math.ceil(width / (8 * widest));
  const unitsHigh = Math.ceil(height / (8 * tallest));
  const components = raw.map((component): Component => {
    const { horizontal, vertical } = component;
    const gridWidth = unitsWide * horizontal;
    return {
      ...component,
      blocksWide: Math.ceil(Math.ceil((width * horizontal) / widest) / 8),
      blocksHigh: Math.ceil(Math.ceil((height * vertical) / tallest) / 8),
      gridWidth,
      history: progressive ? new Uint32Array(gridWidth * unitsHigh * vertical * 2) : null,
      missingBits: new Uint8Array(64).fill(255),
    };
  });
  return { progressive, components, unitsWide, unitsHigh };
}

/** Walks one scan; returns the position of the marker behind it. */
function checkScan(file: Buffer, state: State, header: Buffer, start: number): number {
  const { frame } = state;
  if (frame === null) throw new ImageProblem('Corrupt JPEG: pixels before the frame header');
  const { coded, range } = readScanHeader(state, frame, header);
  const bits = new BitReader(file, start);
  const walker = createBlockWalker(range);
  let untilRestart = state.restartInterval;
  let restarts = 0;
  for (const walkUnit of unitsOf(frame, coded, walker.walk)) {
    if (state.restartInterval > 0 && untilRestart-- === 0) {
      const { marker: end, unused } = bits.finishSegment();
      const marker = skipFill(file, end);
      const expected = 0xd0 + (restarts++ % 8);
      if (file[marker + 1] !== expected || unused > TOLERATED_BYTES)
        throw new ImageProblem('Corrupt JPEG: a restart marker is missing');
      bits.continueAt(marker + 2);
      walker.reset();
      untilRestart = state.restartInterval - 1;
    }
    walkUnit(bits);
  }
  const { marker, unused } = bits.finishSegment();
  if (unused > TOLERATED_BYTES) throw new ImageProblem(`Corrupt JPEG: ${unused} bytes of its data belong to no pixel`);
  const [from, to] = range.progressive ? [range.first, range.last] : [0, 63];
  for (const { component } of coded) component.missingBits.fill(range.progressive ? range.leaves : 0, from, to + 1);
  return marker;
}

function readScanHeader(
  state: State,
  frame: Frame,
  header: Buffer,
): { coded: readonly ScanComponent[]; range: ScanRange } {
  const count = header[0] ?? 0;
  if (count < 1 || count > 4 || header.length < 4 + count * 2)
    throw new ImageProblem('Corrupt JPEG: a scan header is cut off');
  const coded = Array.from({ length: count }, (_, index): ScanComponent => {
    const component = frame.components.find(({ id }) => id === header[1 + index * 2]);
    if (component === undefined) throw new ImageProblem('Corrupt JPEG: a scan of an unknown channel');
    const tables = header[2 + index * 2] ?? 0;
    return { component, dc: state.dcTables.get(tables >> 4), ac: state.acTables.get(tables & 15) };
  });
  const [first = 0, last = 0, approximation = 0] = header.subarray(1 + count * 2);
  const { progressive } = frame;
  const range = { progressive, first, last, refines: approximation >> 4 > 0, leaves: approximation & 15 };
  if (range.progressive && (last > 63 || first > last || (first > 0 && count > 1))) {
    throw new ImageProblem('Corrupt JPEG: a scan header makes no sense');
  }
  return { coded, range };
}

type Walk = ReturnType<typeof createBlockWalker>['walk'];

/** The units of a scan in order (A.2): single blocks for one component, else a group of blocks of each. */
function* unitsOf(frame: Frame, coded: readonly ScanComponent[], walk: Walk): Generator<(bits: BitReader) => void> {
  const [only] = coded;
  if (coded.length === 1 && only !== undefined) {
    const { blocksWide, blocksHigh, gridWidth } = only.component;
    let block = 0;
    const walkBlock = (bits: BitReader): void => walk(bits, only, block);
    for (let row = 0; row < blocksHigh; row++) {
      for (let column = 0; column < blocksWide; column++) {
        block = row * gridWidth + column;
        yield walkBlock;
      }
    }
    return;
  }
  let [unitRow, unitColumn] = [0, 0];
  const walkUnit = (bits: BitReader): void => {
    for (const one of coded) walkGroup(bits, one, unitRow, unitColumn, walk);
  };
  for (unitRow = 0; unitRow < frame.unitsHigh; unitRow++) {
    for (unitColumn = 0; unitColumn < frame.unitsWide; unitColumn++) yield walkUnit;
  }
}

function walkGroup(bits: BitReader, coded: ScanComponent, unitRow: number, unitColumn: number, walk: Walk): void {
  const { horizontal, vertical, gridWidth } = coded.component;
  for (let y = 0; y < vertical; y++) {
    for (let x = 0; x < horizontal; x++) {
      walk(bits, coded, (unitRow * vertical + y) * gridWidth + unitColumn * horizontal + x);
    }
  }
}
