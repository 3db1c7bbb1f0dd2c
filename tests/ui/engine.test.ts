import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import EngineScreen from '../../src-renderer/features/engine/EngineScreen.svelte';
import { buildCheck, buildEngineReport, buildRuntimeView } from '../support/buildEngine.ts';
import { buildCalibration } from '../support/buildForecast.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

describe('the engine', () => {
  it('names each part with its verdict in words', async () => {
    const engine = buildEngineReport({
      checks: [
        buildCheck({ id: 'tensorflow', title: 'TensorFlow' }),
        buildCheck({ id: 'kernels', title: 'Kernels', state: 'limited' }),
        buildCheck({ id: 'devices', title: 'GPU', state: 'unused' }),
      ],
    });
    await renderScreen(EngineScreen, new FakeBridge({ engine }));
    for (const word of ['ready', 'works, with a limit', 'not used yet', '1 ready, 1 with a limit, 1 unused']) {
      screen.getByText(word);
    }
    screen.getByText('CPU:0');
    screen.getByText('212 GB');
  });

  it('gives the one command that mends a missing part', async () => {
    const check = buildCheck({ state: 'missing', found: 'not found', remedy: 'npm run setup' });
    await renderScreen(
      EngineScreen,
      new FakeBridge({ engine: buildEngineReport({ ready: false, devices: [], checks: [check] }) }),
    );
    screen.getByText('missing');
    screen.getByText('npm run setup');
    screen.getByRole('button', { name: 'Copy the command' });
    screen.getByText('TensorFlow lists no device.');
  });

  it('measures the machine for forecasts by a button, not by a command, and looks again afterwards', async () => {
    const check = buildCheck({
      id: 'calibration',
      title: 'Calibration',
      state: 'limited',
      remedy: 'denselab calibrate',
    });
    const bridge = new FakeBridge({ engine: buildEngineReport({ checks: [check] }) });
    bridge.handle('engine/calibrate', () => buildCalibration());
    await renderScreen(EngineScreen, bridge);
    expect(screen.queryByText('denselab calibrate')).toBeNull();
    bridge.handle('engine/report', () => buildEngineReport({ checks: [{ ...check, state: 'ready' }] }));
    await fireEvent.click(screen.getByRole('button', { name: 'Measure this machine' }));
    await screen.findByText('ready');
  });

  it('looks again when asked', async () => {
    const bridge = new FakeBridge();
    await renderScreen(EngineScreen, bridge);
    bridge.handle('engine/report', () => buildEngineReport({ devices: [{ name: 'GPU:0', kind: 'GPU' }] }));
    await fireEvent.click(screen.getByRole('button', { name: 'Check again' }));
    await screen.findByText('GPU:0');
  });

  it('keeps the last report in sight when looking fails, and says why', async () => {
    const bridge = new FakeBridge();
    await renderScreen(EngineScreen, bridge);
    bridge.refuse('engine/report', { code: 'worker-died', message: 'The check ended early.', action: 'Try again.' });
    await fireEvent.click(screen.getAllByRole('button', { name: 'Check again' })[0] ?? document.body);
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The check ended early.'));
    screen.getByText('CPU:0');
  });

  it('says what an installation brings, shows how it stands, and what came of it', async () => {
    const bridge = new FakeBridge();
    await renderScreen(EngineScreen, bridge);
    await waitFor(() => screen.getByText(/274 MB are downloaded from pypi\.org/));
    await fireEvent.click(screen.getByRole('button', { name: 'Install TensorFlow 2.21.0' }));
    expect(bridge.requests).toContainEqual({ name: 'runtime/install', input: { wheel: null, rehash: false } });
    bridge.push('runtime', { event: 'progress', text: '120 MB of 274 MB (43 %) at 20 MB/s', share: 0.43 });
    await waitFor(() => screen.getByText('120 MB of 274 MB (43 %) at 20 MB/s'));
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('43');
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(bridge.requests).toContainEqual({ name: 'runtime/cancel', input: null });
    bridge.push('runtime', {
      event: 'failed',
      error: {
        code: 'runtime-broken',
        message: 'pypi.org cannot be reached (ENOTFOUND).',
        action: 'Check the network.',
      },
    });
    await waitFor(() => screen.getByText(/pypi\.org cannot be reached/));
    screen.getByRole('button', { name: 'I have the wheel' });
  });

  it('checks and removes what is installed', async () => {
    const bridge = new FakeBridge();
    const installed = { folder: '2.21.0-cpu', version: '2.21.0', bytes: 853e6, origin: 'pypi.org', inUse: true };
    bridge.handle('runtime/show', () => buildRuntimeView({ installed: [installed] }));
    await renderScreen(EngineScreen, bridge);
    await waitFor(() => screen.getByText('853 MB, in use'));
    expect(screen.queryByRole('button', { name: /Install/ })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Check its files' }));
    expect(bridge.requests).toContainEqual({ name: 'runtime/install', input: { wheel: null, rehash: true } });
    bridge.push('runtime', { event: 'ready', version: '2.21.0', repaired: false });
    await fireEvent.click(await screen.findByRole('button', { name: 'Remove 2.21.0' }));
    expect(bridge.requests).toContainEqual({ name: 'runtime/remove', input: { folder: '2.21.0-cpu' } });
  });
});
