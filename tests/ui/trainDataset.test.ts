import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { planModel } from '../../src-main/model/plan.ts';
import { PRESETS } from '../../src-main/model/presets.ts';
import TrainScreen from '../../src-renderer/features/train/TrainScreen.svelte';
import { buildDatasetDetail, buildSplit } from '../support/buildDataset.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

/** A dataset of three versions, of which the first has more images to train on. */
function bridgeWithVersions(): FakeBridge {
  const bridge = new FakeBridge({
    datasets: [buildDatasetDetail({ version: 3 })],
    presets: PRESETS,
    describe: ({ model, input, classes }) => planModel(model, input, classes),
  });
  const splits = { train: buildSplit(6500, 10), validation: buildSplit(0, 10), test: buildSplit(500, 10) };
  bridge.handle('datasets/show', ({ version }) =>
    version === 1 ? buildDatasetDetail({ version: 1, splits }) : buildDatasetDetail({ version: 3 }),
  );
  return bridge;
}

const version = () => screen.getByLabelText<HTMLSelectElement>('Version of the dataset');

describe('the version of the dataset', () => {
  it('is the newest, whichever that is when the run starts', async () => {
    const app = await renderScreen(TrainScreen, bridgeWithVersions());
    expect([...version().options].map(({ text }) => text)).toEqual(['v3', 'v2', 'v1']);
    expect(app.trainDraft.request).not.toHaveProperty('datasetVersion');
  });

  it('can be an older one, whose images count then, and is remembered', async () => {
    const app = await renderScreen(TrainScreen, bridgeWithVersions());
    await fireEvent.change(version(), { target: { value: '1' } });
    await waitFor(() => expect(app.trainDraft.input?.trainImages).toBe(65_000));
    expect(app.trainDraft.request).toMatchObject({ dataset: 'fashion-mnist', datasetVersion: 1 });

    const again = await renderScreen(TrainScreen, bridgeWithVersions());
    await waitFor(() => expect(again.trainDraft.request).toMatchObject({ datasetVersion: 1 }));
  });

  it('is the newest again when the chosen one is gone', async () => {
    const bridge = bridgeWithVersions();
    const app = await renderScreen(TrainScreen, bridge);
    bridge.refuse('datasets/show', {
      code: 'dataset-version-unknown',
      message: 'Fashion-MNIST has no version 2.',
      action: 'Choose another.',
    });
    await fireEvent.change(version(), { target: { value: '2' } });
    await waitFor(() => expect(version().value).toBe('newest'));
    expect(app.trainDraft.request).not.toHaveProperty('datasetVersion');
  });
});
