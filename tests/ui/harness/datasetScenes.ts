/** What the harness can show of the screen of datasets. */

import type { FoundDataset } from '../../../src-main/contract/conversion.ts';
import { buildDatasetDetail, buildImagePage, buildPreview, buildSplit } from '../../support/buildDataset.ts';
import type { AppState } from '../../../src-renderer/state/app.svelte.ts';
import type { FakeBridge, FakeContents } from '../../support/fakeBridge.ts';
import type { Scene } from './scenes.ts';

/** Two datasets: one of grey images, one of coloured ones with files left out. */
export const DATASETS = [
  buildDatasetDetail(),
  buildDatasetDetail({
    id: 'shapes',
    name: 'Shapes-10',
    format: 'sample',
    source: 'sample:shapes',
    height: 32,
    width: 32,
    channels: 3,
    splits: { train: buildSplit(450, 10), validation: buildSplit(50, 10), test: buildSplit(100, 10) },
    images: 6000,
    mean: [120.1, 118.4, 121.9],
    standardDeviation: [61.2, 60.8, 62.5],
    splitSeed: 1,
    skippedCount: 2,
    skipped: [
      { path: 'train/bag/img_00412.jpg', reason: 'Truncated JPEG', remedy: 'Export it again' },
      { path: 'test/shirt/0091.png', reason: 'Empty file', remedy: 'Copy it again' },
    ],
  }),
];

const FOUND: readonly FoundDataset[] = [
  { choice: 'digits', format: 'idx', title: 'IDX files, digits', images: 70_000, classNames: [] },
  { choice: 'cifar', format: 'cifar', title: 'CIFAR-10, binary version', images: 60_000, classNames: [] },
  { choice: 'faces', format: 'folder', title: 'Images, a folder per class', images: null, classNames: ['ada', 'bob'] },
];

const UNKNOWN = {
  code: 'format-unknown',
  message: 'There is no dataset in letters.',
  action: 'Choose a folder with one folder of images for each class, or one of the known files.',
} as const;

const SIZES = Array.from({ length: 14 }, (_, index) => ({
  height: 375 - index * 13,
  width: 500 - index * 9,
  images: 400 - index * 25,
}));

/** The first dataset with a history, doubles and source sizes. */
function edited(full: FakeContents): FakeContents {
  const [first, ...others] = DATASETS;
  if (first === undefined) return full;
  const note = ['Imported', 'Excluded 12 images', 'Split 80 / 10 / 10 with seed 11, stratified'];
  const versions = note.map((words, index) => ({
    number: index + 1,
    createdAt: `2026-11-2${String(index + 1)}T18:02:00.000Z`,
    note: words,
    images: index === 0 ? 70_012 : 70_000,
    contentHash: first.contentHash,
  }));
  const duplicates = {
    exact: { groups: 400, surplus: 431, acrossSplits: 41, acrossClasses: 3 },
    near: { groups: 1210, surplus: 1633, acrossSplits: 196, acrossClasses: 11 },
  };
  const train = { ...first.statistics.train, sourceSizes: SIZES, differentSizes: 214 };
  const statistics = { ...first.statistics, train };
  const runs = full.runs?.map((run, index) => ({ ...run, datasetVersion: 1 + (index % 3) })) ?? [];
  return { ...full, runs, datasets: [{ ...first, version: 3, versions, duplicates, statistics }, ...others] };
}

const grid = () => document.querySelector<HTMLElement>('[role="listbox"][aria-label="Images"]');

/** Presses what a person would, once it is there. */
function press(role: string, name: RegExp): void {
  const find = (): boolean => {
    const found = [...document.querySelectorAll<HTMLElement>(`[role="${role}"], ${role}`)];
    const target = found.find((element) => name.test(element.textContent.trim()));
    target?.click();
    return target !== undefined;
  };
  const again = setInterval(() => {
    if (find()) clearInterval(again);
  }, 20);
}

/** Some images selected, some to be excluded, some to be moved, some with doubles. */
async function select(bridge: FakeBridge, app: AppState): Promise<void> {
  bridge.handle('datasets/images', ({ id, offset, limit }) => {
    const page = buildImagePage(bridge.datasets.get(id) ?? buildDatasetDetail(), offset, limit);
    return { ...page, images: page.images.map((image) => ({ ...image, duplicates: image.index % 17 === 5 ? 1 : 0 })) };
  });
  app.datasetPages.setFilter({ split: 'train' });
  app.edits.add({ kind: 'exclude', images: [12, 13, 14, 30] });
  app.edits.add({ kind: 'move', images: [20, 21], to: 'validation' });
  app.edits.add({ kind: 'relabel', images: [22], label: 3 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const click = (x: number, y: number, more: object): void => {
    const box = grid()?.getBoundingClientRect();
    const at = { clientX: (box?.left ?? 0) + x, clientY: (box?.top ?? 0) + y, bubbles: true };
    grid()?.dispatchEvent(new MouseEvent('click', { ...at, ...more }));
  };
  click(60, 110, {});
  click(260, 160, { shiftKey: true });
}

/** The scenes of this screen, of a full lab. */
export function datasetScenes(full: FakeContents): Readonly<Record<string, Scene>> {
  return {
    datasets: { screen: 'datasets', contents: full },
    'datasets-selected': {
      screen: 'datasets',
      contents: edited(full),
      after: (bridge, app) => void select(bridge, app),
    },
    'datasets-duplicates': {
      screen: 'datasets',
      contents: edited(full),
      after: (bridge) => {
        bridge.handle('datasets/duplicates', ({ offset }) => ({
          groups: 400,
          page: Array.from({ length: 50 }, (_, row) => ({
            images: Array.from({ length: 2 + ((row + offset) % 9) }, (_, place) => (row + offset) * 10 + place),
          })),
        }));
        press('tab', /^Duplicates/);
      },
    },
    'datasets-statistics': { screen: 'datasets', contents: edited(full), after: () => press('tab', /^Statistics/) },
    'datasets-versions': { screen: 'datasets', contents: edited(full), after: () => press('tab', /^Versions/) },
    'datasets-large': {
      screen: 'datasets',
      contents: edited(full),
      after: () => {
        setTimeout(() => grid()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })), 200);
      },
    },
    'datasets-split': {
      screen: 'datasets',
      contents: edited(full),
      after: () => {
        press('button', /^Edit/);
        press('menuitem', /^Split anew/);
      },
    },
    'datasets-empty': { screen: 'datasets', contents: {} },
    'datasets-sheet': {
      screen: 'datasets',
      contents: full,
      after: (_bridge, app) => app.imports.addPaths(['/home/ada/flowers']),
    },
    'datasets-sheet-several': {
      screen: 'datasets',
      contents: full,
      after: (bridge, app) => {
        bridge.handle('datasets/preview', (request) => ({ ...buildPreview(request), found: FOUND, choice: 'digits' }));
        app.imports.addPaths(['/home/ada/everything.zip', '/home/ada/more']);
      },
    },
    'datasets-sheet-failed': {
      screen: 'datasets',
      contents: full,
      after: (bridge, app) => {
        bridge.refuse('datasets/preview', UNKNOWN);
        app.imports.addPaths(['/home/ada/letters']);
      },
    },
    'datasets-importing': {
      screen: 'datasets',
      contents: full,
      after: (bridge) =>
        bridge.push('import', {
          phase: 'reading',
          importId: 1,
          title: 'roses-17',
          done: 1214,
          total: 1360,
          skipped: 3,
          rate: 310,
          secondsLeft: 0.5,
        }),
    },
  };
}
