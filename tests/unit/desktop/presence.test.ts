import { beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src-main/contract/events.ts';
import { DEFAULT_SETTINGS } from '../../../src-main/contract/settings.ts';
import { TrainingPresence } from '../../../src-main/desktop/presence.ts';
import { buildRun, buildStepsEvent, buildSteps } from '../../support/buildRun.ts';

const PREPARING: RunEvent = { run: 1, event: 'preparing', phase: 'runtime' };
const FINISHED: RunEvent = { run: 1, event: 'finished', test: { loss: 0.5, accuracy: 0.9121 } };
const STOPPED: RunEvent = { run: 1, event: 'stopped', epoch: 1, step: 4 };
const FAILED: RunEvent = {
  run: 1,
  event: 'failed',
  error: { code: 'worker-died', message: 'The worker died.', action: 'Resume it.' },
};
const DRIVE_GONE: RunEvent = {
  ...STOPPED,
  paused: true,
  reason: { code: 'drive-gone', message: 'The drive is gone.', action: 'Connect it again.' },
};

let settings = DEFAULT_SETTINGS;
let focused = false;
let awake = 0;
let notified: string[] = [];
let bar: number[] = [];
let presence: TrainingPresence;

beforeEach(() => {
  [settings, focused, awake, notified, bar] = [DEFAULT_SETTINGS, false, 0, [], []];
  presence = new TrainingPresence({
    settings: () => settings,
    run: (id) => buildRun({ id, name: 'Mine', epochs: 10, stepsPerEpoch: 40 }),
    isFocused: () => focused,
    stayAwake: () => {
      awake++;
      return () => awake--;
    },
    notify: (title, body) => notified.push(`${title}: ${body}`),
    showProgress: (share) => bar.push(share),
  });
});

describe('while a run trains', () => {
  it.each([FINISHED, STOPPED, FAILED])('the computer stays awake until it has $event', (ending) => {
    presence.event(PREPARING);
    presence.event(buildStepsEvent(1, buildSteps(1, 4, 40)));
    expect(awake).toBe(1);
    presence.event(ending);
    expect(awake).toBe(0);
  });

  it('sleep is allowed where a person says so, also in the middle', () => {
    settings = { ...settings, keepAwake: false };
    presence.event(PREPARING);
    expect(awake).toBe(0);
    settings = { ...settings, keepAwake: true };
    presence.settingsChanged();
    expect(awake).toBe(1);
    settings = { ...settings, keepAwake: false };
    presence.settingsChanged();
    expect(awake).toBe(0);
  });

  it('the bar tells the share of all steps, and goes when it ends', () => {
    presence.event(PREPARING);
    presence.event(buildStepsEvent(1, buildSteps(1, 100, 40)));
    presence.event(STOPPED);
    expect(bar).toEqual([2, 0.25, -1]);
  });
});

describe('a notification', () => {
  it('tells how a run ended while nobody looks', () => {
    for (const event of [PREPARING, FINISHED, PREPARING, FAILED, PREPARING, DRIVE_GONE]) presence.event(event);
    expect(notified).toEqual([
      'Mine has finished: Test accuracy 91.21 %',
      'Mine failed: The worker died.',
      'Mine is paused: The drive is gone.',
    ]);
  });

  it('does not come to who looks at the window, wants none, or has stopped the run', () => {
    focused = true;
    presence.event(FINISHED);
    focused = false;
    presence.event(STOPPED);
    settings = { ...settings, notifications: false };
    presence.event(FAILED);
    expect(notified).toEqual([]);
  });
});
