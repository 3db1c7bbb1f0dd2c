/** Versions, duplicates and exports by the built command line, and what a network sees of an image. */

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duplicateFinder } from '../../src-main/analyst/asking.ts';
import { PAPER_RECIPE, type Augmentation } from '../../src-main/contract/recipe.ts';
import type { Split } from '../../src-main/contract/dataset.ts';
import { openDatasetReader } from '../../src-main/datasets/reader.ts';
import { openDatasetStore, type DatasetStore } from '../../src-main/datasets/store.ts';
import { seeAugmented } from '../../src-main/experiments/seeing.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { runCommand, startCommand } from '../support/commandLine.ts';
import { NO_DECODER, rejectionOf, spawnDecoder } from '../support/datasets/stores.ts';
import { fingerprint, temporaryFolder } from '../support/datasets/trees.ts';

const NEVER = new AbortController().signal;
const NOTHING: Augmentation = {
  ...PAPER_RECIPE.augmentation,
  mirror: false,
  crop: { kind: 'none' },
  cutout: null,
  mixup: null,
};

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let store: DatasetStore;

beforeAll(async () => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  await runCommand(home, ['datasets', 'add', 'sample:shapes', '--size', '8']);
  store = await openDatasetStore(home, { decoder: NO_DECODER, findDuplicates: duplicateFinder(spawnDecoder()) });
});
afterAll(() => folder.remove());

/** SHA-256 over the sorted hashes of class and pixels of each image: the same whatever their order. */
function hashOf(id: string, split: Split): string {
  const reader = openDatasetReader(store.directoryOf(id));
  const { height, width, channels, classNames } = reader.detail;
  const pixels = new Uint8Array(height * width * channels);
  const hashes = Array.from(reader.labels(split), (label, index) => {
    reader.gather(split, [index], pixels);
    return createHash('sha256')
      .update(classNames[label] ?? '')
      .update(pixels)
      .digest('hex');
  });
  reader.close();
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}

describe('the command line', () => {
  it('exports a folder that is imported again with the same images in every split', async () => {
    const out = join(folder.path, 'folder');
    expect(
      await runCommand(home, ['datasets', 'export', 'shapes-10', '--format', 'folder', '--out', out]),
    ).toMatchObject({ status: 0 });
    await runCommand(home, ['datasets', 'add', out, '--name', 'again']);
    for (const split of ['train', 'test'] as const) expect(hashOf('again', split)).toBe(hashOf('shapes-10', split));
  });

  it('edits, shows each version, and undoes the latest', async () => {
    const edited = await runCommand(home, [
      'datasets',
      'edit',
      'shapes-10',
      'merge',
      'round',
      'circle',
      'ring',
      '--json',
    ]);
    const classNames = edited.events[0]?.['classNames'];
    expect(classNames).toHaveLength(9);
    const [old, now] = [
      await runCommand(home, ['datasets', 'show', 'shapes-10', '--version', '1', '--json']),
      await runCommand(home, ['datasets', 'show', 'shapes-10', '--json']),
    ];
    expect(old.events[0]).toMatchObject({ version: 1, duplicates: { exact: { groups: 0 } } });
    expect(old.events[0]?.['classNames']).toHaveLength(10);
    expect(now.events[0]).toMatchObject({ version: 2, editedFrom: 1, classNames });
    const { stdout } = await runCommand(home, ['datasets', 'versions', 'shapes-10']);
    expect(stdout).toContain('Merged "circle", "ring" into "round"');
    expect(await runCommand(home, ['datasets', 'undo', 'shapes-10'])).toMatchObject({ status: 0 });
    expect(await runCommand(home, ['datasets', 'undo', 'shapes-10', '--json'])).toMatchObject({
      status: 1,
      events: [{ error: { code: 'dataset-version-in-use' } }],
    });
    expect(await runCommand(home, ['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+/),
    });
  });

  it('leaves nothing of an export that is interrupted', async () => {
    const before = fingerprint(folder.path);
    const running = startCommand(home, [
      'datasets',
      'export',
      'shapes-10',
      '--format',
      'folder',
      '--out',
      join(folder.path, 'cut'),
    ]);
    const isWriting = (): boolean => readdirSync(folder.path).some((name) => name.startsWith('.importing-'));
    while (!isWriting() && running.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isWriting()).toBe(true);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 1, stderr: expect.stringContaining('cancelled') });
    expect(fingerprint(folder.path)).toEqual(before);
  });
});

describe('a run', () => {
  it('sees the version that it names, goes on with it after later edits, and keeps it from being undone', async () => {
    const own = join(folder.path, 'trained');
    await runCommand(own, ['datasets', 'add', 'sample:shapes', '--size', '8']);
    const edit = (...words: string[]) => runCommand(own, ['datasets', 'edit', 'shapes-10', ...words]);
    await edit('exclude-class', 'star');
    await edit('exclude-class', 'heart');
    const training = startCommand(own, [
      ...['train', '--dataset', 'shapes-10', '--version', '2', '--model', 'densenet-bc-22-12', '--device', 'cpu'],
      ...['--epochs', '40', '--limit', '64', '--json'],
    ]);
    await training.printed('"event":"epoch"');
    training.child.kill('SIGINT');
    expect(await training.ended).toMatchObject({ status: 130 });
    await edit('exclude-class', 'ring');
    const resumed = startCommand(own, ['resume', '1', '--json']);
    await resumed.printed('"event":"epoch"');
    resumed.child.kill('SIGINT');
    expect(await resumed.ended).toMatchObject({ status: 130 });
    const evaluated = await runCommand(own, ['evaluate', '1', '--json']);
    expect(evaluated.events[0]).toMatchObject({ run: 1, images: 900 });
    await runCommand(own, ['datasets', 'undo', 'shapes-10']);
    await runCommand(own, ['datasets', 'undo', 'shapes-10']);
    expect((await runCommand(own, ['datasets', 'undo', 'shapes-10', '--json'])).events[0]).toMatchObject({
      error: { code: 'dataset-version-in-use', message: expect.stringContaining('was trained on') },
    });
  });
});

describe('the search for duplicates', () => {
  it('runs in a process that is gone when it is cancelled', async () => {
    const finder = duplicateFinder(spawnDecoder());
    const { height, width, channels, images } = await store.show('shapes-10');
    const controller = new AbortController();
    const cancelled = rejectionOf(
      finder(store.directoryOf('shapes-10'), { height, width, channels, images }, controller.signal),
    );
    controller.abort();
    expect(await cancelled).toMatchObject({ code: 'cancelled' });
  });
});

describe('what the network sees', () => {
  const look = async (augmentation: Augmentation, count = 8) => {
    const { version } = await store.show('shapes-10');
    const runtime = { threads: { intraOp: 1, interOp: 1 }, cacheDirectory: cacheDirectory() };
    const request = { id: 'shapes-10', version, image: 5003, recipe: { ...PAPER_RECIPE, augmentation }, count };
    return seeAugmented(request, { datasets: store, spawn: spawnDecoder(), runtime }, NEVER);
  };
  const own = async (): Promise<Uint8Array> =>
    (await store.images('shapes-10', { filter: {}, offset: 5003, limit: 1 })).pixels;
  const size = 8 * 8 * 3;
  const imagesOf = (pixels: Uint8Array): string[] =>
    Array.from({ length: pixels.length / size }, (_, index) =>
      Buffer.from(pixels.subarray(index * size, (index + 1) * size)).toString('hex'),
    );

  it('is the image itself where nothing is augmented', async () => {
    const { pixels, ...shape } = await look(NOTHING, 3);
    const image = Buffer.from(await own()).toString('hex');
    expect(shape).toEqual({ height: 8, width: 8, channels: 3 });
    expect(imagesOf(pixels)).toEqual([image, image, image]);
  });

  it('is the image or its mirror image where images are mirrored', async () => {
    const pixels = await own();
    const mirrored = Uint8Array.from(pixels, (_, index) => {
      const [x, y, channel] = [Math.floor(index / 3) % 8, Math.floor(index / 24), index % 3];
      return pixels[(y * 8 + 7 - x) * 3 + channel] ?? 0;
    });
    const seen = new Set(imagesOf((await look({ ...NOTHING, mirror: true }, 32)).pixels));
    expect(seen).toEqual(new Set([pixels, mirrored].map((each) => Buffer.from(each).toString('hex'))));
  });

  it('is a blend with other images where images are mixed', async () => {
    const { pixels } = await look({ ...NOTHING, mixup: { alpha: 1 } }, 6);
    const image = Buffer.from(await own()).toString('hex');
    expect(imagesOf(pixels)).not.toContain(image);
    expect(new Set(imagesOf(pixels)).size).toBe(6);
  });

  it('is refused for a recipe that does not fit the images', async () => {
    expect(await rejectionOf(look({ ...NOTHING, cutout: { size: 9 } }))).toMatchObject({ code: 'recipe-invalid' });
  });
});
