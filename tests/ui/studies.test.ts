import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import InspectScreen from '../../src-renderer/features/inspect/InspectScreen.svelte';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { giveSize, renderScreen } from '../support/renderScreen.ts';

const RUNS = [
  buildRunDetail({ id: 1, name: 'first', status: 'finished', epochsDone: 8 }),
  buildRunDetail({ id: 2, name: 'second', status: 'finished', epochsDone: 0 }),
];

let bridge: FakeBridge;
let takeBack: () => void;
beforeEach(() => {
  bridge = new FakeBridge({ runs: RUNS });
  takeBack = giveSize(900, 600);
});
afterEach(() => takeBack());

async function open(tab: string, runs: readonly number[] = [1]) {
  const app = await renderScreen(InspectScreen, bridge);
  await app.inspector.open(runs);
  await fireEvent.click(await screen.findByRole('tab', { name: tab }));
  return app;
}

function asked(name: string): readonly unknown[] {
  return bridge.requests.filter((request) => request.name === name).map(({ input }) => input);
}

describe('gradient flow', () => {
  it('is told cell by cell by the keyboard, with its scale, and says where nothing was recorded', async () => {
    const app = await open('Gradient flow', [1, 2]);
    const map = await screen.findByRole('application', { name: 'Gradient flow, gradient norm' });
    await fireEvent.keyDown(map, { key: 'ArrowRight' });
    await fireEvent.keyDown(map, { key: 'ArrowRight' });
    screen.getByRole('application', { name: 'Gradient flow, gradient norm: stem/conv, epoch 2, gradient norm 0.500' });
    expect([app.readout.subject, app.readout.facts[0]]).toEqual(['stem/conv', 'epoch 2']);
    screen.getByRole('img', { name: /^gradient norm, logarithmic scale from/ });
    await fireEvent.click(screen.getByRole('radio', { name: 'update / weight' }));
    screen.getByRole('img', { name: /^update \/ weight, logarithmic scale/ });
    screen.getByText('Nothing was recorded.');
  });
});

describe('likeness', () => {
  it('sets one network against itself, or two against each other', async () => {
    const app = await open('Likeness');
    await fireEvent.click(screen.getByRole('button', { name: 'Compare the layers' }));
    await screen.findByRole('application', { name: 'Similarity of layers' });
    expect(asked('inspect/similarity')).toEqual([{ a: { run: 1 }, b: { run: 1 } }]);
    await app.inspector.open([1, 2]);
    await fireEvent.click(await screen.findByRole('button', { name: 'Compare the layers' }));
    await waitFor(() => expect(asked('inspect/similarity')).toHaveLength(2));
    const map = await screen.findByRole('application', { name: 'Similarity of layers' });
    await fireEvent.keyDown(map, { key: 'End' });
    screen.getByRole('application', { name: /Stem of A, Classifier of B, CKA 0\.\d{3}$/ });
  });
});

describe('accuracy by depth', () => {
  it('is measured when asked for, shows how far it is, and can be ended', async () => {
    let fail: (error: Error) => void = () => undefined;
    bridge.handle('inspect/probe', () => new Promise((_, reject) => (fail = reject)));
    await open('Depth');
    screen.getByText('Not measured yet.');
    await fireEvent.click(screen.getByRole('button', { name: 'Fit the probes' }));
    bridge.push('inspection', { run: 1, epoch: 1, split: 'train', done: 320, total: 800 });
    await screen.findByText('320 of 800 train images');
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(asked('inspect/cancel')).toEqual([{ run: 1 }]);
    fail(new DenseLabError('cancelled', 'Cancelled.', 'Start again.'));
    await screen.findByText('Not measured yet.');
  });

  it('is drawn with the accuracy of the network itself', async () => {
    await open('Depth');
    await fireEvent.click(screen.getByRole('button', { name: 'Fit the probes' }));
    await screen.findByRole('img', { name: /^Stem 38\.00 ?%, Block 1 .* the network itself 90\.00 ?%$/ });
  });
});

describe('what if', () => {
  it('tries changes together, and lists what they cost', async () => {
    await open('What if');
    await fireEvent.change(screen.getByLabelText('Reader'), { target: { value: 'block1/layer2' } });
    await fireEvent.change(screen.getByLabelText('Source'), { target: { value: 'block1/layer1' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Add the cut' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Add the rounding' }));
    const list = within(screen.getByRole('list', { name: 'What will be tried' }));
    list.getByText('Block 1, layer 2 without Block 1, layer 1');
    await fireEvent.click(screen.getByRole('button', { name: 'Add the loss' }));
    await fireEvent.click(list.getByRole('button', { name: /^Leave out: No / }));
    await fireEvent.click(screen.getByRole('button', { name: 'Try it on the test images' }));
    await screen.findByText('Block 1, layer 2 without Block 1, layer 1; Weights of 8 bits');
    expect(asked('inspect/whatIf')).toEqual([
      {
        run: 1,
        changes: [
          { kind: 'cut', source: 'block1/layer1', reader: 'block1/layer2' },
          { kind: 'quantise', bits: 8 },
        ],
      },
    ]);
    screen.getByText('5 of 100');
  });

  it('says what cannot be tried', async () => {
    bridge.refuse('inspect/whatIf', { code: 'not-inspectable', message: 'This cannot be tried.', action: 'Drop it.' });
    await open('What if');
    await fireEvent.click(screen.getByRole('button', { name: 'Add the rounding' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Try it on the test images' }));
    await screen.findByText('This cannot be tried.');
    screen.getByText('Nothing was tried yet.');
  });
});
