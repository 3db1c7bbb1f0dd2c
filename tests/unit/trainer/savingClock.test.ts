import { describe, expect, it } from 'vitest';
import { SavingClock } from '../../../src-main/trainer/savingClock.ts';

describe('SavingClock', () => {
  it('asks for a checkpoint when the time since the last one is over', () => {
    let now = 0;
    const clock = new SavingClock({ seconds: 300, steps: null }, 0, () => now);
    now = 299_999;
    expect(clock.isDue(900)).toBe(false);
    now = 300_000;
    expect(clock.isDue(901)).toBe(true);
    clock.saved(901);
    expect(clock.isDue(902)).toBe(false);
  });

  it('counts steps from where the run goes on', () => {
    const clock = new SavingClock({ seconds: null, steps: 10 }, 25, () => 0);
    expect([34, 35].map((step) => clock.isDue(step))).toEqual([false, true]);
    clock.saved(35);
    expect([44, 45].map((step) => clock.isDue(step))).toEqual([false, true]);
  });
});
