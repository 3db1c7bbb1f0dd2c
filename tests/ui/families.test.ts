import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName, PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
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
