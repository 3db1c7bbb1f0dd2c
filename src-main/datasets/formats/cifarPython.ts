/** CIFAR in its "python" form: pickled dictionaries with `data` (images x 3,072, planes) and `labels`, or `fine_labels` and `coarse_labels`. */

import { basename } from 'node:path';
import { prepareArrays } from './arrays.ts';
import type { ArrayPart } from './arrays.ts';
import { byteStream, damagedFile, fileChunks, records } from './byteStream.ts';
import { CIFAR10_CLASSES, EDGE, IMAGE_BYTES, interleavePlanes, nameMap, splitOfFile } from './cifar.ts';
import { suggestedName } from './cifarBinary.ts';
import type { CifarFile, CifarSet } from './cifarBinary.ts';
import { readPickle } from './pickle.ts';
import type { FileSlice } from './pickleBytes.ts';
import { PickleArray, PickleDict, textOf } from './pickleObjects.ts';
import type { PickleValue } from './pickleObjects.ts';
import type { PrepareOptions, PreparedSource } from './source.ts';
import { spelled } from './source.ts';
import type { TreeFile } from './sourceTree.ts';

/** Pickles of one folder that are looked into. */
const MOST_PICKLES = 64;
const USUAL = /^(data_batch_\d+|test_batch|batches\.meta)$/;

/** A batch as its dictionary describes it. */
interface Batch {
  readonly path: string;
  readonly data: FileSlice;
  readonly labels: Int32Array;
  /** Null for CIFAR-10. */
  readonly coarse: Int32Array | null;
}

/**
 * The set among the files of one folder; null when there is none.
 * @param named paths of files that a person gave by name: if they are pickles, they are meant to be CIFAR
 */
export async function readPython(files: readonly TreeFile[], named: readonly string[]): Promise<CifarSet | null> {
  const batches: Batch[] = [];
  const broken: CifarFile[] = [];
  let names: readonly string[] = [];
  let coarseNames: readonly string[] = [];
  for (const { path, name } of files.filter(({ kind }) => kind === 'pickle').slice(0, MOST_PICKLES)) {
    try {
      const value = await readPickle(path);
      const batch = batchOf(path, value);
      if (batch !== null) batches.push(batch);
      else if (value instanceof PickleDict) {
        names = [...names, ...texts(value.get('label_names')), ...texts(value.get('fine_label_names'))];
        coarseNames = [...coarseNames, ...texts(value.get('coarse_label_names'))];
      } else if (USUAL.test(name)) broken.push({ path, name, images: null });
    } catch {
      // Told when the set is prepared.
      if (USUAL.test(name) || named.includes(path)) broken.push({ path, name, images: null });
    }
  }
  const whole = batches.map(({ path, labels }) => ({ path, name: basename(path), images: labels.length }));
  const own = [...whole, ...broken].sort((one, other) => (one.path < other.path ? -1 : 1));
  if (own.length === 0) return null;
  const isFine = batches.some(({ coarse }) => coarse !== null);
  return {
    dataset: isFine ? 'CIFAR-100' : 'CIFAR-10',
    files: own,
    names: isFine || names.length > 0 ? names : CIFAR10_CLASSES,
    coarseNames,
  };
}

/** Reads labels of all files, fine or coarse, and plans the dataset. */
export function preparePython(
  set: CifarSet,
  coarse: boolean,
  folder: string,
): (options: PrepareOptions) => Promise<PreparedSource> {
  return async (options) => {
    const parts: ArrayPart[] = [];
    for (const { path } of set.files) {
      const batch = batchOf(path, await readPickle(path));
      if (batch === null) throw damagedFile(path, `is a pickle without the arrays of ${set.dataset}`);
      parts.push(partOf(batch, coarse));
    }
    const names = nameMap(coarse ? set.coarseNames : set.names);
    const name = suggestedName(set.dataset, coarse);
    return prepareArrays({ format: 'cifar', source: folder, suggestedName: name, names, parts }, options);
  };
}

function partOf({ path, data, labels, coarse }: Batch, isCoarse: boolean): ArrayPart {
  return {
    title: basename(path),
    split: splitOfFile(basename(path)),
    shape: { height: EDGE, width: EDGE, channels: 3 },
    labels: isCoarse && coarse !== null ? coarse : labels,
    read: (signal) => readImages(path, data, labels.length, signal),
  };
}

async function* readImages(
  path: string,
  { offset, length }: FileSlice,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stream = byteStream(fileChunks(path, offset, length));
  try {
    for await (const planes of records(stream, { path, size: IMAGE_BYTES, count }, signal)) {
      yield interleavePlanes(planes, EDGE * EDGE, 3);
    }
  } finally {
    await stream.close();
  }
}

/** Null for a pickle of something else. */
function batchOf(path: string, value: PickleValue): Batch | null {
  if (!(value instanceof PickleDict)) return null;
  const data = value.get('data');
  const fine = value.get('fine_labels');
  const labels = fine ?? value.get('labels');
  if (data === undefined || labels === undefined) return null;
  if (!(data instanceof PickleArray)) throw damagedFile(path, 'has data that is no array');
  const [count = 0, size] = data.shape;
  if (data.shape.length !== 2 || size !== IMAGE_BYTES || data.type?.code !== 'u1' || data.isFortran) {
    const type = data.type?.code ?? 'no type';
    throw damagedFile(
      path,
      `has data of ${type} and the shape ${data.shape.join(' x ')}, where CIFAR has u1 and images x 3072`,
    );
  }
  const slice = data.data;
  if (slice === null || slice instanceof Uint8Array || slice.length !== count * IMAGE_BYTES) {
    throw damagedFile(path, `says ${spelled(count)} images, but holds ${spelled(slice?.length ?? 0)} bytes of them`);
  }
  const coarse = fine === undefined ? null : labelsOf(path, value.get('coarse_labels'), count, 20);
  return { path, data: slice, labels: labelsOf(path, labels, count, fine === undefined ? 10 : 100), coarse };
}

function labelsOf(path: string, value: PickleValue | undefined, count: number, classes: number): Int32Array {
  const list = Array.isArray(value) ? value : [];
  if (list.length !== count) {
    throw damagedFile(path, `has ${spelled(list.length)} labels for ${spelled(count)} images`);
  }
  const wrong = list.findIndex((label) => !isLabel(label, classes));
  if (wrong >= 0) {
    throw damagedFile(
      path,
      `has the label ${String(list[wrong])} for image ${spelled(wrong)}, where there are 0 to ${classes - 1}`,
    );
  }
  return Int32Array.from(list, (label) => (typeof label === 'number' ? label : 0));
}

function isLabel(label: PickleValue, classes: number): boolean {
  return typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < classes;
}

function texts(value: PickleValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((item) => textOf(item) ?? '') : [];
}
