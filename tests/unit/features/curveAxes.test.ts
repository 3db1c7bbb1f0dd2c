import { describe, expect, it } from 'vitest';
import { endOf, horizontalAxis } from '../../../src-renderer/features/runs/curveAxes.ts';
import { formatPosition, lossAxis, percentAxis } from '../../../src-renderer/ui/chartAxes.ts';
import { buildEpoch, buildRun } from '../../support/buildRun.ts';

const SCALE = { axis: 'epoch', stepsPerEpoch: 40, epochs: [], secondsPerStep: null } as const;

describe('the horizontal axis', () => {
  it('holds all planned epochs while a run is live, and only those reached once it has ended', () => {
    const live = buildRun({ status: 'running', epochs: 40, epochsDone: 2, stepsDone: 90 });
    expect(endOf(live, SCALE)).toBe(40);
    expect(endOf({ ...live, status: 'stopped' }, SCALE)).toBe(3);
    expect(endOf({ ...live, status: 'stopped' }, { ...SCALE, axis: 'step' })).toBe(120);
  });

  it('holds the seconds that have passed', () => {
    const epochs = [buildEpoch({ epoch: 1, step: 40, trainSeconds: 8, evaluationSeconds: 2 })];
    const run = buildRun({ status: 'stopped', stepsDone: 40 });
    expect(endOf(run, { ...SCALE, axis: 'time', epochs })).toBe(10);
    expect(formatPosition('time', 20)).toBe('20 s');
    expect(formatPosition('time', 5)).toBe('5 s');
  });
});

describe('a part of the horizontal axis', () => {
  it('is named in whole epochs, and in parts of one where it holds fewer than two', () => {
    expect(horizontalAxis([3, 7], 'epoch').ticks).toEqual([3, 4, 5, 6, 7]);
    expect(horizontalAxis([3.1, 3.6], 'epoch').ticks.length).toBeGreaterThan(2);
  });
});

describe('the vertical axes', () => {
  it('go around the values, and never beyond what a share can be', () => {
    expect(percentAxis([{ x: [1, 2], y: [98, 99.9] }]).range[1]).toBeLessThanOrEqual(100);
    expect(percentAxis([]).range).toEqual([0, 100]);
  });

  it('start a linear loss at zero and keep zero off a log one', () => {
    const line = { x: [1, 2, 3], y: [2.3, 0, 0.4] };
    expect(lossAxis([line], false).range[0]).toBe(0);
    const log = lossAxis([line], true);
    expect(log.range[0]).toBeGreaterThan(0);
    expect(log.range[1]).toBeGreaterThan(2.3);
  });
});
