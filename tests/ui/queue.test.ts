import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { QueueEntry, QueueState } from '../../src-main/contract/queue.ts';
import type { RunDetail } from '../../src-main/contract/run.ts';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

function waiting(id: number, change: Parameters<typeof buildRunDetail>[0] = {}): RunDetail {
  const fresh = { startedAt: null, endedAt: null, epochsDone: 0, stepsDone: 0, best: null, last: null };
  return buildRunDetail({ id, name: `waits ${String(id)}`, status: 'queued', ...fresh, ...change });
}

const WAITING = [1, 2, 3].map((id) => waiting(id));

async function open(runs: readonly RunDetail[]): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ runs });
  return { bridge, app: await renderScreen(RunsScreen, bridge) };
}

function queueOf(...entries: readonly Partial<QueueEntry>[]): QueueState {
  const full = entries.map((entry, index) => ({
    ...{ id: index + 1, name: `waits ${String(index + 1)}`, modelTitle: '', datasetName: '', sweep: null },
    ...{ priority: 'normal' as const, position: index + 1, epochsDone: 0, epochs: 8, estimatedSeconds: null },
    ...entry,
  }));
  return { paused: false, running: null, entries: full };
}

const list = () => screen.getByRole('list', { name: 'Waiting runs' });
const rows = () => within(list()).getAllByRole('listitem');

describe('the queue', () => {
  it('shows what waits in its order, and how long it takes as far as that is known', async () => {
    const { bridge } = await open(WAITING);
    bridge.push('queue', queueOf({ id: 3, name: 'waits 3', estimatedSeconds: 7200 }, { id: 1, name: 'waits 1' }));
    await waitFor(() => expect(rows().map((row) => row.dataset['queued'])).toEqual(['3', '1']));
    expect(screen.getByText('2 waiting, more than 2 h 00 min left')).toBeTruthy();
  });

  it('is reordered by Alt and the arrows', async () => {
    const { bridge } = await open(WAITING);
    rows()[1]?.focus();
    await fireEvent.keyDown(document.activeElement ?? list(), { key: 'ArrowUp', altKey: true });
    await waitFor(() => expect(bridge.inputsOf('queue/move')).toEqual([{ id: 2, before: 1 }]));
    await fireEvent.keyDown(document.activeElement ?? list(), { key: 'ArrowDown', altKey: true });
    await waitFor(() => expect(bridge.inputsOf('queue/move').at(-1)).toEqual({ id: 2, before: null }));
  });

  it('takes a run that is moved down beyond the last of its priority into the next one', async () => {
    const { bridge, app } = await open(WAITING);
    bridge.push('queue', queueOf({}, { priority: 'low' }));
    await app.queue.step(1, 'down');
    expect(bridge.inputsOf('queue/move')).toEqual([]);
    expect(bridge.inputsOf('queue/prioritise')).toEqual([{ ids: [1], priority: 'low' }]);
  });

  it('moves where a run is dropped', async () => {
    const { bridge } = await open(WAITING);
    const [first, , third] = rows();
    if (first === undefined || third === undefined) throw new Error('three wait');
    await fireEvent.dragStart(third, { dataTransfer: { setData: () => undefined } });
    await fireEvent.dragOver(first, { clientY: -1 });
    await fireEvent.drop(list());
    await waitFor(() => expect(bridge.inputsOf('queue/move')).toEqual([{ id: 3, before: 1 }]));
  });

  it('folds away, still says what waits, and stays folded after a restart', async () => {
    await open(WAITING);
    await fireEvent.click(screen.getByRole('button', { name: 'Hide' }));
    expect(screen.queryByRole('list', { name: 'Waiting runs' })).toBeNull();
    screen.getByText(/^3 waiting/);
    cleanup();
    await open(WAITING);
    expect(screen.queryByRole('list', { name: 'Waiting runs' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(rows()).toHaveLength(3);
  });

  it('lets a run go, and takes it back', async () => {
    const { bridge, app } = await open(WAITING);
    rows()[0]?.focus();
    await fireEvent.keyDown(document.activeElement ?? list(), { key: 'Delete' });
    await waitFor(() => expect(app.toasts.current?.message).toBe('Took waits 1 out of the queue'));
    expect(bridge.inputsOf('queue/remove')).toEqual([{ ids: [1] }]);
    expect(bridge.inputsOf('runs/remove')).toEqual([]);
    app.toasts.undo();
    await waitFor(() => expect(bridge.inputsOf('runs/restore')).toEqual([{ id: 1 }]));
  });

  it('resumes one that had trained already when it is taken back', async () => {
    const { bridge, app } = await open([waiting(1, { epochsDone: 3 })]);
    await app.queue.remove([1]);
    app.toasts.undo();
    await waitFor(() => expect(bridge.inputsOf('runs/resume')).toEqual([{ id: 1, force: false }]));
  });

  it('is paused and goes on', async () => {
    const { bridge } = await open(WAITING);
    await fireEvent.click(screen.getByRole('button', { name: 'Pause the queue' }));
    expect(bridge.inputsOf('queue/pause')).toEqual([{ paused: true }]);
    bridge.push('queue', { ...queueOf({}), paused: true });
    await fireEvent.click(await screen.findByRole('button', { name: 'Go on with the queue' }));
    expect(bridge.inputsOf('queue/pause').at(-1)).toEqual({ paused: false });
  });
});

describe('a run', () => {
  it('is paused by P, and opens as a new one by D', async () => {
    const { bridge, app } = await open([buildRunDetail({ id: 4, status: 'running', endedAt: null, epochsDone: 2 })]);
    await fireEvent.keyDown(document.body, { key: 'p', code: 'KeyP' });
    expect(bridge.inputsOf('runs/pause')).toEqual([{ id: 4 }]);
    await fireEvent.keyDown(document.body, { key: 'd', code: 'KeyD' });
    await waitFor(() => expect(app.navigation.screen).toBe('train'));
    const { model, recipe } = bridge.runs.get(4) ?? {};
    expect(app.trainDraft.model).toEqual(model);
    expect(app.trainDraft.recipe.recipe).toEqual(recipe);
    expect(app.trainDraft.choice.id).toBe('fashion-mnist');
  });

  it('of a log cannot be trained again, so that nothing offers it', async () => {
    const log: RunDetail = {
      ...buildRunDetail({ id: 4 }),
      status: 'imported',
      origin: 'log',
      model: null,
      recipe: null,
    };
    const { app } = await open([log]);
    await fireEvent.keyDown(document.body, { key: 'd', code: 'KeyD' });
    await tick();
    expect(screen.queryByRole('button', { name: /^Duplicate/ })).toBeNull();
    expect(app.navigation.screen).not.toBe('train');
  });
});

describe('groups', () => {
  const SWEPT = [
    buildRunDetail({ id: 1, sweep: 'k sweep' }),
    buildRunDetail({ id: 2, sweep: 'k sweep', status: 'failed' }),
    waiting(3, { sweep: 'k sweep' }),
    buildRunDetail({ id: 4, folder: 'Paper' }),
    buildRunDetail({ id: 5 }),
  ];
  const group = (name: RegExp) => screen.getByRole('row', { name });

  it('have a head with how far a sweep is, and close', async () => {
    await open(SWEPT);
    expect(group(/^k sweep/).textContent).toMatch(/3 runs.*1 of 3 done.*1 failed/);
    expect(group(/^Paper/).textContent).toContain('1 run');
    await fireEvent.click(group(/^k sweep/));
    expect(screen.queryByRole('row', { name: /waits 3/ })).toBeNull();
    expect(
      within(group(/^k sweep/))
        .getByRole('button')
        .getAttribute('aria-expanded'),
    ).toBe('false');
  });

  it('let the failed ones be retried at once', async () => {
    const { bridge } = await open(SWEPT);
    await fireEvent.contextMenu(group(/^k sweep/));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Retry 1 failed run' }));
    await waitFor(() => expect(bridge.inputsOf('runs/resume')).toEqual([{ id: 2, force: false }]));
  });

  it('take runs in through a dialog, with the way back', async () => {
    const { bridge, app } = await open(SWEPT);
    await fireEvent.contextMenu(group(/^k sweep/));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Move all to a folder' }));
    await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Paper' }));
    await waitFor(() => expect(app.toasts.current?.message).toBe('Moved 3 runs to Paper'));
    expect(
      bridge
        .inputsOf('runs/annotate')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([1, 2, 3]);
    app.toasts.undo();
    await waitFor(() => expect(bridge.inputsOf('runs/annotate').at(-1)?.change).toEqual({ folder: '' }));
  });

  it('show one folder alone', async () => {
    await open(SWEPT);
    await fireEvent.click(screen.getByRole('button', { name: /^folder/ }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: 'Paper' }));
    expect(screen.getByText('1 of 5')).toBeTruthy();
  });
});

describe('2,000 runs', () => {
  it('are a table of the few that are in sight, and the keys reach the last', async () => {
    const { app } = await open(Array.from({ length: 2000 }, (_, index) => buildRunDetail({ id: 2000 - index })));
    const shown = () => screen.getAllByRole('row').flatMap((row) => row.dataset['run'] ?? []);
    expect(shown().length).toBeLessThan(50);
    const grid = screen.getByRole('grid', { name: 'Runs' });
    expect(grid.getAttribute('aria-rowcount')).toBe('2001');
    await fireEvent.keyDown(grid, { key: 'End' });
    await waitFor(() => expect(shown()).toContain('1'));
    expect(shown().length).toBeLessThan(50);
    expect(app.runs.selectedId).toBe(1);
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('2001'));
  });
});
