import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { RunDetail } from '../../src-main/contract/run.ts';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import { buildEpoch, buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const open = (run: RunDetail) => renderScreen(RunsScreen, new FakeBridge({ runs: [run] }));

describe('what was foretold', () => {
  const foretell = (secondsPerEpoch: number) => buildRunDetail({ forecast: { secondsPerEpoch, source: 'calibrated' } });

  it('is held against what an epoch took, once one has ended', async () => {
    const last = buildEpoch({ epoch: 1, trainSeconds: 20, evaluationSeconds: 4 });
    await open({ ...foretell(20), last });
    await screen.findByText('The last epoch took 24 s, 20% longer than the 20 s that were foretold (calibrated).');
  });

  it('is not, before the first epoch has ended', async () => {
    await open({ ...foretell(20), status: 'running', endedAt: null, last: null, epochsDone: 0 });
    await screen.findByRole('tab', { name: 'Curves' });
    expect(screen.queryByText(/foretold/)).toBeNull();
  });
});
