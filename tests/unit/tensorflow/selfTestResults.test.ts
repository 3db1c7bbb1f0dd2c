import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readResult, readResults, writeResult } from '../../../src-main/tensorflow/selftest/results.ts';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'denselab-selftest-'));
});

afterEach(() => rmSync(cache, { recursive: true }));

function store(key: string, build: string | null): void {
  const result = { kernels: 1, failures: [], seconds: 1, checkedAt: `2026-01-0${key}T00:00:00.000Z`, build };
  writeResult(cache, 'here', key, result);
}

describe('what self-tests have found', () => {
  it("counts for TensorFlow's own kernels and for the build of ours that is installed, and for no other", () => {
    store('1', null);
    store('2', 'build of today');
    store('3', 'build of yesterday');
    const builds = (installed: string | null) => readResults(cache, 'here', installed).map(({ build }) => build);
    expect(builds('build of today')).toEqual(['build of today', null]);
    expect(builds(null)).toEqual([null]);
  });

  it('does not count where it does not say what was tested', () => {
    store('1', null);
    writeFileSync(
      path.join(cache, 'selftest', 'here-1.json'),
      JSON.stringify({ kernels: 1, failures: [{ kernel: 'a gradient', error: 1 }], seconds: 1, checkedAt: '' }),
    );
    expect(readResult(cache, 'here', '1')).toBeNull();
    expect(readResults(cache, 'here', null)).toEqual([]);
  });
});
