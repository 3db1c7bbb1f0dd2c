/**
 * Measures how well near duplicates are found, on generated pairs, and writes docs/figures/duplicates.md, which the window quotes:
 * `node tests/bench/duplicates.ts` (Node 24). Fashion-MNIST comes from Debian's package, Shapes-10 is drawn.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'jpeg-js';
import type { ImportRequest } from '../../src-main/contract/dataset.ts';
import { DEFAULT_CONVERSION } from '../../src-main/contract/conversion.ts';
import { ALIKE } from '../../src-main/datasets/duplicates/findNear.ts';
import { findDuplicates } from '../../src-main/datasets/duplicates/findDuplicates.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import { openDatasetReader } from '../../src-main/datasets/reader.ts';
import { openDatasetStore } from '../../src-main/datasets/store.ts';

/** Images that are changed, of each source. */
const SAMPLE = 1000;

interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

interface Source {
  readonly title: string;
  readonly shape: Shape;
  /** All images, one after another, of which no two are the same on purpose. */
  readonly pixels: Uint8Array;
  readonly images: number;
}

type Change = (image: Uint8Array, shape: Shape) => Uint8Array;

/** The value at a place between pixels, channel by channel: bilinear, centres at halves, the border repeated. */
function sampled(image: Uint8Array, { height, width, channels }: Shape, y: number, x: number, channel: number): number {
  const inside = (place: number, size: number): number => Math.min(size - 1, Math.max(0, place));
  const [top, left] = [Math.floor(inside(y, height)), Math.floor(inside(x, width))];
  const [down, right] = [inside(y, height) - top, inside(x, width) - left];
  const at = (row: number, column: number): number =>
    image[(inside(row, height) * width + inside(column, width)) * channels + channel] ?? 0;
  const above = at(top, left) * (1 - right) + at(top, left + 1) * right;
  const below = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
  return above * (1 - down) + below * down;
}

/** An image whose pixels come from other places of this one. */
function remapped(
  image: Uint8Array,
  shape: Shape,
  to: Shape,
  from: (y: number, x: number) => readonly [number, number],
): Uint8Array {
  return Uint8Array.from({ length: to.height * to.width * to.channels }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / to.channels), index % to.channels];
    const [y, x] = from(Math.floor(pixel / to.width), pixel % to.width);
    return Math.round(sampled(image, shape, y, x, channel));
  });
}

function scaled(image: Uint8Array, shape: Shape, to: Shape): Uint8Array {
  const [rows, columns] = [shape.height / to.height, shape.width / to.width];
  return remapped(image, shape, to, (y, x) => [(y + 0.5) * rows - 0.5, (x + 0.5) * columns - 0.5]);
}

function throughJpeg(image: Uint8Array, { height, width, channels }: Shape, quality: number): Uint8Array {
  const data = new Uint8Array(height * width * 4).fill(255);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      data[pixel * 4 + channel] = image[pixel * channels + (channels === 1 ? 0 : channel)] ?? 0;
    }
  }
  const decoded = decode(encode({ data, width, height }, quality).data, { useTArray: true }).data;
  return Uint8Array.from(
    { length: image.length },
    (_, index) => decoded[Math.floor(index / channels) * 4 + (index % channels)] ?? 0,
  );
}

const CHANGES: Readonly<Record<string, Change>> = {
  'JPEG at quality 50': (image, shape) => throughJpeg(image, shape, 50),
  'Resized to three quarters and back': (image, shape) => {
    const small = { ...shape, height: Math.round(shape.height * 0.75), width: Math.round(shape.width * 0.75) };
    return scaled(scaled(image, shape, small), small, shape);
  },
  'Resized to twice the size and back': (image, shape) => {
    const large = { ...shape, height: shape.height * 2, width: shape.width * 2 };
    return scaled(scaled(image, shape, large), large, shape);
  },
  'Brighter (x 1.2 + 10)': (image) => image.map((value) => Math.min(255, Math.round(value * 1.2 + 10))),
  'Darker (x 0.7)': (image) => image.map((value) => Math.round(value * 0.7)),
  'Cropped by 3% on each side': (image, shape) => {
    const [rows, columns] = [shape.height * 0.03, shape.width * 0.03];
    return remapped(image, shape, shape, (y, x) => [
      rows + (y + 0.5) * (1 - 0.06) - 0.5,
      columns + (x + 0.5) * (1 - 0.06) - 0.5,
    ]);
  },
  'Shifted by a pixel to one side': (image, shape) => remapped(image, shape, shape, (y, x) => [y, x - 1]),
  'Shifted by a pixel both ways': (image, shape) => remapped(image, shape, shape, (y, x) => [y - 1, x + 1]),
  Mirrored: (image, shape) => remapped(image, shape, shape, (y, x) => [y, shape.width - 1 - x]),
};

async function find(pixels: Uint8Array, shape: Shape) {
  const directory = mkdtempSync(join(tmpdir(), 'denselab-duplicates-'));
  try {
    writeFileSync(join(directory, 'images.u8'), pixels);
    const images = pixels.length / (shape.height * shape.width * shape.channels);
    const started = performance.now();
    const found = await findDuplicates(directory, { ...shape, images });
    return { ...found, seconds: (performance.now() - started) / 1000 };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Share of changed images that are found to be like their originals. */
async function recall({ pixels, shape, images }: Source, change: Change): Promise<number> {
  const size = shape.height * shape.width * shape.channels;
  const random = createRandom(7);
  const count = Math.min(SAMPLE, images);
  const chosen = Array.from({ length: count }, (_, index) => Math.floor(((index + random.uniform()) * images) / count));
  const originals = chosen.map((image) => pixels.subarray(image * size, (image + 1) * size));
  const all = Buffer.concat([...originals, ...originals.map((image) => change(image, shape))]);
  const { exact, near } = await find(all, shape);
  const pairs = new Set(near.map(([one, other]) => `${String(one)} ${String(other)}`));
  const same = new Set(exact.map((group) => group.join(' ')));
  const isFound = (image: number): boolean => {
    const pair = `${String(image)} ${String(image + count)}`;
    return pairs.has(pair) || same.has(pair);
  };
  return originals.filter((_, image) => isFound(image)).length / count;
}

async function load(home: string, title: string, request: ImportRequest): Promise<Source> {
  const decoder = {
    open: () => {
      throw new Error('these sources hold no files to decode');
    },
  };
  const store = await openDatasetStore(home, { decoder });
  const never = new AbortController().signal;
  const { id, height, width, channels } = await store.import(request, { signal: never, onProgress: () => undefined });
  const reader = openDatasetReader(store.directoryOf(id));
  const parts = (['train', 'test'] as const).map((split) => {
    const { images } = reader.detail.splits[split];
    const into = new Uint8Array(images * height * width * channels);
    reader.gather(
      split,
      Uint32Array.from({ length: images }, (_, index) => index),
      into,
    );
    return into;
  });
  reader.close();
  const pixels = Buffer.concat(parts);
  return { title, shape: { height, width, channels }, pixels, images: reader.detail.images };
}

function shapesAt(edge: number): ImportRequest {
  const conversion = { ...DEFAULT_CONVERSION, size: { height: edge, width: edge } };
  return { source: { kind: 'sample', sample: 'shapes' }, conversion };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

async function measure(home: string): Promise<string> {
  const fashion: ImportRequest = { source: { kind: 'paths', paths: ['/usr/share/datasets/fashion-mnist'] } };
  const sources = [
    await load(home, 'Fashion-MNIST, 28x28 grey', fashion),
    await load(home, 'Shapes-10, 32x32 colour', shapesAt(32)),
    await load(home, 'Shapes-10, 96x96 colour', shapesAt(96)),
  ];
  const rows = [];
  for (const [name, change] of Object.entries(CHANGES)) {
    const shares = [];
    for (const source of sources) shares.push(percent(await recall(source, change)));
    rows.push(`| ${name} | ${shares.join(' | ')} |`);
  }
  const falls = [];
  for (const { title, pixels, shape, images } of sources) {
    const { exact, near, seconds } = await find(pixels, shape);
    const pairs = (images * (images - 1)) / 2;
    const involved = new Set(near.flat()).size;
    falls.push(
      `| ${title} | ${images.toLocaleString('en')} | ${String(exact.length)} | ${near.length.toLocaleString('en')} | ${(near.length / pairs).toExponential(1)} | ${percent(involved / images)} | ${seconds.toFixed(1)} s |`,
    );
  }
  return `# Near duplicates

Written by \`node tests/bench/duplicates.ts\` on ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, one thread. Two
images count as near duplicates when their perceptual hashes (the 63 lowest frequencies of light, and 15 of each of two colour
differences) have a product of at least ${String(ALIKE.grey)} in grey or ${String(ALIKE.colour)} in colour, up to brightness and
contrast, moved by 3% of the edge (a pixel at least) in any of eight directions, cropped by 3%, blurred, or mirrored. The search
by hash misses none.

Recall: of ${SAMPLE.toLocaleString('en')} images of each source, changed in one way, those that are found to be like their originals.

| Change | ${sources.map(({ title }) => title).join(' | ')} |
|--|${sources.map(() => '--:|').join('')}
${rows.join('\n')}

False positives: pairs that are found among the unchanged images, nearly all of them different things that look alike at this size.
At most 8 or so pairs are kept for an image.

| Source | Images | Exact groups | Near pairs | Of all pairs | Images in a pair | Time |
|--|--:|--:|--:|--:|--:|--:|
${falls.join('\n')}
`;
}

const home = mkdtempSync(join(tmpdir(), 'denselab-duplicates-'));
try {
  const table = await measure(home);
  mkdirSync('docs/figures', { recursive: true });
  writeFileSync('docs/figures/duplicates.md', table);
  process.stdout.write(table);
} finally {
  rmSync(home, { recursive: true });
}
