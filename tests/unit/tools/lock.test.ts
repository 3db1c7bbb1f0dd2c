import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

import { removeLeftovers } from '../../../src-main/runtime/cache.js';
import { withLock } from '../../../src-main/runtime/lock.js';
import { temporaryFolder } from '../../support/tools/temporaryFolder.ts';

const LOCK_MODULE = fileURLToPath(new URL('../../../src-main/runtime/lock.js', import.meta.url));

/** A process that takes the lock, says so, and holds it until it is killed. */
async function startHolder(file: string): Promise<{ pid: number; kill(): Promise<void> }> {
  const script = `
    import { withLock } from ${JSON.stringify(LOCK_MODULE)};
    await withLock(${JSON.stringify(file)}, async () => { console.log('held'); await new Promise((r) => setTimeout(r, 1e6)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('the holder did not start');
  return {
    pid,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('withLock', () => {
  it('lets one at a time do its work', async () => {
    const file = path.join(await temporaryFolder(), 'lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('waits for another process, names it, and goes on when it was killed', async () => {
    const file = path.join(await temporaryFolder(), 'lock');
    const holder = await startHolder(file);
    const waitedFor: number[] = [];
    let ran = false;
    const waiting = withLock(
      file,
      async () => {
        ran = true;
        return await readFile(file, 'utf8');
      },
      (owner) => waitedFor.push(owner),
    );
    await expect.poll(() => waitedFor).toEqual([holder.pid]);
    expect(ran).toBe(false);
    await holder.kill();
    expect(await waiting).toMatch(new RegExp(`^${String(process.pid)} `));
  });

  it('takes over the lock of a process that died long ago', async () => {
    const file = path.join(await temporaryFolder(), 'lock');
    const holder = await startHolder(file);
    await holder.kill();
    expect(existsSync(file)).toBe(true);
    expect(await withLock(file, async () => 'done')).toBe('done');
  });

  it('lets waiters go on although the owner tidies up around them', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'lock');
    let done = 0;
    const work = async (): Promise<void> => {
      for (let round = 0; round < 20; round += 1) await removeLeftovers(folder);
      done += 1;
    };
    await writeFile(file, '999999999 died');
    await Promise.all(Array.from({ length: 12 }, () => withLock(file, work)));
    expect(done).toBe(12);
    expect(await readdir(folder)).toEqual([]);
  });

  it('releases the lock when the work fails', async () => {
    const file = path.join(await temporaryFolder(), 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('leaves alone a lock that somebody else has taken over', async () => {
    const file = path.join(await temporaryFolder(), 'lock');
    await withLock(file, () => writeFile(file, '1 other'));
    expect(await readFile(file, 'utf8')).toBe('1 other');
  });
});
