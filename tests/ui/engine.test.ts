import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import EngineScreen from '../../src-renderer/features/engine/EngineScreen.svelte';
import { buildCheck, buildEngineReport } from '../support/buildEngine.ts';
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
});
