/** The screen of datasets on a fake main process, and the parts of it that tests press. */

import { fireEvent, screen, within } from '@testing-library/svelte';
import type { DatasetDetail } from '../../src-main/contract/dataset.ts';
import DatasetsScreen from '../../src-renderer/features/datasets/DatasetsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildDatasetDetail } from './buildDataset.ts';
import { buildRunDetail } from './buildRun.ts';
import { FakeBridge } from './fakeBridge.ts';
import { filteredImages, renderScreen } from './renderScreen.ts';

/** Opens the screen with one dataset, a grid of 12 columns and 9 whole rows (`giveSize(GRID_WIDTH, GRID_HEIGHT)`). */
export async function openDataset(
  overrides: Partial<DatasetDetail> = {},
  runs: Parameters<typeof buildRunDetail>[0][] = [],
): Promise<{ readonly app: AppState; readonly bridge: FakeBridge }> {
  const datasets = [buildDatasetDetail(overrides)];
  const bridge = new FakeBridge({ datasets, runs: runs.map((run) => buildRunDetail(run)) });
  bridge.handle('datasets/images', filteredImages(bridge));
  const app = await renderScreen(DatasetsScreen, bridge);
  await screen.findByText(/^1 to 108 of/);
  return { app, bridge };
}

/** Size of every element for a grid of 12 columns and 9 whole rows. */
export const GRID_WIDTH = 12 * 50 - 2 + 30;
export const GRID_HEIGHT = 448;

/** The grid of images. */
export const grid = (): HTMLElement => screen.getByRole('listbox', { name: 'Images' });

/** Presses a key in the grid. */
export const press = (key: string, more: object = {}): Promise<boolean> => fireEvent.keyDown(grid(), { key, ...more });

/** The bar of edits that wait. */
export const waiting = () => within(screen.getByRole('region', { name: 'Edits that wait' }));
