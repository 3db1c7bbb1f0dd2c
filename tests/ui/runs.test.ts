import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { RunDetail } from '../../src-main/contract/run.ts';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildCurves, buildEpoch, buildRun, buildRunDetail, buildSteps, buildStepsEvent } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const LIVE = buildRunDetail({
  id: 3,
  name: 'live one',
  status: 'running',
  endedAt: null,
  epochsDone: 3,
  stepsDone: 120,
  best: { epoch: 3, accuracy: 0.74 },
  last: buildEpoch({ epoch: 3 }),
  checkpoints: [],
});

async function open(runs: readonly RunDetail[], curves = {}): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ runs, curves });
  return { bridge, app: await renderScreen(RunsScreen, bridge) };
}

/** Ids of the table's rows, in order. */
function shown(): readonly string[] {
  return screen.queryAllByRole('row').flatMap((row) => row.dataset['run'] ?? []);
}

function rowOf(id: number): HTMLElement {
  const row = screen.getAllByRole('row').find((candidate) => candidate.dataset['run'] === String(id));
  if (row === undefined) throw new Error(`no row of run ${id}`);
  return row;
}

describe('a run that trains', () => {
  it('moves its row and its readings with the events', async () => {
    const { bridge } = await open([LIVE], { 3: buildCurves(3) });
    expect(rowOf(3).textContent).toMatch(/3\s+of 8/);
    bridge.push('run', buildStepsEvent(3, buildSteps(121, 160, 40)));
    const metrics = buildEpoch({ epoch: 4, step: 160, heldOut: { loss: 0.5, accuracy: 0.8123 } });
    bridge.push('run', { run: 3, event: 'epoch', metrics, outsideSeconds: 0.1 });
    await waitFor(() => expect(rowOf(3).textContent).toMatch(/4\s+of 8/));
    expect(rowOf(3).textContent).toContain('81.23');
    expect(rowOf(3).textContent).toContain('388');
    const progress = within(rowOf(3)).getByRole('progressbar');
    expect(progress.getAttribute('aria-valuenow')).toBe('50');
  });

  it('says what it prepares before the first step', async () => {
    const { bridge } = await open([
      { ...LIVE, status: 'preparing', epochsDone: 0, stepsDone: 0, best: null, last: null },
    ]);
    bridge.push('run', { run: 3, event: 'preparing', phase: 'first-step' });
    await screen.findByText('Preparing: first step compiles the graph.');
  });

  it('stops when asked, and shows that until it has', async () => {
    const { bridge } = await open([LIVE]);
    await fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(bridge.inputsOf('runs/stop')).toEqual([{ id: 3 }]);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Stopping' }).disabled).toBe(true);
    bridge.push('runChanged', { id: 3, run: buildRun({ ...LIVE, status: 'stopped' }) });
    await screen.findByText('Stopped after 3 of 8 epochs.');
    bridge.push('runChanged', { id: 3, run: buildRun({ ...LIVE, status: 'running' }) });
    expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Stop' })).disabled).toBe(false);
  });

  it('keeps the steps that events told of when an older row comes in', async () => {
    const { bridge, app } = await open([LIVE]);
    bridge.push('run', buildStepsEvent(3, buildSteps(121, 140, 40)));
    bridge.push('runChanged', { id: 3, run: buildRun({ ...LIVE, name: 'renamed elsewhere' }) });
    await screen.findAllByText('renamed elsewhere');
    expect(app.runs.selected?.stepsDone).toBe(140);
  });

  it('appears as soon as it is made elsewhere, and goes when it is gone', async () => {
    const { bridge } = await open([LIVE]);
    bridge.push('runChanged', { id: 9, run: buildRun({ id: 9 }) });
    await waitFor(() => expect(shown()).toEqual(['9', '3']));
    bridge.push('runChanged', { id: 9, run: null });
    await waitFor(() => expect(shown()).toEqual(['3']));
  });
});

describe('curves', () => {
  it('put the needle where the arrows bring it, and spell out what stands there', async () => {
    const { app } = await open([buildRunDetail({ id: 1 })], { 1: buildCurves(8) });
    const chart = await screen.findByRole('slider', { name: /^Accuracy/ });
    await waitFor(() => expect(chart.getAttribute('aria-valuetext')).toMatch(/^epoch 8, /));
    await fireEvent.keyDown(chart, { key: 'ArrowLeft' });
    await fireEvent.keyDown(chart, { key: 'ArrowLeft' });
    expect(app.readout.subject).toBe('epoch 6');
    expect(app.readout.facts.slice(0, 4).map((fact) => fact.replace(/[\d.]+/, '#'))).toEqual([
      'validation #%',
      'loss #',
      'train loss #',
      'learning rate #',
    ]);
    await fireEvent.keyDown(chart, { key: 'Home' });
    expect(app.readout.subject).toBe('epoch 1');
    await fireEvent.keyDown(chart, { key: 'Escape' });
    expect(app.readout.subject).toBe('');
  });

  it('go closer together by keys, forget that on another axis, and give their numbers', async () => {
    const { bridge } = await open([buildRunDetail({ id: 1 })], { 1: buildCurves(8) });
    const ends = (name: RegExp): readonly (string | null)[] => {
      const chart = screen.getByRole('slider', { name });
      return [chart.getAttribute('aria-valuemin'), chart.getAttribute('aria-valuemax')];
    };
    await waitFor(() => expect(ends(/^Loss/)).toEqual(['0', '8']));
    await fireEvent.keyDown(screen.getByRole('slider', { name: /^Loss/ }), { key: '+' });
    expect([ends(/^Loss/), ends(/^Accuracy/)]).toEqual([
      ['2', '6'],
      ['2', '6'],
    ]);
    await fireEvent.click(screen.getByRole('button', { name: 'Show the whole axis' }));
    expect(ends(/^Accuracy/)).toEqual(['0', '8']);
    await fireEvent.keyDown(screen.getByRole('slider', { name: /^Loss/ }), { key: '+' });
    await fireEvent.click(screen.getByRole('radio', { name: 'step' }));
    expect(ends(/^Loss/)).toEqual(['0', '320']);
    await fireEvent.click(screen.getByRole('button', { name: /^Save Loss of/ }));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Numbers as CSV…' }));
    await waitFor(() => expect(bridge.inputsOf('figures/save')).toHaveLength(1));
    const rows = new TextDecoder().decode(bridge.inputsOf('figures/save')[0]?.content).trim().split('\r\n');
    expect([rows[0], rows.length]).toEqual(['step,trainLoss,learningRate', 321]);
  });

  it('tell the learning rate of the newest step, not that of the last finished epoch', async () => {
    const { bridge } = await open([LIVE], { 3: buildCurves(3, 40, 120) });
    const dropped = buildSteps(121, 140, 40).map((step) => ({ ...step, learningRate: 0.0025 }));
    bridge.push('run', buildStepsEvent(3, dropped));
    await screen.findByText('0.0025');
  });

  it('join what is stored and what came while it was read, each step once', async () => {
    const bridge = new FakeBridge({ runs: [LIVE] });
    let answer = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    bridge.handle('runs/curves', async () => {
      await waiting;
      return buildCurves(3, 40, 125);
    });
    const app = await renderScreen(RunsScreen, bridge);
    bridge.push('run', buildStepsEvent(3, buildSteps(121, 140, 40)));
    answer();
    await waitFor(() => expect(app.runs.curvesLoaded).toBe(true));
    expect(app.runs.curves.step).toEqual(Array.from({ length: 140 }, (_, index) => index + 1));
    expect(app.runs.curves.epochs.map((epoch) => epoch.epoch)).toEqual([1, 2, 3]);
  });
});

describe('the table', () => {
  const RUNS = [
    buildRunDetail({ id: 3, name: 'shapes', datasetName: 'Shapes-10', best: { epoch: 1, accuracy: 0.7 } }),
    buildRunDetail({ id: 2, name: 'k = 24', best: { epoch: 1, accuracy: 0.9 } }),
    buildRunDetail({ id: 1, name: 'k = 12', status: 'stopped', best: { epoch: 1, accuracy: 0.8 } }),
  ];

  it('filters as one types, says how many are left, and shows all again', async () => {
    await open(RUNS);
    const filter = screen.getByRole('searchbox', { name: 'Filter runs' });
    await fireEvent.input(filter, { target: { value: 'fashion' } });
    expect(shown()).toEqual(['2', '1']);
    screen.getByText('2 of 3');
    await fireEvent.input(filter, { target: { value: 'nothing' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(shown()).toEqual(['3', '2', '1']);
  });

  it('filters by state', async () => {
    await open(RUNS);
    await fireEvent.click(screen.getByRole('button', { name: /^state/ }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: 'stopped' }));
    expect(shown()).toEqual(['1']);
  });

  it('sorts by a column and says so', async () => {
    await open(RUNS);
    const head = screen.getByRole('columnheader', { name: 'Best %' });
    await fireEvent.click(within(head).getByRole('button'));
    expect(shown()).toEqual(['2', '1', '3']);
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });

  it('has one tab stop, and arrows choose the run whose page is shown', async () => {
    const { app } = await open(RUNS);
    expect(screen.getAllByRole('row').filter((row) => row.tabIndex === 0)).toEqual([rowOf(3)]);
    await fireEvent.keyDown(rowOf(3), { key: 'ArrowDown' });
    expect(app.runs.selectedId).toBe(2);
    await waitFor(() => expect(document.activeElement).toBe(rowOf(2)));
    screen.getByRole('heading', { name: 'k = 24' });
    await fireEvent.keyDown(rowOf(2), { key: 'End' });
    expect(app.runs.selectedId).toBe(1);
  });

  it('remembers the chosen run', async () => {
    const { app } = await open(RUNS);
    app.runs.select(1);
    const again = await open(RUNS);
    expect(again.app.runs.selected?.name).toBe('k = 12');
  });
});

describe('a name', () => {
  it('is changed in place, and a refusal stands beside it', async () => {
    const { bridge } = await open([buildRunDetail({ id: 1, name: 'old' })]);
    await fireEvent.click(screen.getByRole('button', { name: 'Rename' }));
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Name of the run' });
    await fireEvent.input(field, { target: { value: ' new ' } });
    bridge.refuse('runs/rename', { code: 'payload-invalid', message: 'That name is too long.', action: 'Shorten it.' });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect((await screen.findByRole('alert')).textContent).toBe('That name is too long. Shorten it.');
    bridge.handle('runs/rename', ({ id, name }) => buildRun({ id, name }));
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(screen.getAllByText('new')).toHaveLength(2));
    expect(bridge.inputsOf('runs/rename')).toEqual([
      { id: 1, name: 'new' },
      { id: 1, name: 'new' },
    ]);
  });

  it('stays what it was after Escape', async () => {
    const { bridge } = await open([buildRunDetail({ id: 1, name: 'old' })]);
    await fireEvent.click(screen.getByRole('button', { name: 'Rename' }));
    const field = screen.getByRole('textbox', { name: 'Name of the run' });
    await fireEvent.input(field, { target: { value: 'new' } });
    await fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.getAllByText('old')).toHaveLength(2);
    expect(bridge.inputsOf('runs/rename')).toEqual([]);
  });
});

describe('trouble', () => {
  it('is told in a sentence with what to do, and details to unfold', async () => {
    const error = {
      code: 'training-diverged',
      message: 'The run diverged at step 81.',
      action: 'Use a smaller learning rate.',
      detail: 'loss NaN at block1/layer3',
    } as const;
    await open([buildRunDetail({ id: 1, status: 'failed', epochsDone: 2, error })]);
    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('The run diverged at step 81. Use a smaller learning rate.');
    expect(within(alert).getByText('loss NaN at block1/layer3').closest('details')?.open).toBe(false);
    expect(rowOf(1).textContent).toContain('diverged at 2');
  });

  it('tells of an interrupted run what was kept', async () => {
    await open([buildRunDetail({ id: 1, status: 'interrupted', epochsDone: 5 })]);
    await screen.findByText('Interrupted after 5 of 8 epochs.');
  });

  it('offers to read again when the list cannot be read', async () => {
    const bridge = new FakeBridge({
      runs: [LIVE],
      runsFailure: { code: 'database-damaged', message: 'The database is damaged.', action: 'Restore the backup.' },
    });
    await renderScreen(RunsScreen, bridge);
    screen.getByText('The database is damaged.');
    bridge.handle('runs/list', () => [LIVE]);
    await fireEvent.click(screen.getByRole('button', { name: 'Read again' }));
    await waitFor(() => expect(shown()).toEqual(['3']));
  });

  it('says that there are no runs yet', async () => {
    await open([]);
    screen.getByText('No runs yet.');
  });
});

describe('a run that stopped early', () => {
  it('says so, and whose weights were tested', async () => {
    await open([buildRunDetail({ id: 1, epochs: 60, epochsDone: 12, best: { epoch: 7, accuracy: 0.84 } })]);
    expect(rowOf(1).textContent).toContain('done early at 12');
    await screen.findByText('Stopped early after 12 of 60 epochs.');
    screen.getByText('The weights of epoch 7, the best, are restored and tested.', { exact: false });
  });
});

describe('an imported run', () => {
  it('says that it has no curves, and tells nothing of a training that was not here', async () => {
    const trained = { epochsDone: 0, best: null, last: null, sparkline: [] };
    const imported = buildRunDetail({ id: 4, status: 'imported', origin: 'weights', ...trained });
    const run = { ...imported, recipe: null, datasetHash: '' };
    await open([run]);
    expect(rowOf(4).textContent).toContain('imported');
    await screen.findByText('No curves.');
    screen.getByText('denselab evaluate 4 --dataset NAME');
    expect(screen.queryByRole('button', { name: 'Resume' })).toBeNull();
    expect(screen.queryByText(/^Epoch$/)).toBeNull();
    await fireEvent.click(screen.getByRole('tab', { name: 'Configuration' }));
    screen.getByText('trained elsewhere');
    expect(screen.queryByText('Optimizer')).toBeNull();
  });
});

describe('the parts of a run', () => {
  it('show its configuration and its checkpoints', async () => {
    await open([buildRunDetail({ id: 1 })]);
    await fireEvent.click(screen.getByRole('tab', { name: 'Configuration' }));
    const panel = screen.getByRole('tabpanel');
    for (const text of ['3, 3, 3', 'SGD, Nesterov 0.9', '× 0.1 at epoch 4 and 6', 'CPU:0', '2.21.0']) {
      within(panel).getByText(text);
    }
    await fireEvent.keyDown(screen.getByRole('tab', { name: 'Configuration' }), { key: 'ArrowRight' });
    within(screen.getByRole('tabpanel')).getByText('checkpoint-000320.safetensors');
  });

  it('show what the worker told, oldest first, and read it again when an epoch has ended', async () => {
    const { bridge } = await open([LIVE]);
    const line = { time: '2026-11-24T12:00:00.000Z', level: 'warning' as const, text: 'memory is short' };
    bridge.handle('runs/log', () => ({ lines: [line], file: '/home/ada/DenseLab/runs/0003/log.txt', shortened: true }));
    await fireEvent.click(screen.getByRole('tab', { name: 'Log' }));
    await screen.findByText('memory is short');
    screen.getByText(/log\.txt; older lines were dropped/);
    const later = { ...line, level: 'error' as const, text: 'the drive is full' };
    bridge.handle('runs/log', () => ({ lines: [line, later], file: '/runs/0003/log.txt', shortened: false }));
    bridge.push('run', { event: 'epoch', run: 3, metrics: buildEpoch({ epoch: 4 }), outsideSeconds: 0 });
    await screen.findByText('the drive is full');
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent.replace(/\s+/g, ' '))).toEqual([
      expect.stringContaining('memory is short'),
      expect.stringContaining('the drive is full'),
    ]);
  });
});
