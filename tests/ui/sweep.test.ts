import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName, PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { buildCalibration, buildForecast } from '../support/buildForecast.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

function bridgeOf(): FakeBridge {
  return new FakeBridge({
    datasets: [buildDatasetDetail({})],
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
  });
}

async function addField(title: string): Promise<void> {
  const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Add a field to the sweep' });
  const option = within(select).getByRole<HTMLOptionElement>('option', { name: title });
  await fireEvent.change(select, { target: { value: option.value } });
}

const values = (title: string) => screen.getByLabelText<HTMLInputElement>(`Values of ${title}`);

/** The sweep of the paper's networks: k and depth, and ResNet-20 beside them, over two seeds. */
async function sweepTen(): Promise<void> {
  await fireEvent.click(await screen.findByRole('row', { name: /^DenseNet-BC 22 12 / }));
  await addField('Growth rate k');
  await fireEvent.input(values('Growth rate k'), { target: { value: '6, 12' } });
  await addField('Depth L');
  await fireEvent.input(values('Depth L'), { target: { value: '22, 40' } });
  await addField('Seed');
  await fireEvent.input(values('Seed'), { target: { value: '1..2' } });
  const networks = screen.getByRole('combobox', { name: 'Add a network to the sweep' });
  await fireEvent.change(networks, { target: { value: 'resnet-20' } });
}

describe('a sweep', () => {
  it('says how many runs, how long and how much memory, and queues exactly these', async () => {
    const bridge = bridgeOf();
    const app = await renderScreen(TrainScreen, bridge);
    await sweepTen();
    const queue = await screen.findByRole('button', { name: /^Queue 10 runs/ });
    expect(screen.getByRole('heading', { name: '10 runs' }).parentElement?.textContent).toMatch(
      /28 min in all, at most 900 MB/,
    );
    await fireEvent.click(queue);
    await waitFor(() => expect(app.navigation.screen).toBe('runs'));
    const [added] = bridge.inputsOf('queue/add');
    expect(added?.requests).toHaveLength(10);
    expect(added?.sweep).toBe('Growth rate k, Depth L, Seed, Fashion-MNIST');
    const models = added?.requests.map(({ model, recipe }) => JSON.stringify([model, recipe.seed]));
    const wanted = ['densenet-bc-22-6', 'densenet-bc-40-6', 'densenet-bc-22-12', 'densenet-bc-40-12', 'resnet-20'];
    const expected = wanted.flatMap((name) => [1, 2].map((seed) => JSON.stringify([modelFromName(name), seed])));
    expect(new Set(models)).toEqual(new Set(expected));
  });

  it('begins at the field itself, by Alt+S', async () => {
    await renderScreen(TrainScreen, bridgeOf());
    const rate = screen.getByLabelText('Learning rate', { exact: true });
    rate.focus();
    await fireEvent.keyDown(rate, { key: 's', code: 'KeyS', altKey: true });
    await waitFor(() => expect(document.activeElement).toBe(values('Learning rate')));
    await fireEvent.input(values('Learning rate'), { target: { value: '0.1, 0.05' } });
    expect(screen.getByRole('button', { name: 'Learning rate takes 0.1, 0.05' })).toBeTruthy();
  });

  it('tells what is left out, and why', async () => {
    await renderScreen(TrainScreen, bridgeOf());
    await fireEvent.click(await screen.findByRole('row', { name: /^DenseNet-BC 22 12 / }));
    await addField('Depth L');
    await fireEvent.input(values('Depth L'), { target: { value: '22, 23' } });
    await fireEvent.click(await screen.findByRole('button', { name: /1 combination left out/ }));
    expect(screen.getByText(/depth L 23: /)).toBeTruthy();
    expect(screen.getByRole('button', { name: /^Queue 1 run/ })).toBeTruthy();
  });

  it('does not start with a value that is none, and says so at the field', async () => {
    const bridge = bridgeOf();
    await renderScreen(TrainScreen, bridge);
    await addField('Batch');
    await fireEvent.input(values('Batch'), { target: { value: '64, many' } });
    expect(screen.getByText('Give a whole number of images, 1 or more.')).toBeTruthy();
    await fireEvent.keyDown(document.body, { key: 'Enter', code: 'Enter', ctrlKey: true });
    expect(bridge.inputsOf('queue/add')).toEqual([]);
    expect(bridge.inputsOf('runs/start')).toEqual([]);
  });

  it('picks words where a setting is chosen, and draws random combinations', async () => {
    const bridge = bridgeOf();
    await renderScreen(TrainScreen, bridge);
    await addField('Schedule');
    const schedules = screen.getByRole('group', { name: 'Values of Schedule' });
    await fireEvent.click(within(schedules).getByRole('checkbox', { name: 'Constant' }));
    await addField('Learning rate');
    await fireEvent.input(values('Learning rate'), { target: { value: '0.01..0.1:3 log' } });
    await fireEvent.click(screen.getByRole('radio', { name: 'Random' }));
    await fireEvent.input(screen.getByLabelText(/Random combinations/), { target: { value: '3' } });
    await screen.findByRole('button', { name: /^Queue 3 runs/ });
    const asked = bridge.inputsOf('sweeps/plan').at(-1);
    expect(asked?.choose).toEqual({ kind: 'random', count: 3, seed: 1 });
    const schedule = asked?.axes.find(({ key }) => key === 'recipe.schedule')?.values;
    expect(schedule?.kind === 'list' && schedule.values).toContainEqual({ kind: 'constant' });
  });

  it('is there again after a restart, and gives way to one run', async () => {
    await renderScreen(TrainScreen, bridgeOf());
    await sweepTen();
    await screen.findByRole('button', { name: /^Queue 10 runs/ });
    document.body.innerHTML = '';
    await renderScreen(TrainScreen, bridgeOf());
    expect(await screen.findByRole('button', { name: /^Queue 10 runs/ })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'One run' }));
    expect(screen.getByRole('button', { name: /^Start/ })).toBeTruthy();
  });
});

describe('what a run takes', () => {
  it('is told with its source before it starts', async () => {
    await renderScreen(TrainScreen, bridgeOf());
    expect(await screen.findByText(/Fits this device; a batch of 1,024 would/)).toBeTruthy();
    const epoch = screen.getByRole('heading', { name: 'One epoch' }).closest('.cost');
    expect(epoch?.querySelector('.fig')?.textContent.replace(/\s/g, ' ').trim()).toBe('20 s');
    expect(epoch?.textContent).toMatch(/All of it takes 165 s, calibrated\. Calibration of 24 November 2026\./);
  });

  it('takes the largest batch that fits at one click', async () => {
    const bridge = bridgeOf();
    const memory = { bytes: 20e9, availableBytes: 8e9, totalBytes: 16e9, fits: false, largestBatch: 24 };
    bridge.handle('runs/forecast', () => buildForecast({ memory }));
    await renderScreen(TrainScreen, bridge);
    await fireEvent.click(await screen.findByRole('button', { name: 'Take a batch of 24' }));
    expect(screen.getByLabelText<HTMLInputElement>('Batch').value).toBe('24');
  });
});

describe('a machine that was never measured', () => {
  it('is measured from the form, with progress, and the time is there afterwards', async () => {
    const bridge = bridgeOf();
    let finish = (): void => undefined;
    const measured = new Promise<void>((resolve) => (finish = resolve));
    bridge.handle('engine/calibration', () => buildCalibration({ measuredAt: null, seconds: null, fitError: null }));
    bridge.handle('engine/calibrate', async () => {
      await measured;
      bridge.handle('runs/forecast', () => buildForecast());
      return buildCalibration();
    });
    bridge.handle('runs/forecast', () => buildForecast({ time: null }));
    await renderScreen(TrainScreen, bridge);
    await fireEvent.click(await screen.findByRole('button', { name: 'Calibrate' }));
    bridge.push('calibration', { done: 3, of: 12, subject: 'DenseNet-BC (L=22, k=12), bfloat16' });
    await screen.findByText('3 of 12: DenseNet-BC (L=22, k=12), bfloat16');
    expect(screen.getByRole('progressbar', { name: 'Progress of the calibration' })).toBeTruthy();
    finish();
    expect(await screen.findByText(/All of it takes 165 s, calibrated/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Calibrate' })).toBeNull();
  });

  it('can be left unmeasured', async () => {
    const bridge = bridgeOf();
    bridge.handle('engine/calibration', () => buildCalibration({ measuredAt: null, seconds: null, fitError: null }));
    bridge.handle('engine/calibrate', () => new Promise(() => undefined));
    await renderScreen(TrainScreen, bridge);
    await fireEvent.click(await screen.findByRole('button', { name: 'Calibrate' }));
    const progress = (await screen.findByText('Preparing')).parentElement;
    await fireEvent.click(within(progress ?? document.body).getByRole('button', { name: 'Cancel' }));
    expect(bridge.inputsOf('engine/cancelCalibration')).toHaveLength(1);
  });
});
