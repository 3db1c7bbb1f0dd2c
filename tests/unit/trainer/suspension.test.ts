import { describe, expect, it } from 'vitest';
import { watchSuspension } from '../../../src-main/trainer/suspension.ts';

/** What a process tells that has computed for so many milliseconds. */
function busyFor(milliseconds: number): (since?: NodeJS.CpuUsage) => NodeJS.CpuUsage {
  return (since) => ({
    user: since === undefined ? 0 : milliseconds * 900,
    system: since === undefined ? 0 : milliseconds * 100,
  });
}

describe('a process that stood still', () => {
  it.each([
    ['a long step that was computed all the while', 60_000, 60_000, false],
    ['a long step on a GPU', 60_000, 6_000, false],
    ['a short step while others have the processor', 900, 1, false],
    ['a step during which the computer slept for hours', 10_000_000, 300, true],
    ['a step during which the process was stopped', 3_000, 20, true],
  ])('is told from %s', (_what, wall, busy, stoodStill) => {
    expect(watchSuspension(busyFor(busy))(wall)).toBe(stoodStill);
  });
});
