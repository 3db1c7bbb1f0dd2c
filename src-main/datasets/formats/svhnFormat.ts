/** Street View House Numbers (Netzer et al., 2011), format 2: `X` of 32 x 32 x 3 x images and `y`, where 10 stands for the digit 0. */

import { basename } from 'node:path';
import { MOST_IMAGES, prepareArrays } from './arrays.ts';
import type { ArrayPart } from './arrays.ts';
import { CHUNK_BYTES, damagedFile, records, unsupportedFile } from './byteStream.ts';
import { splitOfFile } from './cifar.ts';
import type { FoundSource, SourceFormat } from './format.ts';
import { choiceOf } from './format.ts';
import type { MatVariable } from './matFile.ts';
import { readMatVariables } from './matFile.ts';
import type { PrepareOptions, PreparedSource } from './source.ts';
import { spelled } from './source.ts';
import type { SourceTree, TreeFile, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

const DIGITS: ReadonlyMap<number, string> = new Map(Array.from({ length: 10 }, (_, digit) => [digit, String(digit)]));
/** Numbers that are read at a time. */
const PER_READ = 4096;

/** SVHN's cropped digits; with `extra_32x32.mat` as a variant. */
export const svhnFormat: SourceFormat = { format: 'svhn', find: findSvhn };

async function findSvhn(tree: SourceTree): Promise<readonly FoundSource[]> {
  const found: FoundSource[] = [];
  for (const folder of tree.roots.flatMap((root) => [...foldersOf(root)])) {
    const files = folder.files.filter(({ kind }) => kind === 'matlab');
    const isExtra = (file: TreeFile): boolean => /extra/i.test(file.name);
    const usual = files.filter((file) => !isExtra(file));
    if (usual.length > 0) found.push(await describe(folder, usual, false));
    if (usual.length < files.length) found.push(await describe(folder, files, usual.length > 0));
  }
  return found;
}

async function describe(folder: TreeFolder, files: readonly TreeFile[], isVariant: boolean): Promise<FoundSource> {
  const base = choiceOf(folder.inside);
  return {
    choice: !isVariant ? base : folder.inside === '' ? 'with extra' : `${base}/with extra`,
    format: 'svhn',
    title: `SVHN, cropped digits${isVariant ? ', with the extra images for training' : ''}`,
    images: await countImages(files),
    classNames: [...DIGITS.values()],
    uses: files.map(({ path }) => path),
    isVariant,
    prepare: (options) => prepareSvhn(folder.path, files, options),
  };
}

async function countImages(files: readonly TreeFile[]): Promise<number | null> {
  try {
    let sum = 0;
    for (const { path } of files) sum += (await findVariables(path)).count;
    return sum;
  } catch {
    return null;
  }
}

async function prepareSvhn(
  folder: string,
  files: readonly TreeFile[],
  options: PrepareOptions,
): Promise<PreparedSource> {
  const parts: ArrayPart[] = [];
  for (const { path } of files) parts.push(await readPart(path, options.signal));
  return prepareArrays({ format: 'svhn', source: folder, suggestedName: 'svhn', names: DIGITS, parts }, options);
}

interface Variables {
  readonly images: MatVariable;
  readonly labels: MatVariable;
  readonly height: number;
  readonly width: number;
  readonly count: number;
}

async function findVariables(path: string): Promise<Variables> {
  const variables = await readMatVariables(path);
  const [images, labels] = ['X', 'y'].map((name) => variables.find((variable) => variable.name === name));
  if (images === undefined || labels === undefined) {
    const names = variables.map(({ name }) => name).join(', ');
    throw unsupportedFile(
      path,
      `holds ${names === '' ? 'no numbers' : names}, where SVHN has X and y`,
      'Take the cropped digits: train_32x32.mat and test_32x32.mat.',
    );
  }
  const [height = 0, width = 0, channels = 0, count = 0] = images.dimensions;
  if (images.dimensions.length !== 4 || channels !== 3 || images.storage !== 'uint8' || height * width * count === 0) {
    throw damagedFile(
      path,
      `has an X of ${images.dimensions.join(' x ')} ${images.storage}, where SVHN has 32 x 32 x 3 x images of uint8`,
    );
  }
  const labelled = labels.dimensions.reduce((product, size) => product * size, 1);
  if (labelled !== count) throw damagedFile(path, `has ${spelled(labelled)} labels for ${spelled(count)} images`);
  if (count > MOST_IMAGES)
    throw unsupportedFile(path, `says that it holds ${spelled(count)} images`, 'Split it into smaller files.');
  return { images, labels, height, width, count };
}

async function readPart(path: string, signal: AbortSignal): Promise<ArrayPart> {
  const { images, labels, height, width, count } = await findVariables(path);
  const title = basename(path);
  return {
    title,
    split: splitOfFile(title),
    shape: { height, width, channels: 3 },
    labels: await readLabels(path, labels, count, signal),
    read: (again) => readImages(path, images, { height, width, count }, again),
  };
}

async function readLabels(
  path: string,
  variable: MatVariable,
  count: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  const stream = await variable.openNumbers();
  const chunks: Int32Array[] = [];
  const size = variable.bytesPerNumber;
  let image = 0;
  try {
    for await (const bytes of records(stream, { path, size, count, most: size * PER_READ }, signal)) {
      const labels = Int32Array.from({ length: bytes.length / size }, (_, index) => {
        const value = numberAt(variable, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), index * size);
        if (value >= 0 && value <= 10 && Number.isInteger(value)) return value % 10;
        throw damagedFile(path, `has the label ${value} for image ${spelled(image + index)}, where SVHN has 1 to 10`);
      });
      chunks.push(labels);
      image += labels.length;
    }
  } finally {
    await stream.close();
  }
  const all = new Int32Array(image);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function numberAt({ storage, bytesPerNumber }: MatVariable, bytes: Buffer, at: number): number {
  if (storage === 'double') return bytes.readDoubleLE(at);
  if (storage === 'single') return bytes.readFloatLE(at);
  return storage.startsWith('u') ? bytes.readUIntLE(at, bytesPerNumber) : bytes.readIntLE(at, bytesPerNumber);
}

async function* readImages(
  path: string,
  variable: MatVariable,
  { height, width, count }: { height: number; width: number; count: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stream = await variable.openNumbers();
  try {
    const size = height * width * 3;
    for await (const columns of records(stream, { path, size, count, most: CHUNK_BYTES }, signal)) {
      yield rowsOf(columns, height, width);
    }
  } finally {
    await stream.close();
  }
}

/** Column-major height x width x 3, image after image, as NHWC. */
function rowsOf(columns: Uint8Array, height: number, width: number): Uint8Array {
  const rows = new Uint8Array(columns.length);
  const plane = height * width;
  for (let image = 0; image < columns.length; image += plane * 3) {
    for (let channel = 0; channel < 3; channel++) {
      let from = image + channel * plane;
      for (let column = 0; column < width; column++) {
        let to = image + column * 3 + channel;
        for (let row = 0; row < height; row++, from++, to += width * 3) rows[to] = columns[from] ?? 0;
      }
    }
  }
  return rows;
}
