import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GRID_HEIGHT, GRID_WIDTH, openDataset as open, press, waiting } from '../support/datasetScreen.ts';
import { giveSize } from '../support/renderScreen.ts';

let takeSizeBack: () => void;
beforeEach(() => {
  takeSizeBack = giveSize(GRID_WIDTH, GRID_HEIGHT);
});
afterEach(() => takeSizeBack());

describe('an export', () => {
  const WRITING = { phase: 'writing', exportId: 1, title: 'Fashion-MNIST', done: 7_000, total: 70_000 } as const;

  it('goes to the folder that is chosen, in the format that is chosen', async () => {
    const { bridge } = await open();
    await fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Export Fashion-MNIST, version 1' }));
    const button = dialog.getByRole<HTMLButtonElement>('button', { name: 'Export' });
    expect(button.disabled).toBe(true);
    bridge.handle('datasets/choose', () => ['/home/ada/out']);
    await fireEvent.click(dialog.getByRole('button', { name: 'Choose a folder' }));
    expect(await dialog.findByText('/home/ada/out')).toBeTruthy();
    await fireEvent.click(dialog.getByRole('radio', { name: 'npz' }));
    await fireEvent.click(button);
    const request = { id: 'fashion-mnist', version: 1, format: 'npz', directory: '/home/ada/out' };
    expect(bridge.inputsOf('datasets/export')).toEqual([request]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('tells how far it is, can be cancelled, and shows what it made', async () => {
    const { bridge } = await open();
    bridge.push('export', { ...WRITING, rate: 9_000, secondsLeft: 7 });
    const row = within(await screen.findByRole('group', { name: 'Export of Fashion-MNIST' }));
    expect(row.getByText('7,000 of 70,000')).toBeTruthy();
    expect(row.getByText(/7 s left at 9,000 images\/s/)).toBeTruthy();
    bridge.push('export', { phase: 'finished', exportId: 1, title: 'Fashion-MNIST', path: '/home/ada/out/f.npz' });
    await fireEvent.click(await row.findByRole('button', { name: 'Show in folder' }));
    expect(bridge.inputsOf('datasets/showExport')).toEqual([{ exportId: 1 }]);

    bridge.push('export', { ...WRITING, exportId: 2, title: 'again', rate: 9_000, secondsLeft: 7 });
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel writing again' }));
    await waitFor(() => expect(screen.queryByText('Writing again')).toBeNull());
  });

  it('that failed says why', async () => {
    const { bridge } = await open();
    const error = { code: 'disk-full', message: 'The disk is full.', action: 'Free some space.' } as const;
    bridge.push('export', { phase: 'failed', exportId: 1, title: 'Fashion-MNIST', error });
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full. Free some space.');
  });
});

describe('what the network sees', () => {
  it('is drawn by the recipe that is chosen in Train, of the image that is large, and again when asked', async () => {
    const { app, bridge } = await open();
    await press('ArrowRight');
    await press('Enter');
    const seen = within(await screen.findByRole('region', { name: 'What the network sees' }));
    expect(await seen.findAllByRole('img')).toHaveLength(8);
    const { recipe } = app.trainDraft.recipe;
    const request = { id: 'fashion-mnist', version: 1, image: 1, recipe, count: 8 };
    await waitFor(() => expect(bridge.inputsOf('datasets/augmented').at(-1)).toEqual(request));
    const asked = bridge.inputsOf('datasets/augmented').length;
    await fireEvent.click(await seen.findByRole('button', { name: 'Draw again' }));
    await waitFor(() => expect(bridge.inputsOf('datasets/augmented')).toHaveLength(asked + 1));
  });

  it('says why it cannot be drawn', async () => {
    const { bridge } = await open();
    bridge.refuse('datasets/augmented', {
      code: 'runtime-missing',
      message: 'TensorFlow is missing.',
      action: 'Install it.',
    });
    await press('Enter');
    const seen = within(await screen.findByRole('region', { name: 'What the network sees' }));
    expect((await seen.findByRole('alert')).textContent).toContain('TensorFlow is missing.');
  });
});

describe('duplicates', () => {
  const FOUND = {
    exact: { groups: 2, surplus: 3, acrossSplits: 1, acrossClasses: 0 },
    near: { groups: 0, surplus: 0, acrossSplits: 0, acrossClasses: 0 },
  };

  async function openGroups() {
    const opened = await open({ duplicates: FOUND });
    opened.bridge.handle('datasets/duplicates', ({ likeness, across }) => {
      if (likeness === 'near') return { groups: 0, page: [] };
      const page = [{ images: [3, 17, 60_001] }, { images: [5, 6] }];
      return across ? { groups: 1, page: page.slice(0, 1) } : { groups: 2, page };
    });
    expect(screen.getByText('In two splits').parentElement?.textContent).toContain('1 group');
    await fireEvent.click(screen.getByRole('tab', { name: 'Duplicates 2' }));
    return opened;
  }

  it('are shown in groups, and all but one are dropped by pressing the one that stays', async () => {
    await openGroups();
    expect(await screen.findByText(/2 groups with the same pixels, 3 of the images too many/)).toBeTruthy();
    expect(screen.getByText(/1 lie in several splits/)).toBeTruthy();
    const group = within(await screen.findByRole('listitem', { name: 'Group 1' }));
    await fireEvent.click(await group.findByRole('button', { name: 'Keep train/00017, drop the others' }));
    expect(waiting().getByRole('status').textContent).toBe('exclude 2 images');
    expect(group.getByText('one stays')).toBeTruthy();
  });

  it('are dropped everywhere by one edit, and only across splits where that is asked', async () => {
    const { app } = await openGroups();
    await fireEvent.click(await screen.findByLabelText('Only across splits'));
    await fireEvent.click(await screen.findByRole('button', { name: 'Drop the training copies' }));
    expect(app.edits.edits).toEqual([{ kind: 'excludeDuplicates', likeness: 'exact', across: true }]);
  });

  it('say when there are none, and when they are still being found', async () => {
    await openGroups();
    await fireEvent.click(screen.getByRole('radio', { name: 'Look alike' }));
    expect(await screen.findByText(/No two images are alike in this way/)).toBeTruthy();
  });

  it('are waited for', async () => {
    await open({ duplicates: null });
    await fireEvent.click(screen.getByRole('tab', { name: 'Duplicates' }));
    expect(screen.getByText(/Duplicates are being found/)).toBeTruthy();
  });
});
