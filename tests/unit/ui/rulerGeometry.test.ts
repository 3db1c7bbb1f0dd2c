import { describe, expect, it } from 'vitest';
import { rulerFraction, rulerTicks, rulerValue } from '../../../src-renderer/ui/rulerGeometry.ts';

describe('a ruler', () => {
  it('places values evenly, or by ratio, and never outside itself', () => {
    expect(rulerFraction({ min: 10, max: 250 }, 130)).toBe(0.5);
    expect(rulerFraction({ min: 0.001, max: 1, log: true }, 0.01)).toBeCloseTo(1 / 3);
    expect(rulerFraction({ min: 0, max: 10 }, 99)).toBe(1);
    expect(rulerFraction({ min: 5, max: 5 }, 5)).toBe(0);
  });

  it('gives back the value at a place', () => {
    for (const scale of [
      { min: 10, max: 250 },
      { min: 0.001, max: 1, log: true },
    ]) {
      expect(rulerFraction(scale, rulerValue(scale, 0.37))).toBeCloseTo(0.37);
    }
  });

  it('has longer ticks at majors, and each place once', () => {
    const ticks = rulerTicks({ min: 0, max: 4 }, 1, [0, 2, 4], 100);
    expect(ticks.map((tick) => [tick.x, tick.major])).toEqual([
      [0.5, true],
      [25.5, false],
      [50.5, true],
      [75.5, false],
      [100.5, true],
    ]);
  });

  it('leaves minor ticks out where they would touch', () => {
    expect(rulerTicks({ min: 0, max: 1000 }, 1, [], 100).length).toBeLessThan(40);
  });
});
