/**
 * `npm run audit`: what DenseLab depends on. Every package comes from the registry with its hash and under a licence that lets the
 * app be passed on; and none has a known advisory, which `npm audit` asks the registry.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { judgePackages } from './auditing/judge.js';
import { ROOT } from './setup/pins.js';
import { run } from '../src-main/runtime/run.js';

/** Advisories of this weight stop a release. */
const WEIGHTS = ['moderate', 'high', 'critical'];

/** @returns {Promise<readonly string[]>} One sentence for each fault. */
async function faultsOfLock() {
  /** @type {{ packages: Record<string, import('./auditing/judge.js').LockedPackage> }} */
  const lock = JSON.parse(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8'));
  const { faults, licences } = judgePackages(lock.packages);
  const counted = [...licences].sort(([, a], [, b]) => b - a).map(([licence, count]) => `${licence} ${String(count)}`);
  console.log(`${String(Object.keys(lock.packages).length - 1)} packages: ${counted.join(', ')}.`);
  return faults;
}

/** @returns {Promise<readonly string[]>} One sentence for each fault. */
async function advisories() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await run(npm, ['audit', '--json'], { cwd: ROOT, timeoutMs: 120_000 });
  /** @type {{ vulnerabilities?: Record<string, { severity: string, range: string }>, message?: string }} */
  const answer = JSON.parse(stdout === '' ? '{}' : stdout);
  if (answer.vulnerabilities === undefined) {
    return [`The registry did not say which packages have advisories: ${answer.message ?? 'no answer'}.`];
  }
  const found = Object.entries(answer.vulnerabilities).filter(([, { severity }]) => WEIGHTS.includes(severity));
  if (found.length === 0) console.log('No advisory of moderate weight or more.');
  return found.map(([name, { severity, range }]) => `${name} ${range} has an advisory of weight "${severity}".`);
}

const faults = [...(await faultsOfLock()), ...(await advisories())];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
