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
