import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import { buildRunDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

describe('a run with weights', () => {
  it('is looked into with one press; one that has none offers nothing', async () => {
    const trained = buildRunDetail({ id: 3, epochsDone: 3 });
    const begun = buildRunDetail({ id: 4, name: 'just begun', epochsDone: 0, best: null, last: null });
    const app = await renderScreen(RunsScreen, new FakeBridge({ runs: [trained, begun] }));
    app.runs.select(4);
    await screen.findByRole('button', { name: /Duplicate/ });
    expect(screen.queryByRole('button', { name: 'Inspect' })).toBeNull();
    app.runs.select(3);
    await fireEvent.click(await screen.findByRole('button', { name: 'Inspect' }));
    expect(app.navigation.screen).toBe('inspect');
  });
});
