import { describe, expect, it } from 'vitest';

import { QUICK_ENTRIES, type Entry } from '../../bench/contenders.ts';
import { brokenPromises, median, summarise, toMarkdown } from '../../bench/figures.ts';
import type { Figures } from '../../bench/figures.ts';
import type { Measurement } from '../../bench/workload.ts';

function buildMeasurement(overrides: Partial<Measurement> = {}): Measurement {
  return {
    milliseconds: [250, 260, 300],
    processorMilliseconds: [500, 510, 520],
    firstMilliseconds: 4000,
    peakBytes: 1e9,
    losses: [2.3, 2.2],
    version: 'TensorFlow 2.21.0',
    ...overrides,
  };
}

function entryOf(id: string): Entry {
  const entry = QUICK_ENTRIES.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`no entry ${id}`);
  return entry;
}

function buildFigures(times: number, peakBytes: number, load = 2): Figures {
  return {
    measuredAt: '2026-01-02T03:04:05.000Z',
    machine: { processor: 'P', cores: 2, memoryBytes: 8e9, system: 'S', node: '20', load: [0, load] },
    contenders: [
      summarise(entryOf('denselab-float32-bc40'), [buildMeasurement({ peakBytes })]),
      summarise(entryOf('tfjs-bc40'), [buildMeasurement({ milliseconds: [260 * times] })]),
    ],
    rates: null,
    worker: null,
    goals: [],
  };
}

describe('the figures of a bench', () => {
  it('have the middle, or the mean of the two middle ones', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7]);
  });

  it('put rounds together: all steps, and the largest memory', () => {
    const rounds = [buildMeasurement(), buildMeasurement({ milliseconds: [200, 900], peakBytes: 1.1e9 })];
    expect(summarise(entryOf('tfjs-bc40'), rounds)).toMatchObject({
      steps: 5,
      medianMilliseconds: 260,
      minimumMilliseconds: 200,
      peakBytes: 1.1e9,
    });
  });

  it.each([
    [6, 1.29e9, 0],
    [5.9, 1e9, 1],
    [9, 1.3e9, 1],
    [1, 2e9, 2],
    [NaN, 1e9, 1],
  ])('%d times faster with %d bytes break %d promises', (times, bytes, count) => {
    expect(brokenPromises(buildFigures(times, bytes))).toHaveLength(count);
  });

  it('are no promise kept when one side was not measured', () => {
    expect(brokenPromises({ ...buildFigures(9, 1e9), contenders: [] })).toHaveLength(1);
  });

  it('say so when the machine was busy', () => {
    expect(brokenPromises(buildFigures(5, 1e9, 12)).at(-1)).toContain('busy (load 12.0)');
  });

  it('make a page that names contenders and the machine', () => {
    const page = toMarkdown(buildFigures(10, 1e9));
    expect(page).toContain('| DenseLab | float32 | 260 ms | 250 ms | 510 ms | 256 | 4.0 s | 1.00 GB | 3 |');
    expect(page).toContain('P, 2 cores, 8.00 GB of memory, S');
  });
});
