import { describe, expect, it } from 'vitest';

import { countPlaywright, countVitest, judge, summarizeSteps } from '../../../tools/testing/counts.js';
import { allSteps, selectSteps } from '../../../tools/testing/steps.js';

const report = (...files: { status: string; tests: string[] }[]): string =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((testStatus) => ({ status: testStatus })),
    })),
  });

describe('countVitest', () => {
  it('adds up passed, failed and skipped tests', () => {
    const text = report(
      { status: 'failed', tests: ['passed', 'failed', 'pending'] },
      { status: 'passed', tests: ['passed'] },
    );
    expect(countVitest(text)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });

  it('counts a file that could not be loaded as one failed', () => {
    expect(countVitest(report({ status: 'failed', tests: [] }))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a file whose hooks failed though its tests passed', () => {
    expect(countVitest(report({ status: 'failed', tests: ['passed'] }))).toMatchObject({ passed: 1, failed: 1 });
  });
});

describe('countPlaywright', () => {
  it('counts errors outside of the tests as failed', () => {
    const text = JSON.stringify({ stats: { expected: 3, flaky: 1, unexpected: 2, skipped: 4 }, errors: [{}] });
    expect(countPlaywright(text)).toEqual({ passed: 4, failed: 3, skipped: 4 });
  });
});

describe('judge', () => {
  const good = { passed: 5, failed: 0, skipped: 0 };

  it('believes a report that fits the exit status', () => {
    expect(judge(good, { status: 0, timedOut: false })).toEqual({ counts: good, note: '' });
    const bad = { passed: 5, failed: 2, skipped: 0 };
    expect(judge(bad, { status: 1, timedOut: false })).toEqual({ counts: bad, note: '' });
  });

  it.each([
    ['a runner that failed without a failed test', good, { status: 1, timedOut: false }, 'exit status 1'],
    ['a runner that was killed', good, { status: null, timedOut: true }, 'time limit reached'],
    ['a missing report', null, { status: 0, timedOut: false }, 'no report'],
    ['no tests at all', { passed: 0, failed: 0, skipped: 3 }, { status: 0, timedOut: false }, 'no tests ran'],
  ])('never takes %s for right', (_what, counts, outcome, note) => {
    const verdict = judge(counts, outcome);
    expect(verdict.counts.failed).toBe(1);
    expect(verdict.note).toBe(note);
  });
});

describe('summarizeSteps', () => {
  const step = (name: string, passed: number, failed: number) => ({
    name,
    counts: { passed, failed, skipped: 0 },
    seconds: 1.25,
    note: '',
  });

  it('ends with the sum, and nothing after it', () => {
    const { text, failed } = summarizeSteps([step('unit', 40, 0), step('e2e', 2, 1)]);
    expect(text.split('\n').at(-1)).toBe('42 passed, 1 failed');
    expect(failed).toBe(true);
  });

  it('is a success only when something passed and nothing failed', () => {
    expect(summarizeSteps([step('unit', 1, 0)]).failed).toBe(false);
    expect(summarizeSteps([]).failed).toBe(true);
  });
});

describe('selectSteps', () => {
  it('takes all when none is named, and every step of a group by its name', () => {
    const steps = allSteps();
    expect(selectSteps(steps, [])).toEqual(steps);
    expect(selectSteps(steps, ['types']).map(({ name }) => name)).toContain('types:renderer');
    expect(selectSteps(steps, ['e2e', 'unit']).map(({ name }) => name)).toEqual(['unit', 'e2e']);
  });

  it('refuses a name that is none, listing those that are', () => {
    expect(() => selectSteps(allSteps(), ['unti'])).toThrow(/There is no step "unti"; there are .*unit/);
  });
});
