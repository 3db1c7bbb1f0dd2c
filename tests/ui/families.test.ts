import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName, PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
import { alternativesOf, quantitiesOf } from '../../src-renderer/state/baselineChoice.ts';
import { groupOf, groupsOf } from '../../src-renderer/state/modelGroups.ts';
import { buildDatasetDetail } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

async function open() {
  const bridge = new FakeBridge({
    datasets: [buildDatasetDetail({ id: 'cifar-10', name: 'CIFAR-10', height: 32, width: 32, channels: 3 })],
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
  });
  const app = await renderScreen(TrainScreen, bridge);
  await screen.findByLabelText('Family');
  return { bridge, app };
}

const planOf = (name: string) => planModel(modelFromName(name), { height: 32, width: 32, channels: 3 }, 10);
const take = (family: string) => fireEvent.change(screen.getByLabelText('Family'), { target: { value: family } });

describe('another family', () => {
  it('is offered with its own networks, counted, and trained as it is named', async () => {
    const { bridge } = await open();
    await take('ResNet');
    await screen.findByRole('heading', { name: PRESETS.find(({ name }) => name === 'resnet-20')?.title ?? '' });
    await waitFor(() => expect(screen.getByRole('row', { name: /269,722/ })).toBeTruthy());
    expect(screen.queryByRole('slider', { name: 'Growth rate k' })).toBeNull();
    const stages = screen.getByRole('table', { name: 'Stages of the network' });
    for (const stage of ['Stage 1', 'Stage 2', 'Stage 3']) within(stages).getByText(stage);
    await fireEvent.click(screen.getByRole('button', { name: 'Start' }));
    await waitFor(() => expect(bridge.inputsOf('runs/start')).toHaveLength(1));
    expect(bridge.inputsOf('runs/start')[0]?.model).toEqual(modelFromName('resnet-20'));
  });

  it('is changed on rulers of its own: depth by whole units, width, and what its paper varies', async () => {
    const { bridge, app } = await open();
    const slide = (label: string, value: number) =>
      fireEvent.input(screen.getByRole('slider', { name: label }), { target: { value: String(value) } });
    await take('ResNet');
    await slide('Depth', 44);
    await fireEvent.click(screen.getByRole('radio', { name: 'B: 1×1' }));
    expect(app.trainDraft.model).toEqual(modelFromName('resnet-b-44'));
    await screen.findByRole('heading', { name: 'ResNet-44' });
    await waitFor(() => expect(app.trainDraft.plan?.parameters).toBe(planOf('resnet-b-44').parameters));
    await take('Wide ResNet');
    await slide('Depth', 16);
    await slide('Width', 4);
    expect(app.trainDraft.model).toEqual(modelFromName('wide-resnet-16-4'));
    await take('Highway');
    await slide('Depth', 11);
    await slide('Gate bias b', -1);
    expect(app.trainDraft.model).toEqual(modelFromName('highway-11'));
    await take('Stochastic depth');
    await slide('Last survival', 0.8);
    expect(app.trainDraft.model).toMatchObject({ finalSurvival: 0.8 });
    await fireEvent.click(screen.getByRole('button', { name: 'Start' }));
    await waitFor(() => expect(bridge.inputsOf('runs/start')).toHaveLength(1));
    expect(bridge.inputsOf('runs/start')[0]?.model).toMatchObject({ finalSurvival: 0.8 });
  });

  it('has rulers on which its own networks stand, as they are published', () => {
    for (const { spec } of PRESETS) {
      if (spec.family === 'densenet') continue;
      for (const { value, min, max, step, change } of quantitiesOf(spec, PRESETS)) {
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        expect(((value - min) / step) % 1).toBeCloseTo(0, 6);
        expect(change(value)).toEqual(spec);
      }
      for (const { value, change } of alternativesOf(spec)) expect(change(value)).toEqual(spec);
    }
  });

  it('gives the sliders back when it is a DenseNet again', async () => {
    await open();
    await take('Plain');
    await take('DenseNet');
    expect(screen.getByRole('slider', { name: 'Growth rate k' })).toBeTruthy();
  });

  it('has a group for every preset, and none that is empty', () => {
    const groups = groupsOf(PRESETS);
    expect(groups).toContain('Wide ResNet');
    for (const { spec } of PRESETS) expect(groups).toContain(groupOf(spec));
  });
});
