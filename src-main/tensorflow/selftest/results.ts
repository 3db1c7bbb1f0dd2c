/** Results of the self-test in the cache folder, one small file per machine and set of kernels. */

import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { KernelFailure } from './check.ts';

/** What a self-test found. */
export interface SelfTestResult {
  /** Distinct kernels that were checked. */
  readonly kernels: number;
  readonly failures: readonly KernelFailure[];
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  /** The build of our own kernels that was checked; null for TensorFlow's. A result that does not say does not count. */
  readonly build: string | null;
}

/** The stored result; null when there is none that can be read. */
export function readResult(cache: string, machine: string, kernels: string): SelfTestResult | null {
  return parse(join(folderOf(cache), `${machine}-${kernels}.json`));
}

/**
 * All stored results of a machine that still count, newest first: of TensorFlow's own kernels, and of this build of ours.
 * @param build of ours that is installed; null without one
 */
export function readResults(cache: string, machine: string, build: string | null): readonly SelfTestResult[] {
  const results = namesIn(folderOf(cache))
    .filter((name) => name.startsWith(`${machine}-`) && name.endsWith('.json'))
    .map((name) => parse(join(folderOf(cache), name)))
    .filter((result) => result !== null)
    .filter((result) => result.build === null || result.build === build);
  return results.sort((a, b) => b.checkedAt.localeCompare(a.checkedAt));
}

/** Stores a result. A cache that cannot be written only means that the next start checks again. */
export function writeResult(cache: string, machine: string, kernels: string, result: SelfTestResult): void {
  const path = join(folderOf(cache), `${machine}-${kernels}.json`);
  const temporary = `${path}.${String(process.pid)}`;
  try {
    mkdirSync(folderOf(cache), { recursive: true });
    writeFileSync(temporary, JSON.stringify(result));
    renameSync(temporary, path);
  } catch {
    return;
  }
}

function folderOf(cache: string): string {
  return join(cache, 'selftest');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parse(path: string): SelfTestResult | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isResult(value) ? value : null;
  } catch {
    return null;
  }
}

function isResult(value: unknown): value is SelfTestResult {
  if (typeof value !== 'object' || value === null) return false;
  const { kernels, failures, seconds, checkedAt } = { kernels: 0, failures: 0, seconds: 0, checkedAt: 0, ...value };
  return (
    typeof kernels === 'number' &&
    typeof seconds === 'number' &&
    typeof checkedAt === 'string' &&
    'build' in value &&
    (value.build === null || typeof value.build === 'string') &&
    Array.isArray(failures) &&
    failures.every(isFailure)
  );
}

function isFailure(value: unknown): value is KernelFailure {
  if (typeof value !== 'object' || value === null) return false;
  return 'kernel' in value && typeof value.kernel === 'string' && 'error' in value && typeof value.error === 'number';
}
