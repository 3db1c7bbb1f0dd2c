/** A worker never outlives its owner (hazard 56). */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrainingGround, WORKER, type TrainingGround } from '../support/trainer/training.ts';

const OWNER = fileURLToPath(new URL('../support/trainer/owner.js', import.meta.url));

const BUSY_CHILD = fileURLToPath(new URL('../support/trainer/busyChild.ts', import.meta.url));

let ground: TrainingGround;
beforeAll(async () => (ground = await openTrainingGround()));
afterAll(() => ground.remove());

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Bundles a program as the build does, into the ground's folder. */
async function bundle(entry: string): Promise<string> {
  const outDir = ground.runDirectory('bundle');
  const output = { format: 'cjs', entryFileNames: 'program.cjs' } as const;
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir, emptyOutDir: false, rollupOptions: { output } },
  });
  return join(outDir, 'program.cjs');
}

/** Starts an owner, kills it when its child tells `event`, and returns whether the child is gone in time. */
async function orphanAt(event: string, program = WORKER): Promise<boolean> {
  const job = ground.job({}, { epochs: 1000, limit: null });
  const owner = spawn(process.execPath, [OWNER, program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'ignore'] });
  let worker = 0;
  for await (const line of createInterface({ input: owner.stdout })) {
    const message: { pid?: number; event?: string } = JSON.parse(line);
    worker = message.pid ?? worker;
    if (message.event === event) break;
  }
  expect(isRunning(worker)).toBe(true);
  owner.kill('SIGKILL');
  for (let waited = 0; waited < 5_000 && isRunning(worker); waited += 100) await wait(100);
  const gone = !isRunning(worker);
  if (!gone) process.kill(worker, 'SIGKILL');
  return gone;
}

describe('a worker whose owner was killed', () => {
  it.each(['steps', 'preparing', 'evaluating'])('is gone within five seconds, at "%s"', async (event) => {
    expect(await orphanAt(event)).toBe(true);
  });

  it('is gone even while a native call keeps it from hearing anything', async () => {
    expect(await orphanAt('busy', await bundle(BUSY_CHILD))).toBe(true);
  });
});
