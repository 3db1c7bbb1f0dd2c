/**
 * CIFAR in its binary form: records of one label byte (CIFAR-100: coarse, then fine) and 3,072 pixel bytes. It has no header, so it is
 * known by its size and by labels that are in range.
 */

import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { prepareArrays } from './arrays.ts';
import type { ArrayPart } from './arrays.ts';
import { byteStream, CHUNK_BYTES, damagedFile, fileChunks, records } from './byteStream.ts';
import { CIFAR10_CLASSES, EDGE, IMAGE_BYTES, interleavePlanes, nameMap, splitOfFile } from './cifar.ts';
import type { PrepareOptions, PreparedSource } from './source.ts';
import { spelled } from './source.ts';
import type { TreeFile } from './sourceTree.ts';

/** One file of a set; `images` is null where it cannot be told. */
export interface CifarFile {
  readonly path: string;
  readonly name: string;
  readonly images: number | null;
}

/** Files of one folder that belong together. */
export interface CifarSet {
  readonly dataset: 'CIFAR-10' | 'CIFAR-100';
  readonly files: readonly CifarFile[];
  readonly names: readonly string[];
  readonly coarseNames: readonly string[];
}

interface Layout {
  readonly dataset: CifarSet['dataset'];
  /** Classes of each label byte. */
  readonly labels: readonly number[];
  /** Names that are believed to be of this layout even when the size is wrong. */
  readonly usual: RegExp;
}

const LAYOUTS: readonly Layout[] = [
  { dataset: 'CIFAR-10', labels: [10], usual: /^(data_batch_\d+|test_batch)\.bin$/i },
  { dataset: 'CIFAR-100', labels: [20, 100], usual: /^(train|test)\.bin$/i },
];
/** Records whose labels are looked at before a file is believed to be CIFAR. */
const PROBED = 32;
/** Largest list of names. */
const MOST_NAME_BYTES = 64 << 10;

/** The sets among the files of one folder. */
export async function readBinary(files: readonly TreeFile[]): Promise<readonly CifarSet[]> {
  const sets: CifarSet[] = [];
  for (const layout of LAYOUTS) {
    const own: CifarFile[] = [];
    for (const file of files) if (await fits(file, layout, files)) own.push(describe(file, layout));
    if (own.length > 0) sets.push({ dataset: layout.dataset, files: own, ...(await namesOf(files, layout)) });
  }
  return sets;
}

function recordBytes({ labels }: Layout): number {
  return labels.length + IMAGE_BYTES;
}

function describe({ path, name, bytes }: TreeFile, layout: Layout): CifarFile {
  const images = bytes / recordBytes(layout);
  return { path, name, images: Number.isInteger(images) ? images : null };
}

async function fits(file: TreeFile, layout: Layout, siblings: readonly TreeFile[]): Promise<boolean> {
  const size = recordBytes(layout);
  if (file.bytes === 0) return false;
  if (layout.usual.test(file.name)) {
    // `train.bin` is too common a name to mean anything alone.
    return layout.dataset === 'CIFAR-10' || siblings.some(({ name }) => name === 'fine_label_names.txt');
  }
  if (file.bytes % size !== 0 || (file.kind !== 'other' && file.kind !== 'idx')) return false;
  const handle = await open(file.path, 'r');
  try {
    const labels = Buffer.alloc(layout.labels.length);
    for (let record = 0; record < Math.min(PROBED, file.bytes / size); record++) {
      await handle.read(labels, 0, labels.length, record * size);
      if (layout.labels.some((classes, index) => (labels[index] ?? 255) >= classes)) return false;
    }
    return true;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

async function namesOf(
  files: readonly TreeFile[],
  { dataset }: Layout,
): Promise<Pick<CifarSet, 'names' | 'coarseNames'>> {
  const read = (name: string): Promise<readonly string[]> => readNames(files.find((file) => file.name === name));
  if (dataset === 'CIFAR-100') {
    return { names: await read('fine_label_names.txt'), coarseNames: await read('coarse_label_names.txt') };
  }
  const names = await read('batches.meta.txt');
  return { names: names.length === 10 ? names : CIFAR10_CLASSES, coarseNames: [] };
}

/** One name a line; none when there is no such file. */
async function readNames(file: TreeFile | undefined): Promise<readonly string[]> {
  if (file === undefined || file.bytes > MOST_NAME_BYTES) return [];
  const text = await readFile(file.path, 'utf8').catch(() => '');
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Reads labels of all files, fine or coarse, and plans the dataset. */
export function prepareBinary(
  set: CifarSet,
  coarse: boolean,
  folder: string,
): (options: PrepareOptions) => Promise<PreparedSource> {
  return async (options) => {
    const layout = LAYOUTS.find(({ dataset }) => dataset === set.dataset);
    if (layout === undefined) throw new Error(`there is no layout of ${set.dataset}`);
    const which = coarse ? 0 : layout.labels.length - 1;
    const parts: ArrayPart[] = [];
    for (const file of set.files) parts.push(await readPart(file, layout, which, options.signal));
    return prepareArrays(
      {
        format: 'cifar',
        source: folder,
        suggestedName: suggestedName(set.dataset, coarse),
        names: nameMap(coarse ? set.coarseNames : set.names),
        parts,
      },
      options,
    );
  };
}

/** `cifar-10`, `cifar-100`, `cifar-100-coarse`. */
export function suggestedName(dataset: CifarSet['dataset'], coarse: boolean): string {
  return `${dataset.toLowerCase()}${coarse ? '-coarse' : ''}`;
}

async function readPart(file: CifarFile, layout: Layout, which: number, signal: AbortSignal): Promise<ArrayPart> {
  const size = recordBytes(layout);
  const { path, images: count } = file;
  if (count === null) {
    throw damagedFile(path, `is not made of whole records of ${spelled(size)} bytes, as ${layout.dataset} is`);
  }
  const labels = new Int32Array(count);
  const stream = byteStream(fileChunks(path));
  let image = 0;
  try {
    for await (const bytes of records(stream, { path, size, count }, signal)) {
      for (let at = 0; at < bytes.length; at += size, image++) {
        layout.labels.forEach((classes, index) => {
          const label = bytes[at + index] ?? 0;
          if (label >= classes) throw refuseLabel(path, label, image * size + index, layout, classes);
        });
        labels[image] = bytes[at + which] ?? 0;
      }
    }
  } finally {
    await stream.close();
  }
  const title = basename(path);
  const shape = { height: EDGE, width: EDGE, channels: 3 } as const;
  return { title, split: splitOfFile(title), shape, labels, read: (again) => readImages(path, layout, count, again) };
}

function refuseLabel(path: string, label: number, byte: number, { dataset }: Layout, classes: number): Error {
  return damagedFile(path, `has the label ${label} at byte ${spelled(byte)}, where ${dataset} has 0 to ${classes - 1}`);
}

async function* readImages(
  path: string,
  layout: Layout,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const size = recordBytes(layout);
  const stream = byteStream(fileChunks(path));
  try {
    for await (const bytes of records(stream, { path, size, count, most: CHUNK_BYTES }, signal)) {
      const planes = new Uint8Array((bytes.length / size) * IMAGE_BYTES);
      for (let from = layout.labels.length, to = 0; from < bytes.length; from += size, to += IMAGE_BYTES) {
        planes.set(bytes.subarray(from, from + IMAGE_BYTES), to);
      }
      yield interleavePlanes(planes, EDGE * EDGE, 3);
    }
  } finally {
    await stream.close();
  }
}
