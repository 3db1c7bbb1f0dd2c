import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { PAPER_RECIPE, QUICK_RECIPE, RECIPE_PRESETS } from '../../src-main/contract/recipe.ts';
import type { TrainingRecipe } from '../../src-main/contract/recipe.ts';
import { validateRecipe } from '../../src-main/model/recipe.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
import { stepsPerEpoch } from '../../src-renderer/state/recipeDraft.svelte.ts';
import { buildDatasetDetail, buildSplit } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const CIFAR = { id: 'cifar-10', name: 'CIFAR-10', height: 32, width: 32, channels: 3 };

function bridgeWith(dataset: Parameters<typeof buildDatasetDetail>[0] = CIFAR): FakeBridge {
  return new FakeBridge({
    datasets: [buildDatasetDetail(dataset)],
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
  });
}

const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const select = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const unfold = (title: string) => fireEvent.click(screen.getByRole('button', { name: new RegExp(`^${title} `) }));
const start = () => fireEvent.click(screen.getByRole('button', { name: 'Start' }));

/** The recipe that a start sent. */
async function sent(bridge: FakeBridge): Promise<TrainingRecipe | undefined> {
  await start();
  await waitFor(() => expect(bridge.inputsOf('runs/start')).toHaveLength(1));
  return bridge.inputsOf('runs/start')[0]?.recipe;
}

describe('bfloat16', () => {
  it('says where it is chosen how its gradients differ', async () => {
    await renderScreen(TrainScreen, bridgeWith());
    await unfold('Precision and memory');
    expect(screen.queryByText(/bfloat16 has eight bits/)).toBeNull();
    await fireEvent.click(screen.getByRole('radio', { name: 'bfloat16' }));
    await screen.findByText(/bfloat16 has eight bits/);
  });
});

describe('a ready recipe', () => {
  it.each(RECIPE_PRESETS.map(({ name, recipe }) => [name, recipe] as const))(
    '%s is sent as it ships',
    async (name, recipe) => {
      const bridge = bridgeWith();
      await renderScreen(TrainScreen, bridge);
      await select('Ready recipe', name);
      expect(await sent(bridge)).toEqual(recipe);
    },
  );

  it('tells the steps that it comes to', async () => {
    await renderScreen(TrainScreen, bridgeWith());
    await screen.findByText(/7,504 in all: 8 epochs/);
    await select('Ready recipe', 'cifar');
    expect(screen.getByText(/281,400 in all: 300 epochs, 60,000 images/)).toBeTruthy();
  });

  it('says that it was changed, and comes back when it is chosen again', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await type('Epochs', '9');
    const recipe = screen.getByLabelText<HTMLSelectElement>('Ready recipe');
    expect(recipe.selectedOptions[0]?.textContent).toBe('Quick, changed');
    await select('Ready recipe', 'quick');
    expect(screen.getByLabelText<HTMLInputElement>('Epochs').value).toBe('8');
    expect(await sent(bridge)).toEqual(QUICK_RECIPE);
  });
});

describe('the settings of a recipe', () => {
  it('reach the run, each of them', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await type('Epochs', '60');
    await type('Learning rate', '0.002');
    await select('Schedule', 'cosine');
    await unfold('Schedule');
    await type('Warm-up', '2.5');
    await type('Ends at', '0.01');
    await unfold('Optimizer');
    await fireEvent.click(screen.getByRole('radio', { name: 'AdamW' }));
    await type('β2', '0.99');
    await type('Largest gradient', '1');
    await unfold('Regularisation');
    await type('Weight decay', '0.05');
    await type('Label smoothing', '0.1');
    await fireEvent.click(screen.getByRole('radio', { name: 'Weights only' }));
    await fireEvent.click(screen.getByRole('radio', { name: 'Balanced' }));
    await unfold('Augmentation');
    await fireEvent.click(screen.getByRole('radio', { name: 'Resized' }));
    await type('Smallest area', '25');
    await fireEvent.click(screen.getByRole('switch', { name: 'Colour' }));
    await type('Contrast', '0.2');
    await fireEvent.click(screen.getByRole('switch', { name: 'Cutout' }));
    await fireEvent.click(screen.getByRole('switch', { name: 'Mixup' }));
    await unfold('Early stopping');
    await fireEvent.click(screen.getByRole('switch', { name: /Stop early/ }));
    await type('After', '12');
    await type('Least gain', '0.1');
    await unfold('Precision and memory');
    await fireEvent.click(screen.getByRole('radio', { name: 'bfloat16' }));
    await fireEvent.click(screen.getByRole('radio', { name: 'Yes' }));
    await type('Batch in parts', '4');
    await unfold('Data');
    await type('Seed', '7');
    await fireEvent.click(screen.getByRole('radio', { name: '÷ 255' }));
    const recipe = await sent(bridge);
    expect(recipe).toEqual({
      epochs: 60,
      batchSize: 64,
      learningRate: 0.002,
      warmUpEpochs: 2.5,
      schedule: { kind: 'cosine', finalShare: 0.01 },
      optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
      weightDecay: 0.05,
      weightDecayOn: 'weights',
      labelSmoothing: 0.1,
      classWeights: 'balanced',
      gradientClipping: 1,
      accumulation: 4,
      augmentation: {
        mirror: true,
        crop: { kind: 'randomResized', smallestArea: 0.25, largestRatio: 1.33333 },
        colour: { brightness: 0.4, contrast: 0.2, saturation: 0.4 },
        cutout: { size: 8 },
        mixup: { alpha: 0.2 },
      },
      normalisation: 'scale',
      earlyStopping: { patience: 12, minimumChange: 0.001 },
      precision: 'bfloat16',
      recomputation: true,
      seed: 7,
      limit: null,
    });
    expect(validateRecipe(recipe)).toEqual(recipe);
  });

  it.each(['constant', 'step', 'cosine', 'oneCycle', 'plateau'])(
    'are ones that the main process takes with %s',
    async (kind) => {
      const bridge = bridgeWith();
      await renderScreen(TrainScreen, bridge);
      await select('Ready recipe', 'cifar');
      await unfold('Schedule');
      await type('Warm-up', '5');
      await select('Schedule', kind);
      const recipe = await sent(bridge);
      expect(recipe?.schedule.kind).toBe(kind);
      expect(validateRecipe(recipe)).toEqual(recipe);
    },
  );

  it('tell folded what they come to', async () => {
    await renderScreen(TrainScreen, bridgeWith());
    await select('Ready recipe', 'cifar');
    const group = (title: string) => screen.getByRole('button', { name: new RegExp(`^${title} `) });
    expect(group('Optimizer').textContent).toContain('SGD, Nesterov 0.9');
    expect(group('Schedule').textContent).toContain('× 0.1 at epoch 150 and 225');
    await select('Schedule', 'oneCycle');
    expect(group('Schedule').textContent).toContain('one cycle, peak at 30%');
    await select('Augmentation', 'none');
    expect(group('Augmentation').textContent).toContain('none');
  });
});

describe('something wrong in a recipe', () => {
  it('names a batch that is larger than the split, and does not start', async () => {
    const splits = { train: buildSplit(4, 10), validation: buildSplit(0, 10), test: buildSplit(1, 10) };
    const bridge = bridgeWith({ ...CIFAR, splits, images: 50 });
    await renderScreen(TrainScreen, bridge);
    expect(screen.getByText(/A batch of 64 is larger than the train split of 40 images\./)).toBeTruthy();
    await start();
    expect(bridge.inputsOf('runs/start')).toEqual([]);
    await type('Batch', '20');
    await start();
    await waitFor(() => expect(bridge.inputsOf('runs/start')).toHaveLength(1));
  });

  it.each([
    ['Epochs', '0', 'Give a whole number of epochs'],
    ['Learning rate', 'fast', 'Give a number above 0'],
    ['Images', '60001', 'The train split has 60,000 images'],
  ])('is said at %s %s', async (label, text, sentence) => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await type(label, text);
    expect(screen.getByRole('alert').textContent).toContain(sentence);
    await start();
    expect(bridge.inputsOf('runs/start')).toEqual([]);
  });

  it.each([
    ['Regularisation', 'Weight decay', '-1', 'Give 0 or a small number'],
    ['Regularisation', 'Label smoothing', '1', 'Give a share from 0 to below 1'],
    ['Optimizer', 'Momentum', '0', 'Nesterov needs a momentum above 0'],
    ['Optimizer', 'Largest gradient', '0', 'Give a norm above 0'],
    ['Schedule', 'Falls at', '75, 50', 'Give rising percentages'],
    ['Schedule', 'Warm-up', '300', 'leaves nothing of the 300 epochs'],
    ['Augmentation', 'Shift by', '32', 'The images have 32×32'],
    ['Precision and memory', 'Batch in parts', '64', 'into single images'],
    ['Data', 'Seed', '2147483648', 'Give a whole number from 0 to 2,147,483,647'],
  ])('is said in %s at %s %s, also when the group is folded again', async (group, label, text, sentence) => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await select('Ready recipe', 'cifar');
    await unfold(group);
    await type(label, text);
    await unfold(group);
    const field = screen.getByLabelText(label);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const note = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    expect(note?.textContent).toContain(sentence);
    await start();
    expect(bridge.inputsOf('runs/start')).toEqual([]);
  });

  it('does not count while it is switched off', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await unfold('Early stopping');
    await fireEvent.click(screen.getByRole('switch', { name: /Stop early/ }));
    expect(screen.getByRole('alert').textContent).toContain('The 8 epochs never get there.');
    await fireEvent.click(screen.getByRole('switch', { name: /Stop early/ }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect((await sent(bridge))?.earlyStopping).toBeNull();
  });
});

describe('the drawing of the learning rate', () => {
  it('is asked of the trainer for the steps of this dataset', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    await screen.findByRole('img', { name: /^Learning rate 0.003/ });
    await select('Ready recipe', 'cifar');
    await screen.findByRole('img', { name: /^Learning rate 0.1/ });
    expect(bridge.inputsOf('recipes/preview').at(-1)).toMatchObject({ stepsPerEpoch: 938, recipe: { epochs: 300 } });
  });

  it('keeps its last state while something that decides on it is wrong', async () => {
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    const drawing = await screen.findByRole('img', { name: /^Learning rate/ });
    const path = () => within(drawing).getByText('8');
    const asked = bridge.inputsOf('recipes/preview').length;
    await type('Learning rate', 'x');
    expect(path()).toBeTruthy();
    expect(bridge.inputsOf('recipes/preview')).toHaveLength(asked);
  });
});

describe('the form of a new run', () => {
  it('is there again after a restart, typed mistakes and all', async () => {
    const first = await renderScreen(TrainScreen, bridgeWith());
    await waitFor(() => expect(first.trainDraft.presets.presets).toHaveLength(PRESETS.length));
    await fireEvent.click(await screen.findByRole('row', { name: /^DenseNet-BC 40 12 / }));
    await select('Ready recipe', 'cifar');
    await type('Epochs', 'some');
    await type('Name', 'Half done');
    cleanup();

    await renderScreen(TrainScreen, bridgeWith());
    await waitFor(() =>
      expect(screen.getByRole('row', { name: /^DenseNet-BC 40 12 / }).getAttribute('aria-selected')).toBe('true'),
    );
    expect(screen.getByLabelText<HTMLInputElement>('Epochs').value).toBe('some');
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Half done');
    expect(screen.getByLabelText<HTMLSelectElement>('Ready recipe').selectedOptions[0]?.textContent).toBe(
      'Paper CIFAR, changed',
    );
  });

  it.each([
    'null',
    '[]',
    '{"form":{"texts":{"epochs":7},"choices":{"schedule":"spiral"}},"model":{"family":"x"}}',
    '{',
  ])('begins anew when what is remembered is %s', async (memory) => {
    localStorage.setItem('denselab.train.draft', memory);
    const bridge = bridgeWith();
    await renderScreen(TrainScreen, bridge);
    expect(await sent(bridge)).toEqual(QUICK_RECIPE);
    expect(bridge.inputsOf('runs/start')[0]?.model).toEqual(PRESETS[0]?.spec);
  });
});

describe('steps of an epoch', () => {
  it('count a rest of one image into the step before it', () => {
    expect(stepsPerEpoch({ batchSize: 64, limit: null }, 128)).toBe(2);
    expect(stepsPerEpoch({ batchSize: 64, limit: null }, 129)).toBe(2);
    expect(stepsPerEpoch({ batchSize: 64, limit: null }, 130)).toBe(3);
    expect(stepsPerEpoch({ batchSize: 64, limit: 64 }, 130)).toBe(1);
    expect(stepsPerEpoch({ batchSize: 64, limit: 1 }, 130)).toBe(1);
    expect(stepsPerEpoch(PAPER_RECIPE, 60_000)).toBe(938);
  });
});
