import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunFile } from '../../src-main/contract/exchange.ts';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

beforeEach(() => {
  localStorage.clear();
});

const series = (tag: string) => ({ tag, points: 4, firstStep: 1, lastStep: 4, first: 2, last: 1 });
const LOG: RunFile = {
  kind: 'log',
  path: '/logs/keras',
  format: 'tensorboard',
  name: 'keras',
  series: ['train/loss', 'val/loss', 'val/f1'].map(series),
  roles: { trainLoss: 'train/loss', heldOutLoss: 'val/loss' },
  damage: ['The record at byte 40 is damaged: its checksum is wrong.'],
};
const BUNDLE: RunFile = {
  kind: 'bundle',
  path: '/usb/best.denselab',
  bytes: 5_000_000,
  name: 'Best of March',
  modelTitle: 'DenseNet-BC (L=100, k=12)',
  datasetName: 'Fashion-MNIST',
  datasetHere: false,
  epochs: 300,
  checkpoints: 2,
  exportedAt: '2026-03-01T00:00:00.000Z',
};

async function open(files: readonly RunFile[]) {
  const bridge = new FakeBridge({ runs: [buildRunDetail()] });
  bridge.handle('runs/previewFiles', () => files);
  return { bridge, app: await renderScreen(RunsScreen, bridge) };
}

describe('files that the system or a person hands over', () => {
  it('are offered as runs where they are runs, with what is in them', async () => {
    const { bridge, app } = await open([BUNDLE]);
    bridge.push('openPaths', { paths: ['/usb/best.denselab'] });
    const dialog = await screen.findByRole('dialog', { name: 'Import a run' });
    within(dialog).getByText('DenseNet-BC (L=100, k=12), 300 epochs, 2 checkpoints, 5.0 MB');
    within(dialog).getByText(/Fashion-MNIST is not here/);
    expect(app.navigation.screen).toBe('runs');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    await waitFor(() => expect(bridge.inputsOf('runs/import')).toEqual([{ path: '/usb/best.denselab' }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(app.runs.selectedId).toBe(99);
  });

  it('are read as datasets where they are none', async () => {
    const { bridge, app } = await open([]);
    bridge.push('openPaths', { paths: ['/pictures'] });
    await waitFor(() => expect(app.imports.sheet.source).toEqual({ kind: 'paths', paths: ['/pictures'] }));
    expect(app.navigation.screen).toBe('datasets');
  });

  it('tell why a bundle cannot be read', async () => {
    const { bridge, app } = await open([]);
    bridge.handle('runs/previewFiles', () => {
      throw new DenseLabError('bundle-invalid', 'The run bundle has format version 2.', 'Update DenseLab.');
    });
    await app.take(['/usb/new.denselab']);
    await screen.findByText('The run bundle has format version 2.');
  });
});

describe('the log of other software', () => {
  it('says which series is which, takes it otherwise, and names its damage', async () => {
    const { bridge, app } = await open([LOG]);
    await app.take(['/logs/keras']);
    const chosen = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Held-out loss of keras' });
    expect(chosen.value).toBe('val/loss');
    screen.getByText(/byte 40 is damaged/);
    await fireEvent.change(screen.getByRole('combobox', { name: 'Held-out accuracy of keras' }), {
      target: { value: 'val/f1' },
    });
    await fireEvent.change(chosen, { target: { value: '' } });
    const dialog = screen.getByRole('dialog');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    const roles = { trainLoss: 'train/loss', heldOutAccuracy: 'val/f1' };
    await waitFor(() => expect(bridge.inputsOf('runs/import')).toEqual([{ path: '/logs/keras', roles }]));
  });
});
