import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src-main/contract/events.ts';
import {
  advanceReading,
  advanceRow,
  NO_READING,
  secondsLeft,
  shareDone,
} from '../../../src-renderer/state/runProgress.ts';
import { buildEpoch, buildRun, buildSteps } from '../../support/buildRun.ts';

const FRESH = buildRun({
  status: 'queued',
  epochsDone: 0,
  stepsDone: 0,
  stepsPerEpoch: 0,
  best: null,
  last: null,
  sparkline: [],
});

function steps(from: number, to: number): RunEvent {
  return { run: 1, event: 'steps', steps: buildSteps(from, to, 40), imagesPerSecond: 300, residentBytes: 4e8 };
}

describe('a row', () => {
  it('follows the events of its run', () => {
    let row = advanceRow(FRESH, { run: 1, event: 'preparing', phase: 'compile' });
    expect(row.status).toBe('preparing');
    row = advanceRow(row, {
      run: 1,
      event: 'started',
      stepsPerEpoch: 40,
      environment: {
        device: 'CPU:0',
        intraOpThreads: 2,
        interOpThreads: 1,
        tensorflow: '2',
        denselab: '0',
        node: '20',
      },
    });
    row = advanceRow(row, steps(1, 40));
    expect([row.status, row.stepsDone, shareDone(row)]).toEqual(['running', 40, 0.125]);
    row = advanceRow(row, {
      run: 1,
      event: 'epoch',
      outsideSeconds: 0.1,
      metrics: buildEpoch({ epoch: 1, heldOut: { loss: 1, accuracy: 0.6 } }),
    });
    row = advanceRow(row, {
      run: 1,
      event: 'epoch',
      outsideSeconds: 0.1,
      metrics: buildEpoch({ epoch: 2, heldOut: { loss: 2, accuracy: 0.5 } }),
    });
    expect(row.best).toEqual({ epoch: 1, accuracy: 0.6 });
    expect(row.last?.epoch).toBe(2);
    expect(row.sparkline).toEqual([0.6, 0.5]);
  });

  it('never makes NaN its best, and counts no epoch twice', () => {
    const event: RunEvent = {
      run: 1,
      event: 'epoch',
      outsideSeconds: 0.1,
      metrics: buildEpoch({ epoch: 1, heldOut: { loss: NaN, accuracy: NaN } }),
    };
    const row = advanceRow(FRESH, event);
    expect(row.best).toBeNull();
    expect(advanceRow(row, event)).toBe(row);
  });
});

describe('the time that is left', () => {
  it('comes from the last epoch with its evaluation', () => {
    const row = buildRun({
      status: 'running',
      epochs: 8,
      stepsPerEpoch: 40,
      stepsDone: 160,
      last: buildEpoch({ trainSeconds: 8, evaluationSeconds: 2 }),
    });
    expect(secondsLeft(row, NO_READING)).toBe(40);
  });

  it('comes from the pace of the steps seen in the first epoch, and is unknown before', () => {
    const first = advanceReading(NO_READING, steps(1, 1), 1000);
    const row = { ...FRESH, status: 'running', stepsPerEpoch: 40, stepsDone: 1 } as const;
    expect(secondsLeft(row, first)).toBeNull();
    const later = advanceReading(first, steps(2, 11), 3000);
    expect(secondsLeft({ ...row, stepsDone: 11 }, later)).toBeCloseTo((320 - 11) * 0.2);
  });

  it('is unknown for a run that nobody trains', () => {
    expect(secondsLeft(buildRun(), NO_READING)).toBeNull();
  });
});
