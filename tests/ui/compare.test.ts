import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunCurves, RunDetail } from '../../src-main/contract/run.ts';
import CompareScreen from '../../src-renderer/features/compare/CompareScreen.svelte';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { buildCurves, buildEpoch, buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const RUNS: readonly RunDetail[] = [1, 2, 3].map((id) => {
  const run = buildRunDetail({ id, name: `Run ${String(id)}`, colour: id });
  return { ...run, recipe: { ...run.recipe, learningRate: id === 3 ? 0.01 : 0.1, seed: id } };
});

function curvesWith(best: number): RunCurves {
  const epochs = [0.5, best, best - 0.1].map((accuracy, index) =>
    buildEpoch({ epoch: index + 1, step: 40 * (index + 1), heldOut: { loss: 1 - accuracy, accuracy } }),
  );
  return { ...buildCurves(3), epochs };
}

const CURVES = { 1: curvesWith(0.9), 2: curvesWith(0.8), 3: curvesWith(0.7) };

beforeEach(() => {
  localStorage.clear();
});

async function open(...picked: readonly number[]): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ runs: RUNS, curves: CURVES });
  const app = await renderScreen(CompareScreen, bridge);
  for (const id of picked) app.comparison.toggle(id);
  return { bridge, app };
}

/** Names in the order of the rows of the table. */
function ranking(): readonly string[] {
  const rows = within(screen.getByRole('table', { name: 'Compared runs' }))
    .getAllByRole('row')
    .slice(1);
  return rows.map((row) => within(row).getAllByRole('cell')[0]?.textContent.trim() ?? '');
}

describe('picking runs', () => {
  it('says what to do until there are two', async () => {
    const { app } = await open();
    screen.getByText('No runs picked yet.');
    app.comparison.toggle(1);
    await screen.findByText('One run picked.');
    app.comparison.toggle(2);
    await screen.findByText('Only what differs');
  });

  it('takes a run out by its chip, and remembers the others over a restart', async () => {
    await open(1, 2, 3);
    await fireEvent.click(await screen.findByRole('button', { name: 'Take Run 3 out of the comparison' }));
    expect(localStorage.getItem('denselab.compare')).toBe('1,2');
  });

  it('is done with C in the table of runs', async () => {
    const bridge = new FakeBridge({ runs: RUNS, curves: CURVES });
    const app = await renderScreen(RunsScreen, bridge);
    app.runs.select(1);
    app.actions.run('run.compare');
    app.runs.select(2);
    app.actions.run('run.compare');
    expect(app.comparison.ids).toEqual([1, 2]);
    await fireEvent.click(await screen.findByRole('button', { name: 'Compare 2' }));
    expect(app.navigation.screen).toBe('compare');
  });

  it('lets go of a run that is removed', async () => {
    const { bridge, app } = await open(1, 2, 3);
    bridge.push('runChanged', { id: 3, run: null });
    await waitFor(() => expect(app.comparison.ids).toEqual([1, 2]));
  });
});

describe('the overlay', () => {
  it('sets A against B, and changes them', async () => {
    const { app } = await open(1, 2);
    await screen.findByText('+10.00');
    app.comparison.swap();
    await screen.findByText('−10.00');
  });

  it('tells only what differs, and folds the seed away', async () => {
    await open(1, 3);
    const pane = within(await screen.findByRole('region', { name: 'Only what differs' }));
    pane.getByRole('rowheader', { name: 'Learning rate' });
    expect(pane.queryByRole('rowheader', { name: 'Seed' })).toBeNull();
    await fireEvent.click(pane.getByRole('button', { name: /seed and machine/ }));
    pane.getByRole('rowheader', { name: 'Seed' });
  });

  it('takes seeds of one configuration together', async () => {
    await open(1, 2, 3);
    const pane = within(await screen.findByRole('region', { name: 'What it means' }));
    pane.getByText('85.00');
  });

  it('warns of runs on different data', async () => {
    const other = buildRunDetail({ id: 4, name: 'Elsewhere', datasetName: 'Other' });
    const bridge = new FakeBridge({ runs: [...RUNS, other], curves: { ...CURVES, 4: curvesWith(0.6) } });
    const app = await renderScreen(CompareScreen, bridge);
    app.comparison.toggle(1);
    app.comparison.toggle(4);
    await screen.findByText(/not comparable as they stand/);
  });

  it('draws itself again when an epoch of a picked run ends', async () => {
    const { bridge } = await open(1, 2);
    await screen.findByText('+10.00');
    const before = bridge.inputsOf('runs/compare').length;
    bridge.push('run', { run: 1, event: 'epoch', metrics: buildEpoch({ epoch: 4 }), outsideSeconds: 0 });
    bridge.push('run', { run: 3, event: 'epoch', metrics: buildEpoch({ epoch: 4 }), outsideSeconds: 0 });
    await waitFor(() => expect(bridge.inputsOf('runs/compare').length).toBe(before + 1), { timeout: 3000 });
  });
});

describe('two runs on every test image', () => {
  it('are set against each other when asked, with the images behind the difference', async () => {
    const bridge = new FakeBridge({ runs: RUNS, curves: CURVES, datasets: [buildDatasetDetail()] });
    const app = await renderScreen(CompareScreen, bridge);
    app.comparison.toggle(1);
    app.comparison.toggle(2);
    await fireEvent.click(await screen.findByRole('button', { name: 'Set A against B' }));
    await screen.findByText(/McNemar's test: p 1\.0000, could be chance/);
    const only = within(await screen.findByRole('list', { name: 'A right, B wrong' }));
    expect(only.getAllByRole('img').map((image) => image.getAttribute('aria-label'))).toEqual([
      'Coat, told to be T-shirt by B',
      'T-shirt, told to be Trouser by B',
    ]);
    expect(bridge.inputsOf('runs/contrast')).toEqual([{ a: 1, b: 2, split: 'test' }]);
  });

  it('are forgotten when others are looked at', async () => {
    const bridge = new FakeBridge({ runs: RUNS, curves: CURVES, datasets: [buildDatasetDetail()] });
    const app = await renderScreen(CompareScreen, bridge);
    for (const id of [1, 2, 3]) app.comparison.toggle(id);
    await fireEvent.click(await screen.findByRole('button', { name: 'Set A against B' }));
    await screen.findByText(/McNemar/);
    app.comparison.toggle(2);
    await screen.findByRole('button', { name: 'Set A against B' });
  });
});

describe('the table', () => {
  it('has best and last, and sorts by either', async () => {
    const { bridge } = await open(1, 2, 3);
    bridge.handle('runs/exportComparison', () => ({ path: '/tmp/x.csv' }));
    await fireEvent.click(await screen.findByRole('radio', { name: 'Table' }));
    expect(ranking()).toEqual(['Run 1', 'Run 2', 'Run 3']);
    await fireEvent.click(screen.getByRole('button', { name: 'Best loss' }));
    expect(ranking()).toEqual(['Run 1', 'Run 2', 'Run 3']);
    await fireEvent.click(screen.getByRole('button', { name: 'Best loss' }));
    expect(ranking()).toEqual(['Run 3', 'Run 2', 'Run 1']);
    screen.getByText('90.00');
    screen.getAllByText('80.00');
  });
});

describe('exporting', () => {
  it('asks for the report of the picked runs, and says where it is', async () => {
    const { bridge, app } = await open(1, 2);
    await app.comparison.export('html');
    expect(bridge.inputsOf('runs/exportComparison')).toEqual([{ ids: [1, 2], format: 'html' }]);
    expect(app.toasts.current?.message).toContain('/home/ada/comparison.html');
  });
});

describe('a comparison that cannot be read', () => {
  it('says why, and reads again', async () => {
    const { bridge, app } = await open();
    bridge.refuse('runs/compare', {
      code: 'database-damaged',
      message: 'The record of run 2 is damaged.',
      action: 'Take it out.',
    });
    app.comparison.toggle(1);
    app.comparison.toggle(2);
    await screen.findByText('The record of run 2 is damaged.');
  });
});
