/** CIFAR-10 and CIFAR-100 in the exact layouts in which they are released. */

import { writeTree } from './trees.ts';

/** Bytes of one image: three planes of 32 x 32. */
const PLANES = 3072;

/** A batch: labels (CIFAR-100: with coarse ones), and pixels that are a function of image and place. */
export interface CifarBatch {
  readonly labels: readonly number[];
  readonly coarse?: readonly number[];
  /** Number of the first image. */
  readonly first?: number;
}

/** The value of a pixel. */
export function cifarPixel(image: number, channel: number, row: number, column: number): number {
  return (image * 31 + channel * 85 + row * 7 + column * 3) % 256;
}

/** Images as rows of 3,072 bytes: red plane, green plane, blue plane. */
export function cifarPlanes({ labels, first = 0 }: CifarBatch): Uint8Array {
  return Uint8Array.from({ length: labels.length * PLANES }, (_, index) => {
    const [image, place] = [first + Math.floor(index / PLANES), index % PLANES];
    return cifarPixel(image, Math.floor(place / 1024), Math.floor((place % 1024) / 32), place % 32);
  });
}

/** A file of the binary version. */
export function cifarBinary(batch: CifarBatch): Uint8Array {
  const planes = cifarPlanes(batch);
  const records = batch.labels.map((label, index) => [
    Uint8Array.from(batch.coarse === undefined ? [label] : [batch.coarse[index] ?? 0, label]),
    planes.subarray(index * PLANES, (index + 1) * PLANES),
  ]);
  return Buffer.concat(records.flat());
}

/** Pickle instructions as cPickle of Python 2 writes them with protocol 2. */
export const pickled = {
  text: (value: string): Buffer => Buffer.concat([Buffer.from([0x55, value.length]), Buffer.from(value, 'latin1')]),
  /** BINSTRING: four bytes of length. */
  bytes: (value: Uint8Array): Buffer => {
    const head = Buffer.alloc(5);
    head[0] = 0x54;
    head.writeUInt32LE(value.length, 1);
    return Buffer.concat([head, value]);
  },
  integer: (value: number): Buffer => {
    if (value >= 0 && value < 256) return Buffer.from([0x4b, value]);
    const code = Buffer.alloc(5);
    code[0] = 0x4a;
    code.writeInt32LE(value, 1);
    return code;
  },
  list: (items: readonly Uint8Array[]): Buffer => Buffer.concat([Buffer.from(']('), ...items, Buffer.from('e')]),
  dict: (entries: Readonly<Record<string, Uint8Array>>): Buffer =>
    Buffer.concat([
      Buffer.from('}('),
      ...Object.entries(entries).flatMap(([key, value]) => [pickled.text(key), value]),
      Buffer.from('u'),
    ]),
  global: (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`),
  /** A uint8 array: `_reconstruct(ndarray, (0,), 'b')`, then its state. */
  array: (shape: readonly number[], data: Uint8Array, type = 'u1'): Buffer =>
    Buffer.concat([
      pickled.global('numpy.core.multiarray', '_reconstruct'),
      pickled.global('numpy', 'ndarray'),
      Buffer.from([0x4b, 0, 0x85]),
      pickled.text('b'),
      Buffer.from([0x87, 0x52]),
      Buffer.from([0x28, 0x4b, 1, 0x28]),
      ...shape.map(pickled.integer),
      Buffer.from('t'),
      pickled.global('numpy', 'dtype'),
      pickled.text(type),
      Buffer.from([0x4b, 0, 0x4b, 1, 0x87, 0x52]),
      Buffer.from([0x28, 0x4b, 3]),
      pickled.text('|'),
      Buffer.from('NNN'),
      pickled.integer(-1),
      pickled.integer(-1),
      Buffer.from([0x4b, 0, 0x74, 0x62]),
      Buffer.from([0x89]),
      pickled.bytes(data),
      Buffer.from('tb'),
    ]),
  file: (value: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x80, 2]), value, Buffer.from('.')]),
};

/** A file of the Python version. */
export function cifarPython(batch: CifarBatch): Uint8Array {
  const integers = (values: readonly number[]): Buffer => pickled.list(values.map(pickled.integer));
  const { labels, coarse } = batch;
  return pickled.file(
    pickled.dict({
      batch_label: pickled.text('training batch 1 of 5'),
      ...(coarse === undefined
        ? { labels: integers(labels) }
        : { fine_labels: integers(labels), coarse_labels: integers(coarse) }),
      data: pickled.array([labels.length, PLANES], cifarPlanes(batch)),
      filenames: pickled.list(labels.map((label) => pickled.text(`picture_s_${label}.png`))),
    }),
  );
}

const TEN = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const count = (length: number, classes: number): number[] => Array.from({ length }, (_, index) => index % classes);

/** Names of the 100 fine and 20 coarse classes, made up. */
export const FINE_NAMES = count(100, 100).map((label) => `fine ${label}`);
export const COARSE_NAMES = count(20, 20).map((label) => `coarse ${label}`);

/** Batches of CIFAR-10: five to train of ten images each, and one to test. */
export const CIFAR10_BATCHES: Readonly<Record<string, CifarBatch>> = Object.fromEntries([
  ...count(5, 5).map((batch) => [`data_batch_${batch + 1}`, { labels: count(10, 10), first: batch * 10 }]),
  ['test_batch', { labels: count(10, 10).reverse(), first: 50 }],
]);

/** Files of CIFAR-100: 200 images to train, 100 to test; the coarse label is the fine one modulo 20. */
export const CIFAR100_BATCHES: Readonly<Record<string, CifarBatch>> = {
  train: { labels: count(200, 100), coarse: count(200, 20) },
  test: { labels: count(100, 100), coarse: count(100, 20), first: 200 },
};

/** Writes `cifar-10-batches-bin` or `cifar-10-batches-py` into a folder. */
export function writeCifar10(folder: string, form: 'binary' | 'python'): void {
  const batches = Object.entries(CIFAR10_BATCHES);
  if (form === 'binary') {
    writeTree(folder, Object.fromEntries(batches.map(([name, batch]) => [`${name}.bin`, cifarBinary(batch)])));
    writeTree(folder, { 'batches.meta.txt': `${TEN.join('\n')}\n\n`, 'readme.html': '<html></html>' });
    return;
  }
  writeTree(folder, Object.fromEntries(batches.map(([name, batch]) => [name, cifarPython(batch)])));
  const meta = pickled.dict({ label_names: pickled.list(TEN.map(pickled.text)), num_vis: pickled.integer(PLANES) });
  writeTree(folder, { 'batches.meta': pickled.file(meta), 'readme.html': '<html></html>' });
}

/** Writes `cifar-100-binary` or `cifar-100-python` into a folder. */
export function writeCifar100(folder: string, form: 'binary' | 'python'): void {
  const files = Object.entries(CIFAR100_BATCHES);
  if (form === 'binary') {
    writeTree(folder, Object.fromEntries(files.map(([name, batch]) => [`${name}.bin`, cifarBinary(batch)])));
    writeTree(folder, {
      'fine_label_names.txt': `${FINE_NAMES.join('\n')}\n`,
      'coarse_label_names.txt': `${COARSE_NAMES.join('\n')}\n`,
    });
    return;
  }
  writeTree(folder, Object.fromEntries(files.map(([name, batch]) => [name, cifarPython(batch)])));
  const names = (list: readonly string[]): Buffer => pickled.list(list.map(pickled.text));
  const meta = pickled.dict({ fine_label_names: names(FINE_NAMES), coarse_label_names: names(COARSE_NAMES) });
  writeTree(folder, { meta: pickled.file(meta), 'file.txt~': '' });
}
