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

describe('charts of the overlay', () => {
  const accuracy = (): HTMLElement => screen.getByRole('slider', { name: 'Held-out accuracy over epoch' });

  it('go closer together by keys, and back to the whole axis', async () => {
    const { app } = await open(1, 2);
    await screen.findByText('+10.00');
    await fireEvent.keyDown(accuracy(), { key: '+' });
    expect(app.comparison.looking.look.zoom).toEqual([0.75, 2.25]);
    for (const chart of screen.getAllByRole('slider', { name: /over epoch$/ })) {
      expect(chart.getAttribute('aria-valuemin')).toBe('0.75');
    }
    await fireEvent.keyDown(accuracy(), { key: '0' });
    expect(app.comparison.looking.look.zoom).toBeNull();
  });

  it('forget the zoom when the axis counts something else', async () => {
    const { app } = await open(1, 2);
    await screen.findByText('+10.00');
    await fireEvent.keyDown(accuracy(), { key: '+' });
    await fireEvent.click(screen.getByRole('radio', { name: 'step' }));
    expect(app.comparison.looking.look.zoom).toBeNull();
  });

  it('are chosen from a list, and are there again after a restart', async () => {
    await open(1, 2);
    await fireEvent.click(await screen.findByRole('button', { name: 'Charts' }));
    await fireEvent.click(screen.getByRole('menuitemradio', { name: 'Gradient norm' }));
    await screen.findByRole('region', { name: 'Gradient norm' });
    expect(localStorage.getItem('denselab.compare.panels')).toBe('accuracy,loss,trainAccuracy,trainLoss,gradientNorm');
  });

  it('give their numbers as CSV', async () => {
    const { bridge, app } = await open(1, 2);
    await fireEvent.click(await screen.findByRole('button', { name: 'Save Held-out accuracy over epoch' }));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Numbers as CSV…' }));
    await waitFor(() => expect(app.toasts.current?.message).toContain('Held-out accuracy over epoch.csv'));
    const content = bridge.inputsOf('figures/save')[0]?.content;
    expect(new TextDecoder().decode(content).split('\r\n').slice(0, 3)).toEqual([
      'run,epoch,accuracy',
      'Run 1,1,50',
      'Run 1,2,90',
    ]);
  });
});

describe('parallel coordinates', () => {
  it('are brushed by keys: the others fade in the table, until all are kept again', async () => {
    const { app } = await open(1, 2, 3);
    await fireEvent.click(await screen.findByRole('radio', { name: 'Parallel' }));
    const hand = await screen.findByRole('slider', { name: 'Learning rate from' });
    expect(hand.getAttribute('aria-valuetext')).toBe('0.01');
    await fireEvent.keyDown(hand, { key: 'PageUp' });
    await screen.findByText('2 of 3 runs kept');
    const row = screen.getByRole('row', { name: /^Run 3/ });
    expect(row.classList.contains('faded')).toBe(true);
    expect(screen.getByRole('row', { name: /^Run 1/ }).classList.contains('faded')).toBe(false);
    await fireEvent.click(screen.getByRole('radio', { name: 'Overlay' }));
    await screen.findByText(/keep 2 of 3 runs; the others fade/);
    await fireEvent.click(screen.getByRole('button', { name: 'Keep all' }));
    expect(app.comparison.looking.look.brushes).toEqual([]);
  });
});

describe('saved comparisons', () => {
  it('keep the runs and the look under a name, and bring both back', async () => {
    const { bridge, app } = await open(1, 3);
    const axes = within(await screen.findByRole('radiogroup', { name: 'Horizontal axis' }));
    await fireEvent.click(axes.getByRole('radio', { name: 'time' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Saved' }));
    await fireEvent.input(screen.getByLabelText('Keep this one as'), { target: { value: 'Rates' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Keep' }));
    await waitFor(() => expect(bridge.comparisons.get(1)?.look.axis).toBe('time'));
    app.comparison.clear();
    app.comparison.looking.change({ axis: 'step' });
    await fireEvent.click(await screen.findByRole('button', { name: 'Open Rates' }));
    await waitFor(() => expect(app.comparison.ids).toEqual([1, 3]));
    expect(app.comparison.looking.look.axis).toBe('time');
  });

  it('say which of their runs were removed since', async () => {
    const { bridge, app } = await open(1, 2, 3);
    await app.comparison.saved.save('Rates', [1, 2, 3], app.comparison.looking.look);
    const saved = bridge.comparisons.get(1);
    if (saved === undefined) throw new Error('nothing was saved');
    bridge.push('runChanged', { id: 2, run: null });
    app.comparison.restore(saved);
    await screen.findByText(/1 run of Rates was removed since/);
    screen.getByText(/Run 2\. The others are compared/);
    await waitFor(() => expect(app.comparison.present).toEqual([1, 3]));
  });

  it('can be removed, and taken back', async () => {
    const { bridge, app } = await open(1, 2);
    await app.comparison.saved.save('Rates', [1, 2], app.comparison.looking.look);
    await fireEvent.click(screen.getByRole('button', { name: 'Saved' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Remove Rates' }));
    await waitFor(() => expect(bridge.comparisons.size).toBe(0));
    app.toasts.undo();
    await screen.findByRole('button', { name: 'Open Rates' });
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

  it('show the difference of their confusions, and the images of a cell', async () => {
    const bridge = new FakeBridge({ runs: RUNS, curves: CURVES, datasets: [buildDatasetDetail()] });
    const app = await renderScreen(CompareScreen, bridge);
    for (const id of [1, 2]) app.comparison.toggle(id);
    await fireEvent.click(await screen.findByRole('button', { name: 'Set A against B' }));
    const cell = await screen.findByRole('slider', { name: 'Cell of the confusion difference' });
    await fireEvent.focus(cell);
    expect(cell.getAttribute('aria-valuetext')).toMatch(/^T-shirt told right: A minus B /);
    await fireEvent.keyDown(cell, { key: 'ArrowRight' });
    expect(cell.getAttribute('aria-valuetext')).toMatch(/^T-shirt taken for Trouser: A minus B /);
    expect(app.readout.facts[0]).toMatch(/^A \d+ images$/);
    await fireEvent.keyDown(cell, { key: 'Enter' });
    await screen.findByRole('region', { name: 'Images of the cell' });
  });

  it('open an image in both networks', async () => {
    const bridge = new FakeBridge({ runs: RUNS, curves: CURVES, datasets: [buildDatasetDetail()] });
    const app = await renderScreen(CompareScreen, bridge);
    for (const id of [1, 2]) app.comparison.toggle(id);
    await fireEvent.click(await screen.findByRole('button', { name: 'Set A against B' }));
    await screen.findByRole('list', { name: 'A right, B wrong' });
    const [first] = await screen.findAllByRole('button', { name: /^Feature maps of both/ });
    if (first !== undefined) await fireEvent.click(first);
    expect(app.navigation.screen).toBe('inspect');
    expect(app.inspector.sides.map(({ run }) => run)).toEqual([1, 2]);
    await waitFor(() => expect(app.inspector.image).toMatchObject({ kind: 'stored', split: 'test' }));
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
