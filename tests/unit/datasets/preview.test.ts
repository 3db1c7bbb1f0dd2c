/** What an import would make, told without storing anything. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONVERSION, type PreviewRequest } from '../../../src-main/contract/conversion.ts';
import { openDatasetStore, type DatasetStore } from '../../../src-main/datasets/store.ts';
import { writeIdxSet } from '../../support/datasets/idx.ts';
import { importOptions, NO_DECODER, rejectionOf } from '../../support/datasets/stores.ts';
import { temporaryFolder } from '../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let store: DatasetStore;
let request: PreviewRequest;

beforeEach(async () => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  store = await openDatasetStore(home, { decoder: NO_DECODER });
  const paths = [writeIdxSet(join(folder.path, 'digits'))];
  const size = { height: 8, width: 10 };
  request = {
    source: { kind: 'paths', paths },
    conversion: { ...DEFAULT_CONVERSION, size, fit: 'stretch', colour: 'colour' },
  };
});
afterEach(() => folder.remove());

const neverEnded = new AbortController().signal;

describe('a preview', () => {
  it('shows images of every class as they are and as they would be, and stores nothing', async () => {
    const preview = await store.preview(request, neverEnded);
    expect(preview).toMatchObject({
      suggestedName: 'digits',
      splits: { train: 12, validation: 0, test: 6 },
      height: 8,
      width: 10,
      channels: 3,
      bytes: 18 * (8 * 10 * 3 + 2),
    });
    expect(preview.images).toHaveLength(12);
    expect(preview.images.slice(0, 3).map(({ className }) => className)).toEqual(['0', '1', '2']);
    expect(preview.images[0]).toMatchObject({
      origin: 'train/00000',
      sourceHeight: 4,
      sourceWidth: 5,
      before: { height: 4, width: 5, channels: 1, pixels: Uint8Array.from({ length: 20 }, (_, index) => index) },
      after: { height: 8, width: 10, channels: 3 },
    });
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  it('shows the very pixels that the import then stores', async () => {
    const preview = await store.preview(request, neverEnded);
    const dataset = await store.import(request, importOptions());
    const { pixels } = await store.images(dataset.id, { filter: { split: 'train', label: 0 }, offset: 0, limit: 1 });
    expect(preview.images[0]?.after.pixels).toEqual(pixels);
    expect(dataset.conversionSettings).toEqual(request.conversion);
    expect(dataset.conversion).toBe(preview.conversion);
  });

  it('ends when a newer one begins', async () => {
    expect(await rejectionOf(store.preview(request, AbortSignal.abort()))).toMatchObject({ code: 'cancelled' });
  });
});
