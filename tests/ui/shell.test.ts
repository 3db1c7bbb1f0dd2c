import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../../src-renderer/App.svelte';
import { Client } from '../../src-renderer/bridge/client.ts';
import { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import type { FakeContents } from '../support/fakeBridge.ts';

const CONTENTS: FakeContents = {
  datasets: [buildDatasetDetail()],
  runs: [buildRunDetail({ id: 2, name: 'k = 24' }), buildRunDetail({ id: 1, name: 'k = 12' })],
};

async function open(contents: FakeContents = CONTENTS): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge(contents);
  const app = new AppState(new Client(bridge));
  render(App, { props: { app } });
  await app.load();
  return { bridge, app };
}

function press(key: string, modifiers: { ctrlKey?: boolean } = {}, target: Element = document.body): Promise<boolean> {
  return fireEvent.keyDown(target, { key, code: key.length === 1 ? `Key${key.toUpperCase()}` : key, ...modifiers });
}

/** A drop or paste of a file, as the DOM tells it. */
function withFiles(type: 'drop' | 'dragover', names: readonly string[]): Event {
  const event = new Event(type, { bubbles: true, cancelable: true });
  const files = names.map((name) => new File(['x'], name));
  return Object.assign(event, { dataTransfer: { types: ['Files'], files, items: files, dropEffect: 'none' } });
}

describe('the frame', () => {
  it('goes to a screen by rail and by key, and is there again next time', async () => {
    await open();
    await fireEvent.click(screen.getByRole('button', { name: /Engine/, current: false }));
    screen.getByRole('heading', { level: 1, name: 'Engine' });
    await press('3', { ctrlKey: true });
    screen.getByRole('heading', { level: 1, name: 'Runs' });
    expect(new AppState(new Client(new FakeBridge())).navigation.screen).toBe('runs');
  });

  it('says which device really trains, and when none does', async () => {
    await open();
    screen.getByText('CPU, 2 cores');
    screen.getByText('TensorFlow 2.21.0');
  });

  it('draws window buttons where the system draws none', async () => {
    const { bridge } = await open();
    await fireEvent.click(screen.getByRole('button', { name: 'Maximise' }));
    expect(bridge.inputsOf('window/control')).toEqual([{ action: 'maximize' }]);
  });

  it('leaves window buttons to a Mac', async () => {
    await open({ ...CONTENTS, info: { platform: 'darwin' } });
    expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
  });

  it('shows live runs on every screen, and opens one', async () => {
    const live = buildRunDetail({ id: 7, name: 'in the works', status: 'running', stepsDone: 160 });
    const { app } = await open({ ...CONTENTS, runs: [...(CONTENTS.runs ?? []), live] });
    const now = screen.getByRole('region', { name: 'Running now' });
    within(now).getByText('50%');
    await fireEvent.click(within(now).getByRole('button'));
    expect([app.navigation.screen, app.runs.selectedId]).toEqual(['runs', 7]);
  });

  it('follows the theme that the main process tells', async () => {
    const { bridge } = await open();
    bridge.push('theme', { dark: true });
    expect(document.documentElement.dataset['theme']).toBe('dark');
    bridge.push('theme', { dark: false });
    expect(document.documentElement.dataset['theme']).toBe('light');
  });

  it('does what the native menu asks', async () => {
    const { bridge, app } = await open();
    bridge.push('command', { id: 'go.engine' });
    expect(app.navigation.screen).toBe('engine');
  });

  it('leaves letters to fields', async () => {
    const { app } = await open();
    app.navigation.go('runs');
    await press('n', {}, await screen.findByRole('searchbox'));
    expect(app.navigation.screen).toBe('runs');
    await press('n');
    expect(app.navigation.screen).toBe('train');
  });
});

describe('the palette', () => {
  it('finds a run and opens it', async () => {
    const { app } = await open();
    await press('k', { ctrlKey: true });
    const field = screen.getByRole('combobox', { name: 'Search or run a command' });
    expect(document.activeElement).toBe(field);
    await fireEvent.input(field, { target: { value: 'k 12' } });
    const found = within(screen.getByRole('dialog')).getAllByRole('option');
    expect(found.map((option) => option.textContent)).toEqual([expect.stringContaining('k = 12')]);
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect([app.navigation.screen, app.runs.selectedId]).toEqual(['runs', 1]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('runs commands, chosen with the arrows', async () => {
    const { app } = await open();
    await press('k', { ctrlKey: true });
    const field = screen.getByRole('combobox');
    await fireEvent.input(field, { target: { value: 'go to' } });
    await fireEvent.keyDown(field, { key: 'ArrowDown' });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(app.navigation.screen).toBe('train');
  });

  it('closes on Escape and gives the focus back', async () => {
    await open();
    const find = screen.getByRole('button', { name: /Search or run a command/ });
    find.focus();
    await fireEvent.click(find);
    await fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(find));
  });

  it('says when nothing is called that', async () => {
    await open();
    await press('k', { ctrlKey: true });
    await fireEvent.input(screen.getByRole('combobox'), { target: { value: 'zebra' } });
    screen.getByText('Nothing is called that.');
  });
});

describe('files from outside', () => {
  it('are shown before they are imported when dropped anywhere', async () => {
    const { bridge, app } = await open();
    app.navigation.go('engine');
    await fireEvent(document.body, withFiles('dragover', ['roses.zip', 'tulips.zip']));
    screen.getByText('2 folders or files');
    await fireEvent(document.body, withFiles('drop', ['roses.zip', 'tulips.zip']));
    const source = { kind: 'paths', paths: ['/dropped/roses.zip', '/dropped/tulips.zip'] };
    expect(await screen.findByRole('dialog', { name: 'Import roses.zip and 1 other' })).toBeTruthy();
    expect(bridge.inputsOf('datasets/preview')).toMatchObject([{ source }]);
    expect(app.navigation.screen).toBe('datasets');
    expect(screen.queryByText('Drop to add')).toBeNull();
  });

  it.each([
    ['/data/roses', ['/data/roses']],
    ['"/data/my roses"\n/data/tulips\n', ['/data/my roses', '/data/tulips']],
    ['file:///data/my%20roses', ['/data/my roses']],
    ['C:\\data\\roses', ['C:\\data\\roses']],
  ])('are shown when the path %j is pasted', async (text, paths) => {
    const { bridge } = await open();
    const event = new Event('paste', { bubbles: true });
    await fireEvent(document.body, Object.assign(event, { clipboardData: { files: [], getData: () => text } }));
    await waitFor(() =>
      expect(bridge.inputsOf('datasets/preview')).toMatchObject([{ source: { kind: 'paths', paths } }]),
    );
  });

  it('are left alone when the text is no path, or goes into a field', async () => {
    const { bridge, app } = await open();
    app.navigation.go('runs');
    const paste = (text: string): Event =>
      Object.assign(new Event('paste', { bubbles: true }), { clipboardData: { files: [], getData: () => text } });
    await fireEvent(document.body, paste('just words'));
    await fireEvent(await screen.findByRole('searchbox'), paste('/data/roses'));
    expect(bridge.inputsOf('datasets/preview')).toEqual([]);
  });

  it('are shown when the system asks to open them', async () => {
    const { bridge } = await open();
    bridge.push('openPaths', { paths: ['/data/roses'] });
    await waitFor(() => expect(bridge.inputsOf('datasets/preview')).toHaveLength(1));
  });
});

describe('a deletion', () => {
  it('can be taken back by key', async () => {
    const { app } = await open();
    await app.runs.remove(2);
    await screen.findByRole('button', { name: 'Undo' });
    expect(app.runs.rows.map((run) => run.id)).toEqual([1]);
    await press('z', { ctrlKey: true });
    await waitFor(() => expect(app.runs.rows.map((run) => run.id).sort()).toEqual([1, 2]));
    expect(app.toasts.current).toBeNull();
  });

  it('that is refused says why and takes nothing away', async () => {
    const { bridge, app } = await open();
    bridge.refuse('runs/remove', { code: 'home-busy', message: 'The run is in use.', action: 'Stop it first.' });
    await app.runs.remove(2);
    expect(app.toasts.current?.message).toBe('The run is in use. Stop it first.');
    expect(app.runs.rows).toHaveLength(2);
  });
});
