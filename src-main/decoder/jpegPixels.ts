/**
 * Decodes the common kind of JPEG, sequential with one scan, while every code of every block is followed: libjpeg does not say
 * when codes lead out of a block, so a library would need a second walk for that, and its pixels would cost as much again.
 * The pixels are those of libjpeg, bit by bit (accurate transform, smooth upsampling), at full size or a fraction of it.
 */

import type { Raster } from '../datasets/resample.ts';
import type { BlockTarget, Codes } from './jpegCodes.ts';
import { gatherCodes, readBlock } from './jpegCodes.ts';
import type { PlainComponent, PlainJpeg } from './jpegHeader.ts';
import { readPlainJpeg } from './jpegHeader.ts';
import type { BlockEdge } from './jpegTransform.ts';
import { transformBlock } from './jpegTransform.ts';
import { sampleRow, writeColours } from './jpegColours.ts';

/** The samples of a channel as they are decoded. */
export interface Channel extends BlockTarget {
  readonly horizontal: number;
  readonly vertical: number;
  readonly edge: BlockEdge;
  /** Blocks of whole units, `stride` samples a row. */
  readonly samples: Uint8ClampedArray;
  readonly stride: number;
  /** Samples that belong to the image. */
  readonly height: number;
  readonly width: number;
  /** Pixels for each sample, down and across: 1 or 2. */
  readonly tall: number;
  readonly wide: number;
}

/**
 * Decodes a file at 1 / ratio of its size, rounded up; grey or RGB.
 * @param size as the header says it
 * @returns null for other kinds of JPEG, and for files with the least irregularity: `checkJpeg` tells what it is
 * @throws ImageProblem for Huffman tables that cannot be
 */
export function decodePlainJpeg(
  bytes: Uint8Array,
  size: { readonly height: number; readonly width: number; readonly channels: 1 | 3 },
  ratio: 1 | 2 | 4 | 8,
): Raster | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const jpeg = readPlainJpeg(file);
  if (jpeg === null || jpeg.height !== size.height || jpeg.width !== size.width) return null;
  if (jpeg.components.length !== size.channels) return null;
  const codes = gatherCodes(file, jpeg.start);
  const channels = codes === null ? null : layOut(jpeg, ratio);
  if (codes === null || channels === null || !readUnits(codes, jpeg, channels)) return null;
  return combine(channels, Math.ceil(size.height / ratio), Math.ceil(size.width / ratio));
}

/** Units across and down; a lone channel has units of one block, whatever its factors. */
function unitsOf({ height, width, components }: PlainJpeg): { across: number; down: number } {
  const isLone = components.length === 1;
  const [tallest, widest] = isLone ? [1, 1] : largestFactors(components);
  return { across: Math.ceil(width / (8 * widest)), down: Math.ceil(height / (8 * tallest)) };
}

function largestFactors(components: readonly PlainComponent[]): readonly [number, number] {
  return [
    Math.max(...components.map(({ vertical }) => vertical)),
    Math.max(...components.map(({ horizontal }) => horizontal)),
  ];
}

/** Null where samples would have to be spread in a way that is not usual. */
function layOut(jpeg: PlainJpeg, ratio: 1 | 2 | 4 | 8): readonly Channel[] | null {
  const { height, width, components } = jpeg;
  const { across, down } = unitsOf(jpeg);
  const least = edgeOf(8 / ratio);
  const isLone = components.length === 1;
  const [tallest, widest] = isLone ? [1, 1] : largestFactors(components);
  const channels: Channel[] = [];
  for (const component of components) {
    const { horizontal, vertical } = isLone ? { horizontal: 1, vertical: 1 } : component;
    // As libjpeg: samples that are fewer are rather decoded larger than spread.
    let edge = least;
    const isWhole = (all: number, own: number): boolean => (all * least) % (own * edge * 2) === 0;
    while (edge < 8 && isWhole(widest, horizontal) && isWhole(tallest, vertical)) edge = edgeOf(edge * 2);
    const [tall, wide] = [(tallest * least) / (vertical * edge), (widest * least) / (horizontal * edge)];
    const own = {
      height: Math.ceil((height * vertical * edge) / (tallest * 8)),
      width: Math.ceil((width * horizontal * edge) / (widest * 8)),
    };
    const isSpread = wide === 2 && (tall === 1 || tall === 2) && least > 1 && own.width > 2;
    if (!isSpread && (tall !== 1 || wide !== 1)) return null;
    const stride = across * horizontal * edge;
    const samples = new Uint8ClampedArray(stride * down * vertical * edge);
    const block = new Int32Array(64);
    const { dc, ac, quickly, steps } = component;
    channels.push({
      ...own,
      horizontal,
      vertical,
      dc,
      ac,
      quickly,
      steps,
      edge,
      samples,
      stride,
      tall,
      wide,
      block,
      mean: 0,
    });
  }
  return channels;
}

function edgeOf(edge: number): BlockEdge {
  return edge >= 8 ? 8 : edge >= 4 ? 4 : edge >= 2 ? 2 : 1;
}

/** Whether every block has its codes, and nothing is left over. */
function readUnits(codes: Codes, jpeg: PlainJpeg, channels: readonly Channel[]): boolean {
  const { across, down } = unitsOf(jpeg);
  const perPiece = jpeg.restartInterval === 0 ? across * down : jpeg.restartInterval;
  if (codes.ends.length !== Math.ceil((across * down) / perPiece)) return false;
  let unit = 0;
  for (const end of codes.ends) {
    for (const channel of channels) channel.mean = 0;
    for (const last = Math.min(unit + perPiece, across * down); unit < last; unit++) {
      const row = Math.floor(unit / across);
      for (const channel of channels) if (!readGroup(codes, channel, row, unit - row * across)) return false;
      if (codes.at > end) return false;
    }
    // Less than a byte fills the piece up.
    if (end - codes.at >= 8) return false;
    codes.at = end;
  }
  return true;
}

/** The blocks of one channel in one unit. */
function readGroup(codes: Codes, channel: Channel, unitRow: number, unitColumn: number): boolean {
  const { horizontal, vertical, edge, block, samples, stride } = channel;
  for (let y = 0; y < vertical; y++) {
    for (let x = 0; x < horizontal; x++) {
      const last = readBlock(codes, channel);
      if (last < 0) return false;
      const at = (unitRow * vertical + y) * edge * stride + (unitColumn * horizontal + x) * edge;
      transformBlock(block, last === 0, edge, samples, at, stride);
      if (last > 0) block.fill(0);
    }
  }
  return true;
}

function combine(channels: readonly Channel[], height: number, width: number): Raster {
  const [luma, blue, red] = channels;
  if (luma === undefined) throw new Error('a JPEG has channels');
  const isGrey = blue === undefined || red === undefined;
  const pixels = new Uint8ClampedArray(height * width * (isGrey ? 1 : 3));
  for (let row = 0; row < height; row++) {
    const start = row * width * (isGrey ? 1 : 3);
    if (isGrey) pixels.set(sampleRow(luma, row, 0).subarray(0, width), start);
    else writeColours(sampleRow(luma, row, 0), sampleRow(blue, row, 1), sampleRow(red, row, 2), pixels, start, width);
  }
  return { height, width, channels: isGrey ? 1 : 3, pixels: new Uint8Array(pixels.buffer) };
}
