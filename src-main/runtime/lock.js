/** One set-up at a time per cache folder: others wait, and a lock whose owner died is taken over. */
import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync, utimesSync } from 'node:fs';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The owner renews its lock this often ... */
const RENEW_MS = 2_000;
/** ... and one not renewed for this long is abandoned, whoever has its process number now. */
const ABANDONED_MS = 30_000;
const POLL_MS = 200;

/**
 * Runs `work` while holding the lock file.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(owner: number) => void} [onWait] Called once, with the process number of the owner, before waiting.
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  const token = `${process.pid} ${randomBytes(8).toString('hex')}`;
  let waited = false;
  while (!(await acquire(file, token))) {
    const owner = await read(file);
    if (owner === null) continue;
    if (await isAbandoned(file, owner)) {
      await takeAway(file, owner);
      continue;
    }
    if (!waited) onWait?.(processOf(owner));
    waited = true;
    await sleep(POLL_MS);
  }
  const release = () => {
    try {
      if (readFileSync(file, 'utf8') === token) unlinkSync(file);
    } catch {
      // Somebody removed it: nothing to release.
    }
  };
  const renewal = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The folder went away; the work itself will say so.
    }
  }, RENEW_MS);
  process.on('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    process.off('exit', release);
    release();
  }
}

/**
 * Makes the lock with its content in one step: a link to a finished file appears whole or not at all.
 * @param {string} file
 * @param {string} token
 */
async function acquire(file, token) {
  const draft = `${file}.tmp-${token.split(' ')[1]}`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(token);
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // ENOENT: the owner tidies up and took our draft for a leftover.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** @param {string} file */
async function read(file) {
  return await readFile(file, 'utf8').catch(() => null);
}

/** @param {string} owner */
function processOf(owner) {
  return Number(owner.split(' ')[0]);
}

/**
 * @param {string} file
 * @param {string} owner
 */
async function isAbandoned(file, owner) {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > ABANDONED_MS) return true;
  try {
    process.kill(processOf(owner), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/**
 * Removes an abandoned lock. Two waiters may try at once: the second may catch the new owner's lock, and gives it back.
 * @param {string} file
 * @param {string} owner
 */
async function takeAway(file, owner) {
  // Not named like a leftover: the new owner must not remove its own lock while it lies here.
  const aside = `${file}.aside-${randomBytes(6).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await read(aside)) !== owner) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
