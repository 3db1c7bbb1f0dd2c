/** Reads what the test runners report, and prints what they add up to. */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @typedef {object} StepResult
 * @property {string} name
 * @property {Counts} counts
 * @property {number} seconds
 * @property {string} note Why it failed where the counts do not tell, else empty.
 */

/**
 * A check that is one test: a format, a lint run, a compilation.
 * @param {boolean} passed
 * @returns {Counts}
 */
export function countCheck(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/**
 * Counts of Vitest's JSON report. A file that could not be loaded has no tests, and counts as one failed.
 * @param {string} text
 * @returns {Counts}
 */
export function countVitest(text) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of JSON.parse(text).testResults) {
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    const explained = file.assertionResults.some((/** @type {{ status: string }} */ test) => test.status === 'failed');
    if (file.status === 'failed' && !explained) counts.failed += 1;
  }
  return counts;
}

/**
 * Counts of Playwright's JSON report. Errors outside of any test count as failed.
 * @param {string} text
 * @returns {Counts}
 */
export function countPlaywright(text) {
  const { stats, errors } = JSON.parse(text);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
}

/**
 * Makes sure that a step that went wrong is never counted as right: a runner that failed without a failed test, a
 * missing report, or no tests at all each count as one failed.
 * @param {Counts | null} counts Null when there is no report.
 * @param {{ status: number | null, timedOut: boolean }} outcome
 * @returns {{ counts: Counts, note: string }}
 */
export function judge(counts, { status, timedOut }) {
  const seen = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const one = { ...seen, failed: seen.failed + 1 };
  if (timedOut) return { counts: one, note: 'time limit reached' };
  if (counts === null) return { counts: one, note: 'no report' };
  if (status !== 0 && seen.failed === 0) {
    return { counts: one, note: seen.passed === 0 ? 'no tests found' : `exit status ${status}` };
  }
  if (seen.passed + seen.failed === 0) return { counts: one, note: 'no tests ran' };
  return { counts: seen, note: '' };
}

/**
 * The table of steps, and the sum as the last line.
 * @param {readonly StepResult[]} results
 * @returns {{ text: string, failed: boolean }} `failed` also when nothing passed.
 */
export function summarizeSteps(results) {
  const passed = results.reduce((sum, { counts }) => sum + counts.passed, 0);
  const failed = results.reduce((sum, { counts }) => sum + counts.failed, 0);
  const width = Math.max(4, ...results.map(({ name }) => name.length));
  const header = `${'step'.padEnd(width)}  passed  failed  skipped  seconds`;
  const rows = results.map(({ name, counts, seconds, note }) => {
    const numbers = [
      String(counts.passed).padStart(6),
      String(counts.failed).padStart(6),
      String(counts.skipped).padStart(7),
      seconds.toFixed(1).padStart(7),
    ].join('  ');
    return `${name.padEnd(width)}  ${numbers}${note === '' ? '' : `  ${note}`}`;
  });
  const text = ['', header, ...rows, '', `${passed} passed, ${failed} failed`].join('\n');
  return { text, failed: failed > 0 || passed === 0 };
}
