import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src-main/contract/errors.ts';
import DatasetsScreen from '../../src-renderer/features/datasets/DatasetsScreen.svelte';
import { buildDatasetDetail, buildSplit } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { filteredImages, giveSize, renderScreen } from '../support/renderScreen.ts';

const READING = {
  phase: 'reading',
  importId: 7,
  title: 'roses-17',
  done: 1214,
  total: 1360,
  skipped: 3,
  rate: 310,
  secondsLeft: 4,
} as const;

/** A grid of 12 columns and 9 whole rows. */
let takeSizeBack: () => void;
beforeEach(() => {
  takeSizeBack = giveSize(12 * 50 - 2 + 30, 448);
});
afterEach(() => takeSizeBack());

function bridgeWith(...datasets: Parameters<typeof buildDatasetDetail>[0][]): FakeBridge {
  const bridge = new FakeBridge({ datasets: datasets.map((overrides) => buildDatasetDetail(overrides)) });
  bridge.handle('datasets/images', filteredImages(bridge));
  return bridge;
}

/** Requests of the grid: those for one image each are thumbnails. */
function pages(bridge: FakeBridge) {
  return bridge.inputsOf('datasets/images').filter(({ limit }) => limit > 1);
}

/** Opens a menu and chooses from it. */
async function choose(menu: string, item: RegExp): Promise<void> {
  await fireEvent.click(screen.getByRole('button', { name: menu }));
  await fireEvent.click(screen.getByRole('menuitem', { name: item }));
}

describe('without a dataset', () => {
  it('makes the sample with one press, which needs no file', async () => {
    const bridge = new FakeBridge();
    await renderScreen(DatasetsScreen, bridge);
    await fireEvent.click(screen.getByRole('button', { name: 'Make Shapes-10' }));
    expect(bridge.inputsOf('datasets/import')).toEqual([{ source: { kind: 'sample', sample: 'shapes' } }]);
  });

  it('shows what would become of the folder that the dialog gives, and nothing when it is closed', async () => {
    const bridge = new FakeBridge();
    await renderScreen(DatasetsScreen, bridge);
    const add = screen.getByRole('button', { name: 'Add a folder' });
    await fireEvent.click(add);
    await waitFor(() => expect(bridge.inputsOf('datasets/choose')).toEqual([{ kind: 'folder' }]));
    expect(screen.queryByRole('dialog')).toBeNull();

    bridge.handle('datasets/choose', () => ['/home/ada/roses']);
    await fireEvent.click(add);
    expect(await screen.findByRole('dialog', { name: 'Import roses' })).toBeTruthy();
    expect(bridge.inputsOf('datasets/import')).toEqual([]);
  });
});

describe('a dataset that cannot be read', () => {
  it('is named beside the others, and can be put away', async () => {
    const bridge = bridgeWith({ id: 'whole-1', name: 'whole' });
    const failure: Failure = {
      code: 'dataset-damaged',
      message: 'The dataset in torn-2 is damaged.',
      action: 'Import it again.',
    };
    const damaged = [{ id: 'torn-2', failure } as const];
    bridge.handle('datasets/list', () => ({ datasets: [...bridge.datasets.values()], damaged }));
    bridge.handle('datasets/remove', () => null);
    await renderScreen(DatasetsScreen, bridge);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The dataset in torn-2 is damaged. Import it again.');
    expect(screen.getByRole('option', { name: /whole/ })).toBeTruthy();
    await fireEvent.click(within(alert).getByRole('button', { name: 'Delete' }));
    expect(bridge.inputsOf('datasets/remove')).toEqual([{ id: 'torn-2' }]);
    await waitFor(() => expect(screen.queryByText(/torn-2 is damaged/)).toBeNull());
  });
});

describe('an import', () => {
  it('tells how far it is, what it skipped and how fast, and can be cancelled', async () => {
    const bridge = bridgeWith({});
    await renderScreen(DatasetsScreen, bridge);
    bridge.push('import', READING);
    await screen.findByText('Reading roses-17');
    expect(screen.getByText('1,214 of 1,360, 3 skipped')).toBeTruthy();
    expect(screen.getByText(/4 s left at 310 images\/s/)).toBeTruthy();

    await fireEvent.click(screen.getByRole('button', { name: 'Cancel reading roses-17' }));
    expect(bridge.inputsOf('datasets/cancelImport')).toEqual([{ importId: 7 }]);
    await waitFor(() => expect(screen.queryByText('Reading roses-17')).toBeNull());
  });

  it('that failed says what happened and what to do, until it is put away', async () => {
    const bridge = bridgeWith({});
    await renderScreen(DatasetsScreen, bridge);
    const error = {
      code: 'dataset-empty',
      message: 'The folder "roses" has no images in it.',
      action: 'Choose another folder.',
    } as const;
    bridge.push('import', { phase: 'failed', importId: 7, title: 'roses', error });
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('The folder "roses" has no images in it. Choose another folder.');
    await fireEvent.click(within(notice).getByRole('button', { name: 'Put away' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('that cannot start says why', async () => {
    const bridge = new FakeBridge();
    bridge.refuse('datasets/import', { code: 'disk-full', message: 'The disk is full.', action: 'Free some space.' });
    await renderScreen(DatasetsScreen, bridge);
    await fireEvent.click(screen.getByRole('button', { name: 'Make Shapes-10' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full. Free some space.');
  });

  it('that is done opens its dataset', async () => {
    const bridge = bridgeWith({});
    await renderScreen(DatasetsScreen, bridge);
    const shapes = buildDatasetDetail({ id: 'shapes-10', name: 'Shapes-10', contentHash: 'abc', format: 'sample' });
    bridge.datasets.set(shapes.id, shapes);
    bridge.push('import', { phase: 'finished', importId: 7, dataset: shapes });
    expect(await screen.findByRole('heading', { name: 'Shapes-10' })).toBeTruthy();
  });
});

describe('the dataset that is open', () => {
  it('shows counts, size, mean and deviation, and how it was converted', async () => {
    await renderScreen(DatasetsScreen, bridgeWith({ splitSeed: 42 }));
    expect(screen.getByText('60,000 / 0 / 10,000')).toBeTruthy();
    expect(screen.getByText('28 × 28 × 1')).toBeTruthy();
    expect(await screen.findByText('0.2860, 0.3530')).toBeTruthy();
    expect(screen.getByText(/Stored as they were: 28 by 28 grey pixels\. Split with seed 42\./)).toBeTruthy();
  });

  it('lists skipped files with reason and remedy', async () => {
    const skipped = [{ path: 'bag/0412.jpg', reason: 'Truncated JPEG', remedy: 'Export it again' }];
    await renderScreen(DatasetsScreen, bridgeWith({ skipped, skippedCount: 1 }));
    const row = (await screen.findByText('bag/0412.jpg')).closest('tr');
    expect(row?.textContent).toContain('Truncated JPEG');
    expect(row?.textContent).toContain('Export it again');
    expect(screen.getByText('1 of 70,001; the rest of the import went through')).toBeTruthy();
  });

  it('takes another name, and says when one is taken', async () => {
    const bridge = bridgeWith({});
    await renderScreen(DatasetsScreen, bridge);
    await fireEvent.keyDown(document.body, { key: 'F2', code: 'F2' });
    const field = await screen.findByLabelText<HTMLInputElement>('Name of the dataset');
    bridge.refuse('datasets/rename', {
      code: 'dataset-name-taken',
      message: 'There is a dataset named "Clothes".',
      action: 'Choose another name.',
    });
    await fireEvent.input(field, { target: { value: 'Clothes' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect((await screen.findByRole('alert')).textContent).toContain('There is a dataset named "Clothes".');

    bridge.handle('datasets/rename', ({ id, name }) => buildDatasetDetail({ id, name }));
    await fireEvent.input(field, { target: { value: 'Garments' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByRole('heading', { name: 'Garments' })).toBeTruthy();
  });

  it('keeps its name on Escape', async () => {
    const bridge = bridgeWith({});
    await renderScreen(DatasetsScreen, bridge);
    await choose('More', /Rename this dataset/);
    const field = screen.getByLabelText('Name of the dataset');
    await fireEvent.input(field, { target: { value: 'Other' } });
    await fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.getByRole('heading', { name: 'Fashion-MNIST' })).toBeTruthy();
    expect(bridge.inputsOf('datasets/rename')).toEqual([]);
  });

  it('is deleted at once, with the way back', async () => {
    const bridge = bridgeWith({});
    const app = await renderScreen(DatasetsScreen, bridge);
    await screen.findByText('1 to 108 of 70,000');
    await fireEvent.keyDown(screen.getByRole('listbox', { name: 'Images' }), { key: 'ArrowRight' });
    expect(app.readout.subject).toBe('train/00001');
    await choose('More', /Delete this dataset/);
    expect(await screen.findByText('No datasets yet.')).toBeTruthy();
    expect(app.readout.subject).toBe('');
    await fireEvent.click(screen.getByRole('button', { name: /Undo/ }));
    expect(await screen.findByRole('heading', { name: 'Fashion-MNIST' })).toBeTruthy();
  });

  it('goes to Train with T, chosen there', async () => {
    const bridge = bridgeWith({}, { id: 'shapes-10', name: 'Shapes-10', contentHash: 'abc' });
    const app = await renderScreen(DatasetsScreen, bridge);
    await fireEvent.click(screen.getByRole('option', { name: /Shapes-10/ }));
    await fireEvent.keyDown(document.body, { key: 't', code: 'KeyT' });
    expect(app.navigation.screen).toBe('train');
    expect(app.trainDraft.dataset?.id).toBe('shapes-10');
  });
});

describe('the images', () => {
  const grid = () => screen.getByRole('listbox', { name: 'Images' });
  const picked = () => within(grid()).getByRole('option').textContent.trim();

  it('reads only the pages in sight and their neighbours, however many images there are', async () => {
    const splits = { train: buildSplit(10_000, 10), validation: buildSplit(0, 10), test: buildSplit(0, 10) };
    const bridge = bridgeWith({ images: 100_000, splits });
    await renderScreen(DatasetsScreen, bridge);
    expect(await screen.findByText('1 to 108 of 100,000')).toBeTruthy();
    expect(pages(bridge).map(({ offset }) => offset)).toEqual([0, 240]);

    await fireEvent.keyDown(grid(), { key: 'End' });
    await waitFor(() => expect(picked()).toContain('train/99999'));
    expect(pages(bridge).length).toBeLessThanOrEqual(5);
  });

  it('moves with the arrow keys and reads out what is picked', async () => {
    const app = await renderScreen(DatasetsScreen, bridgeWith({}));
    await waitFor(() => expect(picked()).toContain('train/00000'));
    await fireEvent.keyDown(grid(), { key: 'ArrowDown' });
    await fireEvent.keyDown(grid(), { key: 'ArrowRight' });
    await waitFor(() => expect(picked()).toContain('train/00013, class Dress, train'));
    expect(app.readout.subject).toBe('train/00013');
  });

  it('opens one large with Enter, turns with the arrows, tells pixels, and closes with Escape', async () => {
    const bridge = bridgeWith({});
    const app = await renderScreen(DatasetsScreen, bridge);
    await waitFor(() => expect(picked()).toContain('train/00000'));
    await fireEvent.keyDown(grid(), { key: 'Enter' });
    const large = await screen.findByRole('group', { name: 'Image' });
    await fireEvent.keyDown(large, { key: 'ArrowRight' });
    expect(await within(large).findByText('train/00001')).toBeTruthy();

    await fireEvent.keyDown(large, { key: 'ArrowUp', shiftKey: true });
    const value = ((13 * 28 + 14) * (1 + 3) + 1 * 7) % 256;
    await waitFor(() => expect(app.readout.facts).toEqual(['pixel 14, 13', `value ${String(value)} of 255`]));

    await fireEvent.keyDown(large, { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(grid()));
    expect(picked()).toContain('train/00001');
  });

  it('filters by split and by class, from the first image on', async () => {
    const bridge = bridgeWith({});
    await renderScreen(DatasetsScreen, bridge);
    await waitFor(() => expect(picked()).toContain('train/00000'));
    await fireEvent.keyDown(grid(), { key: 'End' });
    await fireEvent.click(screen.getByRole('button', { name: /^split\s*any$/ }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: 'test' }));
    expect(await screen.findByText('1 to 108 of 10,000')).toBeTruthy();

    await fireEvent.click(screen.getByRole('button', { name: /^Sneaker/ }));
    expect(await screen.findByText('1 to 108 of 1,000')).toBeTruthy();
    expect(pages(bridge)).toContainEqual(expect.objectContaining({ filter: { split: 'test', label: 7 }, offset: 0 }));
    await waitFor(() => expect(picked()).toContain('class Sneaker, test'));
  });

  it('says when they cannot be read, and reads again', async () => {
    const bridge = bridgeWith({});
    bridge.refuse('datasets/images', {
      code: 'dataset-damaged',
      message: 'The pixels of Fashion-MNIST are damaged.',
      action: 'Import it again.',
    });
    await renderScreen(DatasetsScreen, bridge);
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('The pixels of Fashion-MNIST are damaged.');
    bridge.handle('datasets/images', filteredImages(bridge));
    await fireEvent.click(within(notice).getByRole('button', { name: 'Read again' }));
    expect(await screen.findByText('1 to 108 of 70,000')).toBeTruthy();
  });
});
