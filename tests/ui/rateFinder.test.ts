import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import type { RatePoint, RateSearch } from '../../src-main/contract/rates.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName, PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

/** A loss that falls until 0.1 and runs away after it. */
const POINTS: readonly RatePoint[] = Array.from({ length: 60 }, (_, index) => {
  const rate = 1e-5 * 10 ** (index / 12);
  const smoothed = rate < 0.1 ? 2.3 - 0.3 * Math.max(0, Math.log10(rate) + 4) : 2 + 20 * rate;
  return { rate, loss: smoothed + 0.1 * Math.sin(index), smoothed };
});
const SEARCH: RateSearch = { points: POINTS, steepest: 0.04713, tenthOfLowest: 0.00968 };

/** A bridge whose search waits for `finish`. */
async function open() {
  const bridge = new FakeBridge({
    datasets: [buildDatasetDetail({ id: 'cifar-10', name: 'CIFAR-10', height: 32, width: 32, channels: 3 })],
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
  });
  let finish: (outcome: RateSearch | DenseLabError) => void = () => undefined;
  bridge.handle(
    'rates/find',
    () =>
      new Promise<RateSearch>((resolve, reject) => {
        finish = (outcome) => (outcome instanceof DenseLabError ? reject(outcome) : resolve(outcome));
      }),
  );
  const app = await renderScreen(TrainScreen, bridge);
  await waitFor(() => expect(app.trainDraft.plan).not.toBeNull());
  const find = () => fireEvent.click(screen.getByRole('button', { name: 'Find a learning rate' }));
  return { bridge, find, finish: (outcome: RateSearch | DenseLabError) => finish(outcome) };
}

describe('the search for a learning rate', () => {
  it('tries the network and the dataset of the form, tells its steps, and hands over what it found', async () => {
    const { bridge, find, finish } = await open();
    await fireEvent.input(screen.getByLabelText('Batch'), { target: { value: '32' } });
    await find();
    expect(bridge.inputsOf('rates/find')).toMatchObject([
      { dataset: 'cifar-10', model: modelFromName('densenet-bc-22-12'), recipe: { batchSize: 32 }, steps: 100 },
    ]);
    for (const point of POINTS.slice(0, 30)) bridge.push('rateSearch', { event: 'rate', point });
    await screen.findByText('Step 30 of at most 100');
    finish(SEARCH);
    await fireEvent.click(await screen.findByRole('button', { name: 'Use 0.047' }));
    expect(screen.getByLabelText<HTMLInputElement>('Learning rate').value).toBe('0.047');
    expect(screen.queryByRole('button', { name: 'Use 0.047' })).toBeNull();
  });

  it('ends without a word when it is cancelled', async () => {
    const { bridge, find, finish } = await open();
    await find();
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(bridge.inputsOf('rates/cancel')).toHaveLength(1);
    finish(new DenseLabError('cancelled', 'The search was cancelled.', 'Start it again.'));
    await screen.findByRole('button', { name: 'Find a learning rate' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says why it failed', async () => {
    const { find, finish } = await open();
    await find();
    finish(new DenseLabError('training-diverged', 'The loss was no number at the first step.', 'Check the images.'));
    expect((await screen.findByRole('alert')).textContent).toContain('The loss was no number at the first step.');
  });

  it('waits until the form can be trained with', async () => {
    await open();
    await fireEvent.input(screen.getByLabelText('Epochs'), { target: { value: 'x' } });
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Find a learning rate' });
    expect(button.disabled).toBe(true);
  });

  it('draws the falling part over decades and cuts off where the loss runs away', async () => {
    const { find, finish } = await open();
    await find();
    finish(SEARCH);
    const drawing = await screen.findByRole('img', { name: /falls fastest at 0.047$/ });
    const labels = [...drawing.querySelectorAll('text.mid')].map((text) => text.textContent);
    expect(labels).toEqual(['0.00001', '0.0001', '0.001', '0.01', '0.1']);
    const heights = [...(drawing.querySelector('path.line')?.getAttribute('d') ?? '').matchAll(/ ([\d.]+)/g)];
    expect(heights).toHaveLength(60);
    expect(heights.every(([, y]) => Number(y) >= 8 && Number(y) <= 85)).toBe(true);
  });
});
