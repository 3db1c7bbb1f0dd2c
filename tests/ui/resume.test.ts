import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { RunDetail } from '../../src-main/contract/run.ts';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildCurves, buildRun, buildRunDetail, buildSteps, buildStepsEvent } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

const STOPPED = buildRunDetail({ id: 3, name: 'cut short', status: 'stopped', epochsDone: 3, stepsDone: 130 });
const ELSEWHERE = {
  code: 'environment-changed',
  message: 'Run 3 was trained on GPU:0, which is not here.',
  action: 'Resume it anyway.',
} as const;

async function open(run: RunDetail, curves = {}): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ runs: [run], curves });
  return { bridge, app: await renderScreen(RunsScreen, bridge) };
}

const resumeButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Resume' });

describe('a run that ended early', () => {
  it.each(['stopped', 'failed', 'interrupted'] as const)('can go on when it is %s', async (status) => {
    const { bridge } = await open({ ...STOPPED, status });
    await fireEvent.click(resumeButton());
    expect(bridge.inputsOf('runs/resume')).toEqual([{ id: 3, force: false }]);
  });

  it('goes on by a key and by its menu too', async () => {
    const { bridge } = await open(STOPPED);
    await fireEvent.keyDown(document.body, { key: 'r', code: 'KeyR' });
    await waitFor(() => expect(bridge.inputsOf('runs/resume')).toHaveLength(1));
    await fireEvent.contextMenu(screen.getByRole('row', { name: /cut short/ }));
    await fireEvent.click(await screen.findByRole('menuitem', { name: /^Resume/ }));
    expect(bridge.inputsOf('runs/resume')).toHaveLength(2);
  });

  it('cannot be asked twice before it has answered', async () => {
    const { bridge } = await open(STOPPED);
    let answer = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    bridge.handle('runs/resume', async ({ id }) => {
      await waiting;
      return { id, epochsFinished: 3, step: 120, passedOver: [] };
    });
    await fireEvent.click(resumeButton());
    expect(resumeButton().disabled).toBe(true);
    await fireEvent.keyDown(document.body, { key: 'r', code: 'KeyR' });
    answer();
    await waitFor(() => expect(resumeButton().disabled).toBe(false));
    expect(bridge.inputsOf('runs/resume')).toHaveLength(1);
  });

  it('says why it cannot go on, until it can', async () => {
    const { bridge } = await open(STOPPED);
    bridge.refuse('runs/resume', {
      code: 'dataset-changed',
      message: 'The dataset "roses" is not as it was when run 3 was started: its images differ.',
      action: 'Start a new run on it.',
    });
    await fireEvent.click(resumeButton());
    expect((await screen.findByRole('alert')).textContent).toContain('its images differ');
    bridge.handle('runs/resume', ({ id }) => ({ id, epochsFinished: 3, step: 120, passedOver: [] }));
    await fireEvent.click(resumeButton());
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('says from where it goes on when its newest checkpoint is damaged', async () => {
    const { bridge, app } = await open(STOPPED);
    const passedOver = [{ file: 'step-000130.safetensors', reason: 'The checkpoint of step 130 is damaged.' }];
    bridge.handle('runs/resume', ({ id }) => ({ id, epochsFinished: 2, step: 80, passedOver }));
    await fireEvent.click(resumeButton());
    await waitFor(() =>
      expect(app.toasts.current?.message).toBe(
        'cut short goes on from epoch 2, step 80. The checkpoint of step 130 is damaged.',
      ),
    );
  });

  it('goes on elsewhere only when told to', async () => {
    const { bridge } = await open({ ...STOPPED, status: 'failed', error: ELSEWHERE });
    await fireEvent.click(screen.getByRole('button', { name: 'Resume anyway' }));
    expect(bridge.inputsOf('runs/resume')).toEqual([{ id: 3, force: true }]);
  });
});

describe('a run that goes on', () => {
  it('draws what comes after the checkpoint once, without a gap', async () => {
    const { bridge, app } = await open(STOPPED, { 3: buildCurves(3, 40, 130) });
    await waitFor(() => expect(app.runs.curves.step).toHaveLength(130));
    bridge.handle('runs/curves', () => buildCurves(2, 40, 80));
    bridge.push('runChanged', { id: 3, run: buildRun({ ...STOPPED, status: 'preparing' }) });
    bridge.push('run', { run: 3, event: 'resumed', step: 80, epochsFinished: 2 });
    expect(app.runs.curves.step).toHaveLength(80);
    expect(app.runs.curves.epochs).toHaveLength(2);
    bridge.push('run', buildStepsEvent(3, buildSteps(81, 90, 40)));
    await waitFor(() => expect(app.runs.selected?.stepsDone).toBe(90));
    expect(app.runs.curves.step).toEqual(Array.from({ length: 90 }, (_, index) => index + 1));
    expect(app.runs.selected?.status).toBe('running');
  });

  it('is offered no Resume while it trains, nor when it has finished', async () => {
    const { bridge } = await open({ ...STOPPED, status: 'running' });
    expect(screen.queryByRole('button', { name: /^Resume/ })).toBeNull();
    bridge.push('runChanged', { id: 3, run: buildRun({ ...STOPPED, status: 'finished' }) });
    await waitFor(() => expect(screen.getByRole('button', { name: 'Delete' })).toBeTruthy());
    expect(screen.queryByRole('button', { name: /^Resume/ })).toBeNull();
  });
});
