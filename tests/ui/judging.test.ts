import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

beforeEach(() => {
  localStorage.clear();
});

async function open(): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({
    runs: [buildRunDetail({ id: 1, datasetVersion: 1 })],
    datasets: [buildDatasetDetail()],
  });
  const app = await renderScreen(RunsScreen, bridge);
  await fireEvent.click(screen.getByRole('tab', { name: 'Test' }));
  return { bridge, app };
}

async function judge(): Promise<void> {
  await fireEvent.click(await screen.findByRole('button', { name: 'Judge the test split' }));
  await screen.findByRole('grid', { name: 'Confusion matrix' });
}

const asked = (bridge: FakeBridge): readonly (readonly number[] | undefined)[] =>
  bridge.inputsOf('datasets/images').flatMap(({ filter }) => (filter.images === undefined ? [] : [filter.images]));

describe('the test of a run', () => {
  it('is asked for, and tells accuracy, classes and the surest mistakes', async () => {
    const { bridge } = await open();
    await judge();
    expect(bridge.inputsOf('runs/judge')).toEqual([{ id: 1, split: 'test' }]);
    screen.getByText('70.00');
    await waitFor(() => expect(asked(bridge).at(-1)).toEqual([50_008, 50_009, 50_007]));
    const list = within(await screen.findByRole('list', { name: 'Judged images' }));
    expect(list.getAllByRole('button')[0]?.getAttribute('aria-label')).toContain('Pullover told to be Coat, 97% sure');
  });

  it('opens the images of a cell of the matrix, and goes back to all', async () => {
    const { bridge } = await open();
    await judge();
    await fireEvent.click(screen.getByRole('button', { name: /^Coat taken for T-shirt/ }));
    await waitFor(() => expect(asked(bridge).at(-1)).toEqual([50_009]));
    await fireEvent.click(screen.getByRole('button', { name: 'All images' }));
    await waitFor(() => expect(asked(bridge).at(-1)).toEqual([50_008, 50_009, 50_007]));
  });

  it('moves through the matrix by arrows with one tab stop', async () => {
    await open();
    await judge();
    const grid = screen.getByRole('grid', { name: 'Confusion matrix' });
    const stops = (): readonly string[] =>
      [...grid.querySelectorAll<HTMLElement>('[tabindex="0"]')].map((cell) => cell.dataset['cell'] ?? '');
    expect(stops()).toEqual(['0 0']);
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: 'ArrowRight' });
    await fireEvent.keyDown(grid, { key: 'ArrowUp' });
    await fireEvent.keyDown(grid, { key: 'ArrowUp' });
    expect(stops()).toEqual(['0 1']);
  });

  it('leaves images with suspicious labels out of the next version of the data', async () => {
    const { bridge, app } = await open();
    await judge();
    const list = within(await screen.findByRole('list', { name: 'Judged images' }));
    for (const button of list.getAllByRole('button').slice(0, 2)) await fireEvent.click(button);
    await fireEvent.click(screen.getByRole('button', { name: 'Leave 2 out of the dataset' }));
    await waitFor(() =>
      expect(bridge.inputsOf('datasets/edit')).toEqual([
        { id: 'fashion-mnist', version: 1, edits: [{ kind: 'exclude', images: [50_008, 50_009] }] },
      ]),
    );
    await waitFor(() => expect(app.toasts.current?.message).toContain('Left 2 images out of Fashion-MNIST'));
  });

  it('says why it cannot be done', async () => {
    const { bridge } = await open();
    bridge.refuse('runs/judge', {
      code: 'dataset-mismatch',
      message: 'The content has changed.',
      action: 'Import it.',
    });
    await fireEvent.click(await screen.findByRole('button', { name: 'Judge the test split' }));
    await screen.findByText('The content has changed.');
    screen.getByRole('button', { name: 'Judge again' });
  });
});
