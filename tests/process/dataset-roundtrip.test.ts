/** Fashion-MNIST in every form that DenseLab reads and writes: the same pixels each way. Needs the built bundles. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetDetail } from '../../src-main/contract/dataset.ts';
import { SPLITS } from '../../src-main/contract/dataset.ts';
import { openDatasetReader } from '../../src-main/datasets/reader.ts';
import { openDatasetStore, type DatasetStore } from '../../src-main/datasets/store.ts';
import { openDecoderPool } from '../../src-main/decoder/pool.ts';
import { importOptions, spawnDecoder } from '../support/datasets/stores.ts';
import { temporaryFolder } from '../support/datasets/trees.ts';

/** Debian's package dataset-fashion-mnist. */
const FASHION = '/usr/share/datasets/fashion-mnist';

let folder: ReturnType<typeof temporaryFolder>;
let store: DatasetStore;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openDatasetStore(join(folder.path, 'home'), { decoder: openDecoderPool({ spawn: spawnDecoder() }) });
});
afterEach(() => folder.remove());

function imported(path: string): Promise<DatasetDetail> {
  return store.import({ source: { kind: 'paths', paths: [path] } }, importOptions());
}

/** Of each split, for each class: a hash over its images. Classes in no order, since folders are sorted by name. */
function contentOf({ id, classNames, height, width, channels }: DatasetDetail): Record<string, readonly string[]> {
  const reader = openDatasetReader(store.directoryOf(id), 1);
  const bytes = height * width * channels;
  const found: Record<string, readonly string[]> = {};
  for (const split of SPLITS) {
    const labels = reader.labels(split);
    const pixels = new Uint8Array(labels.length * bytes);
    reader.gather(split, Uint32Array.from(labels.keys()), pixels);
    const images = Array.from(labels, (_, index) => hashOf(pixels.subarray(index * bytes, (index + 1) * bytes)));
    found[split] = classNames
      .map((_, label) => images.filter((_image, index) => labels[index] === label))
      .map((own) => `${own.length} ${hashOf(Buffer.from(own.sort().join()))}`)
      .sort();
  }
  reader.close();
  return found;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.skipIf(!existsSync(FASHION))('Fashion-MNIST', () => {
  it('is the same 70,000 images as IDX, as exported folders, as a zip of them, and as npz', async () => {
    const idx = await imported(FASHION);
    expect(idx).toMatchObject({ images: 70_000, height: 28, width: 28, channels: 1 });
    const content = contentOf(idx);
    const [pictures, arrays] = [join(folder.path, 'pictures'), join(folder.path, 'arrays')];
    await store.export(idx.id, 1, { format: 'folder', directory: pictures, ...importOptions() });
    await store.export(idx.id, 1, { format: 'npz', directory: arrays, ...importOptions() });
    const zip = join(folder.path, 'pictures.zip');
    execFileSync('python3', ['-m', 'zipfile', '-c', zip, ...readdirSync(pictures).map((name) => join(pictures, name))]);
    for (const path of [pictures, zip, arrays]) {
      const dataset = await imported(path);
      expect(contentOf(dataset), path).toEqual(content);
      await store.remove(dataset.id);
    }
  }, 300_000);
});
