/** The memory of this machine, and what to say of a training that ran out of it. */

import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Failure } from '../contract/errors.ts';
import type { LayerPlan } from '../contract/model.ts';
import { estimateMemory, memoryAdvice, type MemoryRecipe } from '../model/memory.ts';
import type { Way } from '../model/recomputation.ts';

/** Bytes. */
export interface MachineMemory {
  /** All that a process here may have. */
  readonly total: number;
  /** What it could have now without swapping. */
  readonly available: number;
}

/** Looks at the machine and at the limit of the control group that this process is in. */
export function machineMemory(root = ''): MachineMemory {
  const free = meminfo(`${root}/proc/meminfo`, 'MemAvailable') ?? os.freemem();
  const all = meminfo(`${root}/proc/meminfo`, 'MemTotal') ?? os.totalmem();
  const limit = wholeNumber(`${root}/sys/fs/cgroup/memory.max`);
  if (limit === null || limit >= all) return { total: all, available: free };
  const used = wholeNumber(`${root}/sys/fs/cgroup/memory.current`) ?? 0;
  return { total: limit, available: Math.max(0, Math.min(free, limit - used)) };
}

/** An `out-of-memory` with what fits into the memory that is free now; as it is when by estimate the training itself fits. */
export function withMemoryAdvice(error: Failure, plan: LayerPlan, recipe: MemoryRecipe, way: Way): Failure {
  if (error.code !== 'out-of-memory') return error;
  const { available } = machineMemory();
  if (estimateMemory(plan, recipe, way).total <= available) return error;
  return { ...error, action: memoryAdvice(plan, recipe, way, available) };
}

/** A line of meminfo, which counts in units of 1024 bytes; null where there is none. */
function meminfo(path: string, name: string): number | null {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(textOf(path))?.[1];
  return value === undefined ? null : Number(value) * 1024;
}

/** A file with one number; null for `max`, or where there is none. */
function wholeNumber(path: string): number | null {
  const text = textOf(path).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
