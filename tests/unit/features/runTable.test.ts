import { describe, expect, it } from 'vitest';
import { arrangeRuns, DEFAULT_ORDER, nextOrder, sparklinePath } from '../../../src-renderer/features/runs/runTable.ts';
import { NO_READING } from '../../../src-renderer/state/runProgress.ts';
import { buildRun } from '../../support/buildRun.ts';

const ROWS = [
  buildRun({ id: 3, name: 'k = 24', datasetName: 'Shapes-10', status: 'failed', best: null }),
  buildRun({ id: 2, name: 'k = 12', best: { epoch: 1, accuracy: 0.9 } }),
  buildRun({ id: 1, name: 'k = 8', best: { epoch: 1, accuracy: 0.8 } }),
];

function ids(query: string, state: 'any' | 'failed' = 'any', order = DEFAULT_ORDER): readonly number[] {
  return arrangeRuns(ROWS, query, state, order, () => NO_READING).map((run) => run.id);
}

describe('the table of runs', () => {
  it('finds every word in name, dataset, model or state', () => {
    expect(ids('')).toEqual([3, 2, 1]);
    expect(ids('shapes')).toEqual([3]);
    expect(ids('12 DONE')).toEqual([2, 1]);
    expect(ids('k = 12 fashion')).toEqual([2, 1]);
    expect(ids('', 'failed')).toEqual([3]);
    expect(ids('no such run')).toEqual([]);
  });

  it('sorts by a column, with rows that have no value last either way', () => {
    expect(ids('', 'any', { key: 'best', descending: true })).toEqual([2, 1, 3]);
    expect(ids('', 'any', { key: 'best', descending: false })).toEqual([1, 2, 3]);
    expect(ids('', 'any', { key: 'name', descending: false })).toEqual([1, 2, 3]);
  });

  it('goes largest first, smallest first, and back to newest first', () => {
    const first = nextOrder(DEFAULT_ORDER, 'best');
    const second = nextOrder(first, 'best');
    expect([first, second, nextOrder(second, 'best')]).toEqual([
      { key: 'best', descending: true },
      { key: 'best', descending: false },
      DEFAULT_ORDER,
    ]);
  });
});

describe('the small curve', () => {
  it('is as long as the run is far, and leaves NaN out', () => {
    expect(sparklinePath([0, 1], 0.5, 64, 18)).toBe('M1.0 16.0L32.0 2.0');
    expect(sparklinePath([0, NaN, 1], 1, 64, 18)).toBe('M1.0 16.0L63.0 2.0');
    expect(sparklinePath([0.5], 1, 64, 18)).toBe('');
  });
});
