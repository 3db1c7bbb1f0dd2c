import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../../src-renderer/App.svelte';
import { Client } from '../../src-renderer/bridge/client.ts';
import { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildPredictions, buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';

const OUT = '/home/ada/k=12.onnx';

async function open(overrides = {}): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ runs: [buildRunDetail({ id: 4, name: 'k = 12', ...overrides })] });
  const app = new AppState(new Client(bridge));
  app.navigation.go('runs');
  render(App, { props: { app } });
  await app.load();
  await waitFor(() => expect(app.runs.detail).not.toBeNull());
  return { bridge, app };
}

async function chooseFormat(name: string): Promise<void> {
  await fireEvent.click(screen.getByRole('button', { name: 'Export' }));
  await fireEvent.click(screen.getByRole('menuitem', { name }));
}

async function tryIt(): Promise<void> {
  await fireEvent.click(screen.getByRole('tab', { name: 'Try it' }));
}

function drop(names: readonly string[]): Event {
  const event = new Event('drop', { bubbles: true, cancelable: true });
  const files = names.map((name) => new File(['x'], name));
  return Object.assign(event, { dataTransfer: { types: ['Files'], files, items: files } });
}

describe('an export', () => {
  it('goes where the person says, and can be shown there', async () => {
    const { bridge } = await open();
    bridge.handle('runs/chooseExport', () => OUT);
    await chooseFormat('ONNX');
    await screen.findAllByText('Exported k = 12');
    expect(bridge.inputsOf('runs/export')).toEqual([{ id: 4, format: 'onnx', out: OUT }]);
    await fireEvent.click(screen.getByRole('button', { name: 'Show in folder' }));
    expect(bridge.inputsOf('runs/showExport')).toEqual([{ out: OUT }]);
    expect(screen.queryByRole('button', { name: 'Show in folder' })).toBeNull();
  });

  it('is shown while it is written, and cannot be started twice', async () => {
    const { bridge } = await open();
    let written = (): void => undefined;
    bridge.handle('runs/chooseExport', () => OUT);
    bridge.handle('runs/export', async ({ out }) => {
      await new Promise<void>((resolve) => (written = resolve));
      return { out, bytes: 1, epoch: 1 };
    });
    await chooseFormat('ONNX');
    await screen.findByRole('progressbar', { name: 'Writing the run' });
    await fireEvent.click(screen.getByRole('button', { name: 'Exporting' }));
    expect(screen.getByRole<HTMLButtonElement>('menuitem', { name: 'ONNX' }).disabled).toBe(true);
    written();
    await waitFor(() => expect(screen.queryByRole('progressbar', { name: 'Writing the run' })).toBeNull());
  });

  it('writes nothing when the dialog is closed', async () => {
    const { bridge } = await open();
    await chooseFormat('SavedModel for TensorFlow');
    expect(bridge.inputsOf('runs/chooseExport')).toEqual([{ id: 4, format: 'savedmodel' }]);
    expect(bridge.inputsOf('runs/export')).toEqual([]);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says why it failed until that is put away', async () => {
    const { bridge } = await open();
    bridge.handle('runs/chooseExport', () => OUT);
    bridge.refuse('runs/export', { code: 'disk-full', message: 'The disk is full.', action: 'Free some space.' });
    await chooseFormat('safetensors with its weights');
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('The disk is full. Free some space.');
    await fireEvent.click(within(notice).getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is not offered before there is a checkpoint', async () => {
    await open({ status: 'running', checkpoints: [] });
    await fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    const networks = ['SavedModel for TensorFlow', 'ONNX', 'safetensors with its weights'];
    for (const name of networks) expect(screen.getByRole<HTMLButtonElement>('menuitem', { name }).disabled).toBe(true);
  });
});

describe('trying a network', () => {
  it('shows of each image that is dropped the most probable classes, and of a bad one what is wrong', async () => {
    const { bridge, app } = await open();
    bridge.handle('runs/predict', ({ paths }) => {
      const predictions = buildPredictions(paths);
      const bad = { ok: false, file: '/dropped/cut.png', reason: 'Truncated PNG', remedy: 'Export it again' } as const;
      return { ...predictions, files: [...predictions.files.slice(0, 1), bad] };
    });
    await tryIt();
    await fireEvent(window, drop(['dress.png', 'cut.png']));
    expect(bridge.inputsOf('runs/predict')).toEqual([{ id: 4, paths: ['/dropped/dress.png', '/dropped/cut.png'] }]);
    const classes = await screen.findByRole('list', { name: 'Most probable classes of dress.png' });
    expect(
      within(classes)
        .getAllByRole('listitem')
        .map((item) => item.textContent.replace(/\s+/g, ' ').trim()),
    ).toEqual(['Dress 70.0%', 'Pullover 15.0%', 'Coat 10.0%', 'T-shirt 4.0%', 'Trouser 1.0%']);
    screen.getByText('Truncated PNG.');
    screen.getByText('Export it again.');
    screen.getByText('Epoch 7 of 8, the best by validation accuracy.');
    expect(app.navigation.screen).toBe('runs');
  });

  it('takes chosen images, and says why it cannot', async () => {
    const { bridge } = await open();
    bridge.handle('runs/chooseImages', () => ['/pictures/one.png']);
    bridge.refuse('runs/predict', { code: 'kernel-wrong', message: 'A kernel is wrong.', action: 'Use another.' });
    await tryIt();
    await fireEvent.click(screen.getByRole('button', { name: 'Choose images' }));
    expect((await screen.findByRole('alert')).textContent).toContain('A kernel is wrong. Use another.');
    bridge.handle('runs/predict', ({ paths }) => buildPredictions(paths));
    await fireEvent.click(screen.getByRole('button', { name: 'Choose images' }));
    await screen.findByRole('list', { name: 'Most probable classes of one.png' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('leaves dropped files to the datasets on other tabs, and before there is a checkpoint', async () => {
    const { bridge, app } = await open({ checkpoints: [] });
    await tryIt();
    await screen.findByText('Nothing to try yet.');
    await fireEvent(window, drop(['set.zip']));
    await waitFor(() => expect(app.navigation.screen).toBe('datasets'));
    expect(bridge.inputsOf('runs/predict')).toEqual([]);
  });
});
