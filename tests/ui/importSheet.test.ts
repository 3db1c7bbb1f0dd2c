import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONVERSION, type FoundDataset } from '../../src-main/contract/conversion.ts';
import DatasetsScreen from '../../src-renderer/features/datasets/DatasetsScreen.svelte';
import { buildDatasetDetail, buildPreview } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const SOURCE = { kind: 'paths', paths: ['/home/ada/flowers'] } as const;

async function openSheet(bridge = new FakeBridge({ datasets: [buildDatasetDetail()] })) {
  const app = await renderScreen(DatasetsScreen, bridge);
  app.imports.addPaths(SOURCE.paths);
  const sheet = within(await screen.findByRole('dialog', { name: 'Import flowers' }));
  return { app, bridge, sheet };
}

describe('the sheet of an import', () => {
  it('shows counts, size, bytes, real images before and after, and what is left out', async () => {
    const { sheet } = await openSheet();
    expect(await sheet.findByText('1,000 / 0 / 200')).toBeTruthy();
    expect(sheet.getByText('64 × 64 × 3')).toBeTruthy();
    expect(sheet.getByText('15 MB')).toBeTruthy();
    expect(sheet.getByRole('img', { name: 'train/daisy/0.jpg, before' })).toBeTruthy();
    expect(sheet.getByRole('img', { name: 'train/daisy/0.jpg, after' })).toBeTruthy();
    expect(sheet.getByText('600 × 1,200 to 64 × 64')).toBeTruthy();
    expect(sheet.getByText('1 file left out')).toBeTruthy();
    expect(sheet.getByText('Truncated JPEG')).toBeTruthy();
  });

  it('imports at once by Enter, as the source suggests', async () => {
    const { bridge, sheet } = await openSheet();
    await sheet.findByText('1,000 / 0 / 200');
    const button = sheet.getByRole('button', { name: /^Import/ });
    expect(document.activeElement).toBe(button);
    await fireEvent.click(button);
    expect(bridge.inputsOf('datasets/import')).toEqual([{ source: SOURCE, conversion: DEFAULT_CONVERSION }]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('shows what every choice makes of the images, and imports with the choices', async () => {
    const { bridge, sheet } = await openSheet();
    await sheet.findByText('1,000 / 0 / 200');
    await fireEvent.input(sheet.getByLabelText('Size'), { target: { value: '48x32' } });
    await fireEvent.click(sheet.getByRole('radio', { name: 'Pad' }));
    await fireEvent.click(sheet.getByRole('radio', { name: 'Grey' }));
    expect(await sheet.findByText('48 × 32 × 1')).toBeTruthy();
    await fireEvent.input(sheet.getByLabelText('Name'), { target: { value: 'Garden' } });
    await fireEvent.input(sheet.getByLabelText('Split seed'), { target: { value: '7' } });
    await waitFor(() => expect(bridge.inputsOf('datasets/preview').at(-1)?.splitSeed).toBe(7));
    await fireEvent.click(sheet.getByRole('button', { name: /^Import/ }));
    const conversion = { ...DEFAULT_CONVERSION, size: { height: 48, width: 32 }, fit: 'pad', colour: 'grey' };
    expect(bridge.inputsOf('datasets/import')).toEqual([{ source: SOURCE, conversion, name: 'Garden', splitSeed: 7 }]);
  });

  it('says what is wrong with a size, and neither previews nor imports it', async () => {
    const { bridge, sheet } = await openSheet();
    await sheet.findByText('1,000 / 0 / 200');
    await fireEvent.input(sheet.getByLabelText('Size'), { target: { value: '4000' } });
    expect((await sheet.findByRole('alert')).textContent).toContain('8 to 512');
    expect(sheet.getByRole<HTMLButtonElement>('button', { name: /^Import/ }).disabled).toBe(true);
    expect(bridge.inputsOf('datasets/preview')).toHaveLength(1);
  });

  it('asks once which of several datasets is meant', async () => {
    const bridge = new FakeBridge({ datasets: [buildDatasetDetail()] });
    const found: readonly FoundDataset[] = [
      { choice: 'digits', format: 'idx', title: 'IDX files, digits', images: 70_000, classNames: [] },
      { choice: 'faces', format: 'folder', title: 'Images, a folder per class', images: null, classNames: ['a', 'b'] },
    ];
    bridge.handle('datasets/preview', (request) => ({
      ...buildPreview(request),
      found,
      choice: request.choice ?? 'digits',
    }));
    const { sheet } = await openSheet(bridge);
    expect(await sheet.findByText('2 datasets found. Which one?')).toBeTruthy();
    expect(sheet.getByRole<HTMLButtonElement>('button', { name: /^Import/ }).disabled).toBe(true);
    await fireEvent.click(sheet.getByRole('radio', { name: /a folder per class/ }));
    await waitFor(() => expect(bridge.inputsOf('datasets/preview').at(-1)?.choice).toBe('faces'));
    await fireEvent.click(sheet.getByRole('button', { name: /^Import/ }));
    expect(bridge.inputsOf('datasets/import')[0]).toMatchObject({ choice: 'faces' });
  });

  it('says why a source cannot be read, and reads again', async () => {
    const bridge = new FakeBridge({ datasets: [buildDatasetDetail()] });
    bridge.refuse('datasets/preview', {
      code: 'format-unknown',
      message: 'There is no dataset in flowers.',
      action: 'Drop a folder of images.',
    });
    const { sheet } = await openSheet(bridge);
    expect((await sheet.findByRole('alert')).textContent).toContain('There is no dataset in flowers.');
    bridge.handle('datasets/preview', (request) => buildPreview(request));
    await fireEvent.click(sheet.getByRole('button', { name: 'Read again' }));
    expect(await sheet.findByText('1,000 / 0 / 200')).toBeTruthy();
    expect(sheet.queryByRole('alert')).toBeNull();
  });

  it('imports when it is read, where Enter came first', async () => {
    const bridge = new FakeBridge({ datasets: [buildDatasetDetail()] });
    let answer = (): void => undefined;
    const wait = new Promise<void>((resolve) => (answer = resolve));
    bridge.handle('datasets/preview', async (request) => {
      await wait;
      return buildPreview(request);
    });
    const { sheet } = await openSheet(bridge);
    await fireEvent.click(sheet.getByRole('button', { name: /^Import/ }));
    expect(bridge.inputsOf('datasets/import')).toEqual([]);
    answer();
    await waitFor(() => expect(bridge.inputsOf('datasets/import')).toHaveLength(1));
  });

  it('still asks which of several is meant, where Enter came first', async () => {
    const bridge = new FakeBridge({ datasets: [buildDatasetDetail()] });
    let answer = (): void => undefined;
    const wait = new Promise<void>((resolve) => (answer = resolve));
    const found = ['digits', 'faces'].map((choice): FoundDataset => {
      return { choice, format: 'idx', title: choice, images: 9, classNames: [] };
    });
    bridge.handle('datasets/preview', async (request) => {
      await wait;
      return { ...buildPreview(request), found };
    });
    const { sheet } = await openSheet(bridge);
    await fireEvent.click(sheet.getByRole('button', { name: /^Import/ }));
    answer();
    expect(await sheet.findByText('2 datasets found. Which one?')).toBeTruthy();
    expect(bridge.inputsOf('datasets/import')).toEqual([]);
  });

  it('lets a second source wait for the first, and leaves nothing on Escape', async () => {
    const { app, bridge } = await openSheet();
    app.imports.addPaths(['/home/ada/more.zip']);
    expect(await screen.findByText(/1 more source after this/)).toBeTruthy();
    await fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(await screen.findByRole('dialog', { name: 'Import more.zip' })).toBeTruthy();
    await fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bridge.inputsOf('datasets/import')).toEqual([]);
  });

  it('goes on with several imports beside one another, each with its rate and its end', async () => {
    const { bridge } = await openSheet();
    const reading = { phase: 'reading', done: 100, total: 400, skipped: 0, rate: 50, secondsLeft: 6 } as const;
    bridge.push('import', { ...reading, importId: 1, title: 'roses' });
    bridge.push('import', { ...reading, importId: 2, title: 'daisies' });
    expect(await screen.findByText('Reading daisies')).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: 'Reading daisies' }).getAttribute('aria-valuenow')).toBe('25');
    expect(screen.getAllByText(/6 s left at 50 images\/s/)).toHaveLength(2);
  });
});
