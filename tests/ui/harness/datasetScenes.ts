/** What the harness can show of the screen of datasets. */

import type { FoundDataset } from '../../../src-main/contract/conversion.ts';
import { buildDatasetDetail, buildPreview, buildSplit } from '../../support/buildDataset.ts';
import type { FakeContents } from '../../support/fakeBridge.ts';
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

/** The scenes of this screen, of a full lab. */
export function datasetScenes(full: FakeContents): Readonly<Record<string, Scene>> {
  return {
    datasets: { screen: 'datasets', contents: full },
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
