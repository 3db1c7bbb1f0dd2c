import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../../src-renderer/App.svelte';
import { Client } from '../../src-renderer/bridge/client.ts';
import { TERMS } from '../../src-renderer/features/help/glossary.ts';
import { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';

async function open(): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ datasets: [buildDatasetDetail()] });
  const app = new AppState(new Client(bridge));
  render(App, { props: { app } });
  await app.load();
  return { bridge, app };
}

function press(key: string, modifiers: { ctrlKey?: boolean; shiftKey?: boolean } = {}): Promise<boolean> {
  return fireEvent.keyDown(document.activeElement ?? document.body, { key, code: key, ...modifiers });
}

describe('the terms of the paper', () => {
  it('have one name, a drawing that is told in words, and their place in the paper each', () => {
    expect(new Set(TERMS.map(({ id }) => id)).size).toBe(TERMS.length);
    for (const { figure, caption, source, sentences } of TERMS) {
      expect(figure.length).toBeGreaterThan(0);
      expect([caption, source, ...sentences].every((text) => text.length > 5)).toBe(true);
    }
  });

  it('are explained where they are used, and by F1 for what has the focus', async () => {
    const { app } = await open();
    app.navigation.go('train');
    const mark = await screen.findByRole('button', { name: 'What is Growth rate k?' });
    await fireEvent.click(mark);
    within(screen.getByRole('dialog', { name: 'Terms of the paper' })).getByRole('heading', { name: 'Growth rate k' });
    await press('Escape');
    expect(screen.queryByRole('dialog')).toBeNull();
    screen.getByRole('slider', { name: 'Compression θ' }).focus();
    await press('F1');
    screen.getByRole('heading', { name: 'Compression θ' });
  });

  it('are a list with one tab stop, walked with the arrows', async () => {
    await open();
    await press('F1');
    const first = screen.getByRole('option', { name: 'Dense connectivity' });
    expect(document.activeElement).toBe(first);
    await press('End');
    const last = screen.getByRole('option', { name: TERMS.at(-1)?.name ?? '' });
    expect([last.getAttribute('aria-selected'), document.activeElement]).toEqual(['true', last]);
  });
});

describe('the sheets', () => {
  it('list the keys of the screen from its own actions', async () => {
    const { app } = await open();
    app.navigation.go('engine');
    await press('?', { shiftKey: true });
    const sheet = screen.getByRole('dialog', { name: 'Keys on Engine' });
    within(sheet).getByText('Check the engine again');
    within(sheet).getByText('Search or run a command');
  });

  it('show the log, and copy it with what the engine reports', async () => {
    const { app } = await open();
    app.sheets.show('log');
    await screen.findByText(/the app opened/);
    screen.getByRole('button', { name: 'Copy diagnostics' });
  });

  it('say what the app is made of', async () => {
    const { app } = await open();
    app.sheets.show('about');
    await screen.findByRole('dialog', { name: 'About DenseLab' });
    screen.getByText('2.21.0');
  });
});

describe('settings', () => {
  it('open by key, and change theme, sleep and notices at once', async () => {
    const { bridge } = await open();
    await press(',', { ctrlKey: true });
    const sheet = screen.getByRole('dialog', { name: 'Settings' });
    await fireEvent.click(within(sheet).getByRole('radio', { name: 'Dark' }));
    expect(bridge.inputsOf('window/setTheme')).toEqual([{ theme: 'dark' }]);
    const awake = within(sheet).getByRole('switch', { name: 'Keep the computer awake' });
    expect(awake.getAttribute('aria-checked')).toBe('true');
    await fireEvent.click(awake);
    await waitFor(() => expect(awake.getAttribute('aria-checked')).toBe('false'));
    expect(bridge.inputsOf('settings/set')).toEqual([{ keepAwake: false }]);
  });
});

describe('a sample run', () => {
  it('makes the sample dataset where it is missing, trains on it, and is shown', async () => {
    const bridge = new FakeBridge({ datasets: [] });
    const app = new AppState(new Client(bridge));
    render(App, { props: { app } });
    await app.load();
    app.navigation.go('runs');
    await fireEvent.click(await screen.findByRole('button', { name: 'Train a sample run' }));
    await waitFor(() => expect(bridge.inputsOf('datasets/import')).toHaveLength(1));
    expect(bridge.inputsOf('runs/start')).toEqual([]);
    bridge.push('import', { phase: 'finished', importId: 1, dataset: buildDatasetDetail({ id: 'made' }) });
    await waitFor(() => expect(bridge.inputsOf('runs/start')).toMatchObject([{ dataset: 'made', name: 'Sample run' }]));
  });

  it('says why it could not be started, and can be tried again', async () => {
    const bridge = new FakeBridge({ datasets: [] });
    const app = new AppState(new Client(bridge));
    render(App, { props: { app } });
    await app.load();
    app.navigation.go('runs');
    await fireEvent.click(await screen.findByRole('button', { name: 'Train a sample run' }));
    await waitFor(() => expect(bridge.inputsOf('datasets/import')).toHaveLength(1));
    const error = { code: 'disk-full', message: 'The disk is full.', action: 'Make room.' } as const;
    bridge.push('import', { phase: 'failed', importId: 1, title: 'Shapes-10', error });
    await screen.findByText('The disk is full.');
    expect((await screen.findByRole('button', { name: 'Train a sample run' })).hasAttribute('disabled')).toBe(false);
  });
});

describe('the tour', () => {
  it('goes through five screens and back, and ends when it is done or skipped', async () => {
    const { app } = await open();
    app.sheets.startTour();
    await screen.findByRole('dialog', { name: 'Step 1 of 5: Datasets' });
    for (const name of ['Train', 'Runs', 'Compare', 'Inspect']) {
      await fireEvent.click(screen.getByRole('button', { name: 'Next' }));
      screen.getByRole('button', { name: new RegExp(name), current: 'page' });
    }
    await fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    expect(app.navigation.screen).toBe('compare');
    await fireEvent.click(screen.getByRole('button', { name: 'Skip' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
