/** Downloads a file of known digest: continues what is there, survives a dropped connection, keeps nothing false. */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { SetupFailure, errorCode } from './failure.js';
import { megabytes } from './reporter.js';
import { hashFile } from './stamp.js';

/**
 * @typedef {object} Download
 * @property {string} url
 * @property {string} file Where it goes; while incomplete, `FILE.part`.
 * @property {string} digest Hex.
 * @property {'sha256' | 'sha512'} [algorithm] Of the digest; SHA-256 when absent.
 * @property {import('./reporter.js').Task} task
 * @property {number} [attempts] How often in a row it may bring nothing at all before giving up.
 * @property {number} [pauseMs] Before the second attempt; doubled for each further one.
 * @property {number} [stallMs] A connection that is silent for this long counts as dropped.
 */

/**
 * Brings the file; returns at once when it is there and whole.
 * @param {Download} wanted
 * @throws {SetupFailure} When the server refuses it, the connection keeps failing, the disk is full, or the hash differs.
 */
export async function download(wanted) {
  const { file, task } = wanted;
  if (await isWhole(file, wanted)) return;
  const part = `${file}.part`;
  const resumed = await sizeOf(part);
  if (resumed > 0) task.update(`continuing after ${megabytes(resumed)}`);
  await fetchAll(wanted, part);
  if (await isWhole(part, wanted)) return await rename(part, file);
  const found = await hashFile(part, wanted.algorithm);
  await rm(part);
  if (resumed > 0) {
    // The earlier part may be what is wrong, so one fresh start is fair.
    task.update('the continued file was damaged; starting again');
    return await download(wanted);
  }
  throw new SetupFailure(
    `${path.basename(file)} is not what was published (${wanted.algorithm === 'sha512' ? 'SHA-512' : 'SHA-256'} ${found} instead of ${wanted.digest}); it was removed.`,
    'Try again with: npm run setup (if it happens twice, something on the way changes the file).',
  );
}

/**
 * Appends to the part until it is complete.
 * @param {Download} wanted
 * @param {string} part
 */
async function fetchAll({ url, task, attempts = 5, pauseMs = 1_000, stallMs = 60_000 }, part) {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    try {
      await fetchRest(url, part, before, task, stallMs);
      return;
    } catch (error) {
      if (error instanceof SetupFailure) throw error;
      if (errorCode(error) === 'ENOSPC') throw diskFull(part);
      failures = (await sizeOf(part)) > before ? 0 : failures + 1;
      if (failures >= attempts) throw unreachable(url, error);
      task.update(`connection lost (${errorCode(error) ?? 'dropped'}); trying again`);
      await sleep(pauseMs * 2 ** failures);
    }
  }
}

/**
 * One request for what is missing.
 * @param {string} url
 * @param {string} part
 * @param {number} offset
 * @param {import('./reporter.js').Task} task
 * @param {number} stallMs
 */
async function fetchRest(url, part, offset, task, stallMs) {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stallMs);
  try {
    const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await fetch(url, { headers, signal: stalled.signal });
    // 416: nothing is missing, or the part is longer than the file; the hash tells which.
    if (response.status === 416) return;
    if (!response.ok || response.body === null) throw refusal(url, response.status);
    const start = response.status === 206 ? offset : 0;
    const total = start + Number(response.headers.get('content-length') ?? NaN);
    const meter = measure(start, total, task, () => timer.refresh());
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Passes bytes on and reports them; `total` is NaN when the server does not tell.
 * @param {number} start
 * @param {number} total
 * @param {import('./reporter.js').Task} task
 * @param {() => void} onData
 */
function measure(start, total, task, onData) {
  const begun = performance.now();
  let received = start;
  let shown = 0;
  return new Transform({
    transform(chunk, _encoding, callback) {
      received += chunk.length;
      onData();
      const now = performance.now();
      if (now - shown > 100) {
        shown = now;
        const rate = (received - start) / Math.max(1e-3, (now - begun) / 1000);
        const of = Number.isNaN(total) ? '' : ` of ${megabytes(total)} (${Math.floor((100 * received) / total)} %)`;
        task.update(`${megabytes(received)}${of} at ${megabytes(rate)}/s`, Number.isNaN(total) ? 0 : received / total);
      }
      callback(null, chunk);
    },
  });
}

/**
 * An error to try again after, or one that will not change.
 * @param {string} url
 * @param {number} status
 */
function refusal(url, status) {
  if (status >= 500 || status === 408 || status === 429) return new Error(`HTTP ${status}`);
  return new SetupFailure(
    `${new URL(url).host} answered ${status} to the request for ${path.posix.basename(new URL(url).pathname)}.`,
    'Check the network (a proxy or a firewall may refuse it), then: npm run setup',
    url,
  );
}

/**
 * @param {string} url
 * @param {unknown} error
 */
function unreachable(url, error) {
  return new SetupFailure(
    `${new URL(url).host} cannot be reached (${errorCode(error) ?? 'connection dropped'}).`,
    'Check the network, then continue with: npm run setup (what was downloaded is kept).',
    `${url}\n${String(error)}`,
  );
}

/** @param {string} part */
function diskFull(part) {
  return new SetupFailure(
    `The disk that holds ${path.dirname(part)} is full.`,
    'Free some space, then continue with: npm run setup (what was downloaded is kept).',
  );
}

/**
 * @param {string} file
 * @param {Pick<Download, 'digest' | 'algorithm'>} wanted
 */
async function isWhole(file, { digest, algorithm }) {
  return (await sizeOf(file)) > 0 && (await hashFile(file, algorithm)) === digest;
}

/**
 * Size in bytes, 0 for a file that is not there.
 * @param {string} file
 */
async function sizeOf(file) {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
