import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GRID_HEIGHT, GRID_WIDTH, grid, openDataset as open, press, waiting } from '../support/datasetScreen.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { giveSize } from '../support/renderScreen.ts';

let takeSizeBack: () => void;
beforeEach(() => {
  takeSizeBack = giveSize(GRID_WIDTH, GRID_HEIGHT);
});
afterEach(() => takeSizeBack());

const selected = () => screen.getByRole('toolbar', { name: 'Selected images' });
async function choose(menu: string, item: RegExp | string): Promise<void> {
  await fireEvent.click(screen.getByRole('button', { name: menu }));
  await fireEvent.click(screen.getByRole('menuitem', { name: item }));
}

describe('selected images', () => {
  it('are selected by click, Ctrl and Shift', async () => {
    await open();
    const at = (column: number, more: object = {}) =>
      fireEvent.click(grid(), { clientX: column * 50 + 10, clientY: 10, ...more });
    await at(2);
    expect(selected().textContent).toContain('1 selected');
    await at(5, { ctrlKey: true });
    expect(selected().textContent).toContain('2 selected');
    await at(8, { shiftKey: true });
    await waitFor(() => expect(selected().textContent).toContain('5 selected'));
    await at(0);
    expect(selected().textContent).toContain('1 selected');
    await press('Escape');
    expect(screen.queryByRole('toolbar', { name: 'Selected images' })).toBeNull();
  });

  it('are selected by Space and Shift with arrows, and all by Ctrl A, with what is not in sight', async () => {
    const { bridge } = await open({ images: 600 });
    await press(' ');
    await press('ArrowDown', { shiftKey: true });
    await waitFor(() => expect(selected().textContent).toContain('13 selected'));
    const read = bridge.inputsOf('datasets/images').length;
    await press('a', { ctrlKey: true });
    await waitFor(() => expect(selected().textContent).toContain('600 selected'));
    expect(bridge.inputsOf('datasets/images')).toHaveLength(read);
  });

  it('that are one lead to those that are like it, and back', async () => {
    const { bridge } = await open();
    await press('ArrowRight');
    await press(' ');
    await fireEvent.click(screen.getByRole('button', { name: 'Images like it' }));
    await waitFor(() => expect(bridge.inputsOf('datasets/images').at(-1)).toMatchObject({ filter: { like: 1 } }));
    expect(screen.getByRole('button', { name: /^duplicates\s*of one image$/ })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    await waitFor(() => expect(bridge.inputsOf('datasets/images').at(-1)).toMatchObject({ filter: {} }));
  });

  it('wait to be excluded, moved and relabelled, in turn', async () => {
    await open();
    await press(' ');
    await press('Delete');
    await waitFor(() => expect(waiting().getByRole('status').textContent).toBe('exclude 1 image'));
    await press('ArrowRight');
    await press(' ');
    await choose('Move to', 'validation');
    await press('ArrowRight');
    await press(' ');
    await choose('Relabel', 'Bag');
    expect(waiting().getByText('3 edits')).toBeTruthy();
    const words = 'exclude 1 image; move 1 image to validation; relabel 1 image Bag';
    expect(waiting().getByRole('status').textContent).toBe(words);
  });

  it('are not deleted with the dataset by Delete', async () => {
    const { bridge } = await open();
    await press('Delete');
    expect(bridge.inputsOf('datasets/remove')).toEqual([]);
    expect(waiting().getByRole('status').textContent).toBe('exclude 1 image');
  });
});

describe('edits that wait', () => {
  it('are taken back one by one, by Ctrl Z, and all at once', async () => {
    await open();
    await press('Delete');
    await press('ArrowRight');
    await press('Delete');
    await waitFor(() => expect(waiting().getByText('2 edits')).toBeTruthy());
    await fireEvent.keyDown(document.body, { key: 'z', code: 'KeyZ', ctrlKey: true });
    expect(await waiting().findByText('1 edit')).toBeTruthy();
    await fireEvent.click(waiting().getByRole('button', { name: 'Take all back' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Edits that wait' })).toBeNull());
  });

  it('become the next version, which is shown', async () => {
    const { bridge } = await open();
    await press('ArrowRight');
    await press('Delete');
    await fireEvent.click(await waiting().findByRole('button', { name: /Make version 2/ }));
    const edits = [{ kind: 'exclude', images: [1] }];
    expect(bridge.inputsOf('datasets/edit')).toEqual([{ id: 'fashion-mnist', version: 1, edits }]);
    expect(await screen.findAllByText('Made version 2 of Fashion-MNIST')).not.toEqual([]);
    expect(screen.queryByRole('region', { name: 'Edits that wait' })).toBeNull();
    expect(screen.getByRole('tab', { name: 'Versions 2' })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: /^Undo/ }));
    expect(bridge.inputsOf('datasets/undoEdit')).toEqual([{ id: 'fashion-mnist', version: 2 }]);
    expect(await screen.findByRole('tab', { name: 'Versions 1' })).toBeTruthy();
  });

  it('stay where they cannot be made, with the reason', async () => {
    const { bridge } = await open();
    bridge.refuse('datasets/edit', {
      code: 'edit-class-emptied',
      message: 'Nothing would be left of the class Bag.',
      action: 'Keep an image of it, or exclude the class.',
    });
    await press('Delete');
    await fireEvent.click(await waiting().findByRole('button', { name: /Make version 2/ }));
    expect((await waiting().findByRole('alert')).textContent).toContain('Nothing would be left of the class Bag.');
    expect(waiting().getByText('1 edit')).toBeTruthy();
  });

  it('rename, merge and exclude classes', async () => {
    const { bridge } = await open();
    await choose('Edit', 'Rename a class…');
    let dialog = within(screen.getByRole('dialog'));
    await fireEvent.input(dialog.getByLabelText('Name'), { target: { value: 'Trouser' } });
    expect(dialog.getByRole('alert').textContent).toContain('Another class has this name');
    await fireEvent.input(dialog.getByLabelText('Name'), { target: { value: 'Shirt, short' } });
    await fireEvent.click(dialog.getByRole('button', { name: /Add to the edits/ }));

    await choose('Edit', 'Merge two classes…');
    dialog = within(screen.getByRole('dialog'));
    await fireEvent.change(dialog.getByLabelText('Class'), { target: { value: '9' } });
    await fireEvent.change(dialog.getByLabelText('Into'), { target: { value: '7' } });
    await fireEvent.click(dialog.getByRole('button', { name: /Add to the edits/ }));

    await choose('Edit', 'Exclude a class…');
    dialog = within(screen.getByRole('dialog'));
    await fireEvent.change(dialog.getByLabelText('Class'), { target: { value: '8' } });
    expect(dialog.getByText('7,000 images will not be in the next version.')).toBeTruthy();
    await fireEvent.click(dialog.getByRole('button', { name: /Add to the edits/ }));

    await fireEvent.click(waiting().getByRole('button', { name: /Make version 2/ }));
    expect(bridge.inputsOf('datasets/edit')[0]?.edits).toEqual([
      { kind: 'renameClass', label: 0, name: 'Shirt, short' },
      { kind: 'mergeClasses', labels: [7, 9], name: 'Sneaker' },
      { kind: 'excludeClass', label: 8 },
    ]);
  });

  it('split anew, and say before how many images each split gets', async () => {
    const { bridge } = await open();
    await choose('Edit', 'Split anew…');
    const dialog = within(screen.getByRole('dialog'));
    await fireEvent.input(dialog.getByRole('slider', { name: 'Validation' }), { target: { value: '15' } });
    await fireEvent.input(dialog.getByLabelText('Seed'), { target: { value: '11' } });
    expect(dialog.getByRole('row', { name: 'validation 0 10,500' })).toBeTruthy();
    expect(dialog.getByRole('row', { name: 'train 60,000 52,500' })).toBeTruthy();
    await fireEvent.click(dialog.getByRole('button', { name: /Add to the edits/ }));
    await fireEvent.click(waiting().getByRole('button', { name: /Make version 2/ }));
    const shares = { train: 0.75, validation: 0.15, test: 0.1 };
    expect(bridge.inputsOf('datasets/edit')[0]?.edits).toEqual([
      { kind: 'resplit', shares, seed: 11, stratified: true },
    ]);
  });
});

describe('versions', () => {
  const HISTORY = [
    { number: 1, createdAt: '2026-11-21T18:02:00.000Z', note: 'Imported', images: 70_000, contentHash: 'a1' },
    { number: 2, createdAt: '2026-11-22T18:02:00.000Z', note: 'Excluded 12 images', images: 69_988, contentHash: 'b2' },
  ];

  it('are told with what was done, how many images that left, and the runs that saw each', async () => {
    const { app } = await open({ version: 2, versions: HISTORY }, [
      { id: 4, name: 'First look', datasetVersion: 1 },
      { id: 5, name: 'Other data', datasetId: 'shapes' },
    ]);
    await fireEvent.click(screen.getByRole('tab', { name: 'Versions 2' }));
    const history = within(screen.getByRole('region', { name: 'Versions of Fashion-MNIST' }));
    expect(history.getByText('Excluded 12 images')).toBeTruthy();
    expect(history.getByText('−12 images')).toBeTruthy();
    expect(history.queryByRole('button', { name: 'Other data' })).toBeNull();
    await fireEvent.click(history.getByRole('button', { name: 'First look' }));
    expect(app.navigation.screen).toBe('runs');
    expect(app.runs.selectedId).toBe(4);
  });

  it('are looked at one at a time, and trained on', async () => {
    const { app, bridge } = await open({ version: 2, versions: HISTORY });
    bridge.handle('datasets/show', ({ version }) => buildDatasetDetail({ version: version ?? 2, versions: HISTORY }));
    await fireEvent.click(screen.getByRole('button', { name: 'v2' }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: /^v1, .*: Imported/ }));
    expect(await screen.findByRole('button', { name: 'v1 of 2' })).toBeTruthy();
    await waitFor(() => expect(bridge.inputsOf('datasets/images').at(-1)).toMatchObject({ version: 1 }));
    await fireEvent.keyDown(document.body, { key: 't', code: 'KeyT' });
    expect(app.trainDraft.request).toMatchObject({ dataset: 'fashion-mnist', datasetVersion: 1 });
  });
});

describe('filters', () => {
  it('ask for duplicates, source sizes and words, and are all lifted at once', async () => {
    const sizes = {
      mean: [1],
      standardDeviation: [1],
      imbalance: 1,
      differentSizes: 2,
      sourceSizes: [
        { height: 300, width: 400, images: 9 },
        { height: 60, width: 40, images: 1 },
      ],
    };
    const { app, bridge } = await open({ statistics: { train: sizes, validation: sizes, test: sizes } });
    await fireEvent.click(screen.getByRole('button', { name: /^duplicates\s*any$/ }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: 'near, in another split' }));
    await fireEvent.click(screen.getByRole('button', { name: /^source\s*any$/ }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: '256 to 511 px' }));
    await fireEvent.input(screen.getByLabelText('Find images'), { target: { value: 'boot' } });
    const filter = {
      duplicates: { likeness: 'near', across: true },
      sourceSize: { least: 256, most: 511 },
      text: 'boot',
    };
    expect(app.datasetPages.filter).toEqual(filter);
    expect(bridge.inputsOf('datasets/images')).toContainEqual(expect.objectContaining({ filter, offset: 0 }));
    await fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(app.datasetPages.filter).toEqual({});
  });
});
