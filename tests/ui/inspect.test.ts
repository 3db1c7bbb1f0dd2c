import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import InspectScreen from '../../src-renderer/features/inspect/InspectScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const RUNS = [
  buildRunDetail({ id: 1, name: 'first', status: 'finished', epochsDone: 8 }),
  buildRunDetail({ id: 2, name: 'second', status: 'finished', epochsDone: 8 }),
];

async function open(runs: readonly number[]): Promise<{ readonly app: AppState; readonly bridge: FakeBridge }> {
  const bridge = new FakeBridge({ runs: RUNS });
  const app = await renderScreen(InspectScreen, bridge);
  await app.inspector.open(runs);
  await waitFor(() => expect(app.inspector.sides.every(({ maps }) => maps !== null)).toBe(true));
  return { app, bridge };
}

describe('Inspect', () => {
  it('offers the runs that have learnt something, when nothing is open', async () => {
    await renderScreen(InspectScreen, new FakeBridge({ runs: RUNS }));
    screen.getByText('No network is open.');
    expect(within(screen.getByLabelText('Run A')).getByText('first')).toBeTruthy();
  });

  it('opens the first layer of the first block, at what goes into its first convolution', async () => {
    const { app } = await open([1]);
    screen.getByRole('heading', { name: 'Block 1, layer 1' });
    expect(app.inspector.layer).toBe('block1/layer1/relu1');
    screen.getByRole('application', { name: /^Maps: \d+ maps$/ });
  });

  it('walks the map of the network by keys, and asks for the maps of where it stops', async () => {
    const { app, bridge } = await open([1]);
    await fireEvent.keyDown(screen.getByRole('button', { name: /^layer 1/, current: true }), { key: 'ArrowDown' });
    expect(app.inspector.unit).toBe('block1/layer2');
    await waitFor(() =>
      expect(bridge.requests.filter(({ name }) => name === 'inspect/maps').at(-1)?.input).toMatchObject({
        layer: 'block1/layer2/relu1',
      }),
    );
  });

  it('shows two networks on the same image, layer and scale', async () => {
    const { app, bridge } = await open([1, 2]);
    screen.getByText('A first');
    screen.getByText('B second');
    app.inspector.step(1);
    await waitFor(() => {
      const asked = bridge.requests.filter(({ name }) => name === 'inspect/image').slice(-2);
      expect(asked.map(({ input }) => input)).toMatchObject([
        { run: 1, image: { split: 'test', index: 1 } },
        { run: 2, image: { split: 'test', index: 1 } },
      ]);
    });
    screen.getByRole('img', { name: 'Scale of the maps, shared' });
  });

  it('opens a compared image by its place in the version', async () => {
    const { app } = await open([1]);
    const splits = app.inspector.network?.splits ?? {};
    const before = (splits.train ?? 0) + (splits.validation ?? 0);
    await app.inspector.open([1, 2], { split: 'test', position: before + 7 });
    expect(app.inspector.image).toEqual({ kind: 'stored', split: 'test', index: 7 });
  });

  it('marks dead and alike maps when asked', async () => {
    await open([1]);
    await fireEvent.click(screen.getByRole('button', { name: 'Find dead and alike maps' }));
    await screen.findByText(/^1 of \d+$/);
  });

  it('draws feature reuse with its scale, and says what the paper saw', async () => {
    const { bridge } = await open([1]);
    await fireEvent.click(screen.getByRole('tab', { name: 'Reuse' }));
    await screen.findByRole('heading', { name: 'Feature reuse' });
    expect(screen.getAllByText(/^(holds|does not hold|cannot be told)$/).length).toBe(4);
    await fireEvent.click(screen.getByRole('radio', { name: 'L1 / map' }));
    expect(bridge.requests).toContainEqual({ name: 'inspect/reuse', input: { run: 1, norm: 'l1' } });
  });
});

describe('the map of the network', () => {
  it('draws every connection, folds a block, and reads out what a unit is', async () => {
    const { app } = await open([1]);
    await fireEvent.click(screen.getByRole('tab', { name: 'Network' }));
    const blocks = app.inspector.network?.blocks ?? [];
    const all = blocks.reduce((sum, { units }) => {
      const layers = units.filter((name) => name.includes('/')).length;
      return sum + (layers * (layers + 1)) / 2;
    }, 0);
    screen.getByText(new RegExp(`^${all} connections inside its blocks`));
    const map = screen.getByRole('application', { name: /^Map of the network: Block 1, layer 1$/ });
    await fireEvent.keyDown(map, { key: 'ArrowUp' });
    expect(app.inspector.folded.has(1)).toBe(true);
    screen.getByText(/^Block 1, \d+ folded$/);
    await fireEvent.keyDown(map, { key: 'ArrowDown' });
    await fireEvent.keyDown(map, { key: 'ArrowRight' });
    expect(app.inspector.unit).toBe('block1/layer2');
    expect(
      within(screen.getByRole('region', { name: 'Layers of Block 1, layer 2' })).getAllByText('convolution'),
    ).not.toEqual([]);
  });
});

describe('maps of two networks', () => {
  it('are subtracted map by map on a scale around 0', async () => {
    const { app } = await open([1, 2]);
    await fireEvent.click(screen.getByRole('radio', { name: 'A minus B' }));
    screen.getByRole('application', { name: /^A minus B: \d+ maps$/ });
    screen.getByRole('img', { name: 'Scale of the difference, shared' });
    screen.getByRole('button', { name: `Save A minus B, ${app.inspector.layer ?? ''}` });
  });

  it('zoom and step together', async () => {
    const { app } = await open([1, 2]);
    const grid = screen.getByRole('application', { name: /^Maps of A/ });
    await fireEvent.keyDown(grid, { key: 'End' });
    const first = app.inspector.map;
    expect(first).not.toBeNull();
    const [over] = screen.getAllByRole('application', { name: /over the image$/ });
    if (over === undefined) throw new Error('no map lies over the image');
    await fireEvent.keyDown(over, { key: 'ArrowLeft' });
    expect(app.inspector.map).not.toBe(first);
    await fireEvent.keyDown(grid, { key: 'Escape' });
    expect(app.inspector.map).toBeNull();
  });
});

describe('the image', () => {
  it('is one of those that the network gets wrong, when asked for', async () => {
    const { app, bridge } = await open([1]);
    await fireEvent.change(screen.getByLabelText('Which images'), { target: { value: 'wrong' } });
    await screen.findByText(/among 100 test images$/);
    const judged = app.judgements.of(1).judgement;
    const isWrong = (): boolean => {
      const { image } = app.inspector;
      return image.kind === 'stored' && judged?.labels[image.index] !== judged?.predicted[image.index];
    };
    await waitFor(() => expect(isWrong()).toBe(true));
    app.inspector.step(1);
    expect(isWrong()).toBe(true);
    expect(bridge.inputsOf('runs/judge')).toEqual([{ id: 1, split: 'test' }]);
  });

  it('is a file that is dropped, with what became of it', async () => {
    const { app, bridge } = await open([1]);
    app.drops.taker?.take(['/home/ada/cat.png']);
    await waitFor(() =>
      expect(bridge.inputsOf('inspect/image').at(-1)).toMatchObject({
        image: { kind: 'file', path: '/home/ada/cat.png' },
      }),
    );
    screen.getByText('cat.png');
    await fireEvent.click(screen.getByRole('button', { name: 'Back to the images of the run' }));
    expect(app.inspector.image).toEqual({ kind: 'stored', split: 'test', index: 0 });
  });
});

describe('evidence and weights', () => {
  it('asks for the class that is chosen, and says what covering changes', async () => {
    const { app, bridge } = await open([1]);
    await fireEvent.click(screen.getByRole('tab', { name: 'Evidence' }));
    await screen.findByText(/uncovered; at worst/);
    const label = app.inspector.network?.classNames[2] ?? '';
    await fireEvent.change(screen.getByLabelText('Evidence for'), { target: { value: '2' } });
    await screen.findByRole('application', { name: new RegExp(`^Class activation for ${label}`) });
    expect(bridge.inputsOf('inspect/occlusion').at(-1)).toMatchObject({ class: 2 });
  });

  it('shows filters, histogram and norms of the layer that is chosen', async () => {
    await open([1]);
    await fireEvent.click(screen.getByRole('tab', { name: 'Weights' }));
    await screen.findByRole('img', { name: /^Histogram of block1\/layer1\/conv1\/weights/ });
    screen.getByRole('img', { name: /^Filters of block1\/layer1\/conv1\/weights/ });
    screen.getByRole('application', { name: /^Norms of all layers/ });
  });
});

describe('saving', () => {
  it('hands the numbers of the maps to NumPy with their shape', async () => {
    const { app, bridge } = await open([1]);
    await fireEvent.click(screen.getByRole('button', { name: /^Save first, block1/ }));
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Numbers for NumPy (npy)…' }));
    const maps = app.inspector.sides[0]?.maps;
    await waitFor(() =>
      expect(bridge.inputsOf('figures/save')[0]).toMatchObject({
        format: 'npy',
        shape: [maps?.height, maps?.width, maps?.maps],
      }),
    );
    expect(bridge.inputsOf('figures/save')[0]?.content.length).toBe(4 * (maps?.values.length ?? 0));
  });
});
