import { describe, expect, it } from 'vitest';
import { horizontalAxis } from '../../../src-renderer/features/runs/curveAxes.ts';
import { formatPosition, lossAxis, percentAxis } from '../../../src-renderer/ui/chartAxes.ts';
import { buildEpoch, buildRun } from '../../support/buildRun.ts';

const SCALE = { axis: 'epoch', stepsPerEpoch: 40, epochs: [], secondsPerStep: null } as const;

describe('the horizontal axis', () => {
  it('holds all planned epochs while a run is live, and only those reached once it has ended', () => {
    const live = buildRun({ status: 'running', epochs: 40, epochsDone: 2, stepsDone: 90 });
    expect(horizontalAxis(live, SCALE).range).toEqual([0, 40]);
    expect(horizontalAxis({ ...live, status: 'stopped' }, SCALE).range).toEqual([0, 3]);
    expect(horizontalAxis({ ...live, status: 'stopped' }, { ...SCALE, axis: 'step' }).range).toEqual([0, 120]);
  });

  it('holds the seconds that have passed', () => {
    const epochs = [buildEpoch({ epoch: 1, step: 40, trainSeconds: 8, evaluationSeconds: 2 })];
    const run = buildRun({ status: 'stopped', stepsDone: 40 });
    expect(horizontalAxis(run, { ...SCALE, axis: 'time', epochs }).range).toEqual([0, 10]);
    expect(formatPosition('time', 20)).toBe('20 s');
    expect(formatPosition('time', 5)).toBe('5 s');
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
