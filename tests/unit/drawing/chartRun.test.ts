import { describe, expect, it } from 'vitest';
import { epochLine, nearestIndex, positionOf, rawLine, smoothLine } from '../../../src-renderer/drawing/chartRun.ts';
import type { CurveAxis, StepScale } from '../../../src-renderer/drawing/chartRun.ts';
import { StepSeries } from '../../../src-renderer/drawing/chartSeries.ts';
import { stripPath } from '../../../src-renderer/drawing/chartStrip.ts';
import { buildEpoch } from '../../support/buildRun.ts';

const EPOCHS = [
  buildEpoch({ epoch: 1, step: 10, trainSeconds: 20, evaluationSeconds: 5, heldOut: { loss: 0.5, accuracy: 0.6 } }),
  buildEpoch({ epoch: 2, step: 20, trainSeconds: 10, evaluationSeconds: 5, heldOut: { loss: NaN, accuracy: 0.7 } }),
];

function scale(axis: CurveAxis, secondsPerStep: number | null = 1): StepScale {
  return { axis, stepsPerEpoch: 10, epochs: EPOCHS, secondsPerStep };
}

function series(steps: number): StepSeries {
  const made = new StepSeries(1);
  for (let step = 1; step <= steps; step += 1) made.append(step, step, 0.1);
  return made;
}

describe('places on the axis', () => {
  it('count epochs, steps, or the seconds that were measured', () => {
    expect(positionOf(scale('epoch'), 15)).toBe(1.5);
    expect(positionOf(scale('step'), 15)).toBe(15);
    expect(positionOf(scale('time'), 5)).toBe(10);
    expect(positionOf(scale('time'), 15)).toBe(25 + 5);
    expect(positionOf(scale('time'), 22)).toBe(25 + 15 + 2);
  });

  it('are unknown in time before anything was measured', () => {
    expect(positionOf({ ...scale('time', null), epochs: [] }, 3)).toBeNull();
    expect(positionOf({ ...scale('epoch'), stepsPerEpoch: 0 }, 3)).toBeNull();
  });

  it('are the same for a whole line as for each step', () => {
    for (const axis of ['epoch', 'step', 'time'] as const) {
      const line = smoothLine(scale(axis), series(25));
      expect(line.x).toEqual(Array.from({ length: 25 }, (_, index) => positionOf(scale(axis), index + 1)));
    }
  });
});

describe('lines', () => {
  it('have each epoch after its evaluation on the time axis, and a gap where there is no number', () => {
    expect(epochLine(scale('time'), (metrics) => metrics.heldOut.loss)).toEqual({ x: [25, 40], y: [0.5, null] });
    expect(epochLine(scale('epoch'), (metrics) => metrics.heldOut.accuracy)).toEqual({ x: [1, 2], y: [0.6, 0.7] });
  });

  it('draw both extremes of a group, each at an x of its own', () => {
    const line = rawLine(scale('step'), series(5000));
    expect(new Set(line.x).size).toBe(line.x.length);
    expect(line.y).toContain(1);
    expect(line.y).toContain(5000);
  });
});

describe('the nearest of a sorted list', () => {
  it('is found between, below and above', () => {
    expect([0, 14, 16, 99].map((target) => nearestIndex([10, 20, 30], target))).toEqual([0, 0, 1, 2]);
    expect(nearestIndex([], 1)).toBe(-1);
    expect(nearestIndex([1, 2, 3], Infinity)).toBe(2);
  });
});

describe('a strip', () => {
  it('steps from setting to setting', () => {
    const line = { x: [0, 1, 2, 3], y: [1, 1, 0, 0] };
    expect(stripPath(line, [0, 4], 40, 30, true)).toBe('M0.0 4.0H10.0H20.0V26.0H30.0');
  });

  it('breaks where there is no value, and is empty without any', () => {
    expect(stripPath({ x: [0, 1, 2], y: [1, null, 2] }, [0, 2], 20, 30, false)).toBe('M0.0 26.0M20.0 4.0');
    expect(stripPath({ x: [0], y: [null] }, [0, 2], 20, 30, false)).toBe('');
  });
});
