import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import type { LayerPlan } from '../../src-main/contract/model.ts';
import { NO_AUGMENTATION, QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName, PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
import { choiceOf } from '../../src-renderer/state/architectureChoice.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { buildEngineReport } from '../support/buildEngine.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import type { FakeContents } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const CIFAR = { id: 'cifar-10', name: 'CIFAR-10', height: 32, width: 32, channels: 3 };

function bridgeWith(
  dataset: Parameters<typeof buildDatasetDetail>[0] = CIFAR,
  contents: FakeContents = {},
): FakeBridge {
  return new FakeBridge({
    datasets: [buildDatasetDetail(dataset)],
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
    ...contents,
  });
}

/** The figure below a heading of the cost column. */
function figure(heading: string): string {
  const cost = screen.getByRole('heading', { name: heading }).closest('.cost');
  return cost?.querySelector('.fig')?.textContent.trim() ?? '';
}

async function pickPreset(depth: number, growthRate: number, family = 'DenseNet-BC'): Promise<void> {
  const name = new RegExp(`^${family} ${String(depth)} ${String(growthRate)} `);
  await fireEvent.click(await screen.findByRole('row', { name }));
}

const startButton = () => screen.getByRole('button', { name: 'Start' });

describe('choosing a network', () => {
  it('counts a preset exactly when it is picked', async () => {
    await renderScreen(TrainScreen, bridgeWith());
    await pickPreset(100, 12);
    await waitFor(() => expect(figure('Parameters')).toBe('769,162'));
    expect(figure('Multiply-adds').replace(/\s/g, ' ')).toBe('288 M per image');
    expect(screen.getByRole('heading', { name: 'DenseNet-BC, L = 100, k = 12' })).toBeTruthy();
    expect(screen.getByRole('row', { name: /^DenseNet-BC 100 12 769,162/ }).getAttribute('aria-selected')).toBe('true');
  });

  it('counts presets for the input of the dataset', async () => {
    await renderScreen(TrainScreen, bridgeWith({}));
    expect(await screen.findByRole('row', { name: 'DenseNet-BC 100 12 768,730' })).toBeTruthy();
  });

  it('offers only depths that can be built', async () => {
    const bridge = bridgeWith();
    const app = await renderScreen(TrainScreen, bridge);
    const depth = screen.getByRole<HTMLInputElement>('slider', { name: 'Depth L' });
    expect([depth.min, depth.max, depth.step]).toEqual(['10', '250', '6']);
    await fireEvent.input(depth, { target: { value: '41' } });
    await waitFor(() => expect(screen.getByRole('heading', { level: 2, name: /L = 40/ })).toBeTruthy());
    await fireEvent.click(screen.getByRole('switch', { name: /Bottleneck/ }));
    expect([depth.min, depth.step]).toEqual(['7', '3']);
    const { model: chosen } = app.trainDraft;
    expect(chosen.family === 'densenet' && choiceOf(chosen).depth).toBe(40);
    for (const { model } of bridge.inputsOf('models/describe')) {
      const blocks = model.family === 'densenet' ? model.blockLayers : [];
      expect(blocks.length > 0 && blocks.every((layers) => Number.isInteger(layers) && layers > 0)).toBe(true);
    }
  });

  it('offers the ImageNet stem where the images are large enough', async () => {
    await renderScreen(TrainScreen, bridgeWith({ height: 96, width: 96, channels: 3 }));
    await fireEvent.click(await screen.findByRole('radio', { name: '7×7/2 and pool' }));
    expect(screen.getAllByRole('radio', { name: /^(121|161|169|201|264)$/ })).toHaveLength(5);
    expect(screen.queryByRole('slider', { name: 'Depth L' })).toBeNull();
  });

  it('does not offer it for small images', async () => {
    await renderScreen(TrainScreen, bridgeWith());
    await screen.findByRole('row', { name: /769,162/ });
    expect(screen.queryByRole('radio', { name: '7×7/2 and pool' })).toBeNull();
    expect(screen.queryByRole('row', { name: /^DenseNet-BC 121/ })).toBeNull();
  });

  it('asks for one plan at a time, and for the last one in the end', async () => {
    const answers: ((plan: LayerPlan) => void)[] = [];
    const bridge = bridgeWith(CIFAR, { presets: [] });
    bridge.handle('models/describe', () => new Promise<LayerPlan>((resolve) => answers.push(resolve)));
    await renderScreen(TrainScreen, bridge);
    const growth = screen.getByRole('slider', { name: 'Growth rate k' });
    for (const value of ['13', '14', '15', '16']) await fireEvent.input(growth, { target: { value } });
    expect(bridge.inputsOf('models/describe')).toHaveLength(1);
    answers[0]?.(planModel(modelFromName('densenet-bc-22-12'), CIFAR, 10));
    await waitFor(() => expect(bridge.inputsOf('models/describe')).toHaveLength(2));
    expect(bridge.inputsOf('models/describe').at(-1)?.model).toMatchObject({ growthRate: 16 });
  });

  it('says why a network does not fit the images', async () => {
    await renderScreen(TrainScreen, bridgeWith({ height: 2, width: 2 }));
    expect(await screen.findByText(/The input is too small/)).toBeTruthy();
    expect(figure('Parameters')).toBe('');
  });

  it('spells out a layer that the keys reach', async () => {
    const app = await renderScreen(TrainScreen, bridgeWith());
    await pickPreset(40, 12);
    const layers = screen.getByRole<HTMLInputElement>('slider', { name: 'Layer of the network' });
    await waitFor(() => expect(layers.max).toBe('21'));
    await fireEvent.focus(layers);
    await fireEvent.input(layers, { target: { value: '12' } });
    await waitFor(() => expect(app.readout.subject).toBe('Block 2, layer 5'));
    expect(app.readout.facts).toEqual([
      'BN, ReLU, 1×1 to 48, BN, ReLU, 3×3 to 12',
      'in 16×16×96',
      'out 16×16×12',
      '10,080 parameters',
      '2.51 M multiply-adds',
    ]);
    expect(layers.getAttribute('aria-valuetext')).toBe(
      'Block 2, layer 5 reads 96 maps: 48 from transition 1 and 12 from each of layers 1 to 4',
    );
  });
});

describe('starting', () => {
  it('sends exactly what is on the screen, and opens the run', async () => {
    const bridge = bridgeWith();
    const app = await renderScreen(TrainScreen, bridge);
    await pickPreset(40, 12);
    await fireEvent.input(screen.getByLabelText('Epochs'), { target: { value: '3' } });
    await fireEvent.input(screen.getByLabelText('Images'), { target: { value: '5,000' } });
    await fireEvent.change(screen.getByLabelText('Augmentation'), { target: { value: 'none' } });
    await fireEvent.input(screen.getByLabelText('Name'), { target: { value: ' First look ' } });
    await fireEvent.keyDown(document.body, { key: 'Enter', code: 'Enter', ctrlKey: true });
    await waitFor(() => expect(app.navigation.screen).toBe('runs'));
    expect(bridge.inputsOf('runs/start')).toEqual([
      {
        dataset: 'cifar-10',
        model: modelFromName('densenet-bc-40-12'),
        recipe: { ...QUICK_RECIPE, epochs: 3, limit: 5000, augmentation: NO_AUGMENTATION },
        name: 'First look',
      },
    ]);
    expect(app.runs.selectedId).toBe(1);
  });

  it('names the run after network and dataset until a name is typed', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await pickPreset(100, 12);
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('DenseNet-BC-100-12, CIFAR-10');
  });

  it('says why the main process refused, and stays', async () => {
    const bridge = bridgeWith();
    bridge.handle('runs/start', () => {
      throw new DenseLabError('runtime-missing', 'TensorFlow is not installed.', 'Run npm start once.');
    });
    const app = await renderScreen(TrainScreen, bridge);
    app.navigation.go('train');
    await fireEvent.click(startButton());
    expect((await screen.findByRole('alert')).textContent).toContain(
      'TensorFlow is not installed. Run npm start once.',
    );
    expect(app.navigation.screen).toBe('train');
  });
});

describe('the device', () => {
  const GPU = { name: 'GPU:0', kind: 'GPU' } as const;
  const CPU = { name: 'CPU:0', kind: 'CPU' } as const;

  it('is told where there is only one, and nothing is asked for', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await screen.findByText('Trains on CPU:0, the only device that TensorFlow lists.');
    expect(screen.queryByLabelText('Device')).toBeNull();
    await fireEvent.click(startButton());
    await waitFor(() => expect(bridge.inputsOf('runs/start')).toHaveLength(1));
    expect(bridge.inputsOf('runs/start')[0]?.device).toBeUndefined();
  });

  it('can be chosen where there are several', async () => {
    const bridge = bridgeWith(CIFAR, { engine: buildEngineReport({ devices: [CPU, GPU] }) });
    await renderScreen(TrainScreen, bridge);
    await screen.findByText('Measures 20 steps on each device, then trains on the fastest.');
    await fireEvent.change(screen.getByLabelText('Device'), { target: { value: 'gpu:0' } });
    await fireEvent.click(startButton());
    await waitFor(() => expect(bridge.inputsOf('runs/start')[0]?.device).toBe('gpu:0'));
  });

  it('that was chosen and is gone stays chosen, and is said to be missing', async () => {
    const both = bridgeWith(CIFAR, { engine: buildEngineReport({ devices: [CPU, GPU] }) });
    await renderScreen(TrainScreen, both);
    await fireEvent.change(await screen.findByLabelText('Device'), { target: { value: 'gpu:0' } });
    cleanup();
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await screen.findByText('TensorFlow does not list GPU:0; the run would not start.');
    expect(screen.getByLabelText<HTMLSelectElement>('Device').value).toBe('gpu:0');
  });
});

describe('without a dataset', () => {
  it('makes the sample here, and is ready when it is there', async () => {
    const bridge = new FakeBridge({
      presets: PRESETS,
      describe: (input) => planModel(input.model, input.input, input.classes),
    });
    await renderScreen(TrainScreen, bridge);
    await fireEvent.click(screen.getByRole('button', { name: 'Make Shapes-10' }));
    expect(bridge.inputsOf('datasets/import')).toEqual([{ source: { kind: 'sample', sample: 'shapes' } }]);
    const shapes = buildDatasetDetail({ id: 'shapes-10', name: 'Shapes-10' });
    bridge.datasets.set(shapes.id, shapes);
    bridge.push('import', { phase: 'finished', importId: 1, dataset: shapes });
    expect(await screen.findByRole('button', { name: 'Start' })).toBeTruthy();
  });
});
