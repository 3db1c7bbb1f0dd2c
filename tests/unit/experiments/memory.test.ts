import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { machineMemory, withMemoryAdvice } from '../../../src-main/experiments/memory.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { buildSpec } from '../../support/models.ts';
import { temporaryHome } from '../../support/runs.ts';

let root: string;
let remove: () => void;

beforeEach(() => {
  ({ home: root, remove } = temporaryHome());
  write('proc/meminfo', 'MemTotal:       16000000 kB\nMemFree:         1000 kB\nMemAvailable:    8000000 kB\n');
});

afterEach(() => {
  remove();
});

function write(file: string, text: string): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

describe('the memory of a machine', () => {
  it('is what the kernel calls available', () => {
    expect(machineMemory(root)).toEqual({ total: 16_000_000 * 1024, available: 8_000_000 * 1024 });
  });

  it('ends at the limit of a container', () => {
    write('sys/fs/cgroup/memory.max', '4000000000\n');
    write('sys/fs/cgroup/memory.current', '1000000000\n');
    expect(machineMemory(root)).toEqual({ total: 4e9, available: 3e9 });
  });

  it('has no limit where the container has none', () => {
    write('sys/fs/cgroup/memory.max', 'max\n');
    expect(machineMemory(root).total).toBe(16_000_000 * 1024);
  });

  it('is known of the machine that this runs on', () => {
    const { total, available } = machineMemory();
    expect(available).toBeGreaterThan(0);
    expect(total).toBeGreaterThanOrEqual(available);
  });
});

describe('a failure for want of memory', () => {
  const plan = planModel(buildSpec(), { height: 32, width: 32, channels: 3 }, 10);
  const recipe = { batchSize: 1_000_000, accumulation: 1, recomputation: false };
  const WAY = { kernels: 'stock', precision: 'float32' } as const;
  const failure = { code: 'out-of-memory', message: 'Memory ran out.', action: 'Use less.', detail: 'OOM' } as const;

  it('says what fits (hazard 53)', () => {
    const { action, ...rest } = withMemoryAdvice(failure, plan, recipe, WAY);
    expect(rest).toEqual({ code: 'out-of-memory', message: 'Memory ran out.', detail: 'OOM' });
    expect(action).toMatch(/^Choose /);
  });

  it('is not told to take a larger batch than it had, when something else took the memory', () => {
    expect(withMemoryAdvice(failure, plan, { ...recipe, batchSize: 2 }, WAY)).toBe(failure);
  });

  it('is the only one that is changed', () => {
    const other = { ...failure, code: 'worker-died' } as const;
    expect(withMemoryAdvice(other, plan, recipe, WAY)).toBe(other);
  });
});
