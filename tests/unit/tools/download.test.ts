import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { download } from '../../../src-main/runtime/download.js';
import { serve } from '../../support/tools/serve.ts';
import { temporaryFolder } from '../../support/tools/temporaryFolder.ts';

const CONTENT = randomBytes(400_000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

const silentTask = { update: () => undefined, done: () => undefined, stop: () => undefined };

/** Sends what the request asks for, up to `most` bytes, and then drops the connection. */
function sendPart(request: IncomingMessage, response: ServerResponse, most: number): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = CONTENT.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
  if (rest.length <= most) response.end(rest);
  else response.write(rest.subarray(0, most), () => setTimeout(() => response.destroy(), 20));
}

async function prepare(base: string): Promise<Parameters<typeof download>[0]> {
  const file = path.join(await temporaryFolder(), 'runtime.bin');
  return { url: `${base}/runtime.bin`, file, digest: SHA256, task: silentTask, attempts: 2, pauseMs: 1 };
}

describe('download', () => {
  it('goes on where a dropped connection ended, as often as it takes', async () => {
    const ranges: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      ranges.push(request.headers.range);
      sendPart(request, response, 150_000);
    });
    const wanted = await prepare(base);
    await download(wanted);
    expect(CONTENT.equals(await readFile(wanted.file))).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1)).toEqual(ranges.slice(1).map(() => expect.stringMatching(/^bytes=[1-9]\d*-$/)));
    expect(ranges.length).toBeGreaterThan(2);
    expect(existsSync(`${wanted.file}.part`)).toBe(false);
  });

  it('continues what an earlier set-up left, asking only for the rest', async () => {
    const ranges: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      ranges.push(request.headers.range);
      sendPart(request, response, Infinity);
    });
    const wanted = await prepare(base);
    await writeFile(`${wanted.file}.part`, CONTENT.subarray(0, 123_456));
    await download(wanted);
    expect(ranges).toEqual(['bytes=123456-']);
    expect(CONTENT.equals(await readFile(wanted.file))).toBe(true);
  });

  it('starts at the beginning when the server does not know ranges', async () => {
    let requests = 0;
    const base = await serve((_request, response) => {
      requests += 1;
      response.end(CONTENT);
    });
    const wanted = await prepare(base);
    await writeFile(`${wanted.file}.part`, CONTENT.subarray(0, 1000));
    await download(wanted);
    expect(CONTENT.equals(await readFile(wanted.file))).toBe(true);
    expect(requests).toBe(1);
  });

  it('starts once more when the part that it continued was damaged', async () => {
    const base = await serve((request, response) => sendPart(request, response, Infinity));
    const wanted = await prepare(base);
    await writeFile(`${wanted.file}.part`, Buffer.alloc(5000, 1));
    await download(wanted);
    expect(CONTENT.equals(await readFile(wanted.file))).toBe(true);
  });

  it('asks for nothing when the file is there and right', async () => {
    let requests = 0;
    const base = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const wanted = await prepare(base);
    await writeFile(wanted.file, CONTENT);
    await download(wanted);
    expect(requests).toBe(0);
  });

  it('removes a file with another hash and names both hashes', async () => {
    const base = await serve((_request, response) => response.end('something else'));
    const wanted = await prepare(base);
    const found = createHash('sha256').update('something else').digest('hex');
    await expect(download(wanted)).rejects.toThrow(`SHA-256 ${found} instead of ${SHA256}); it was removed`);
    expect(existsSync(wanted.file)).toBe(false);
    expect(existsSync(`${wanted.file}.part`)).toBe(false);
  });

  it('does not insist when the server refuses', async () => {
    let requests = 0;
    const base = await serve((_request, response) => {
      requests += 1;
      response.writeHead(403).end();
    });
    await expect(download(await prepare(base))).rejects.toThrow(/answered 403 .*runtime\.bin/);
    expect(requests).toBe(1);
  });

  it('tries again after an error of the server', async () => {
    let requests = 0;
    const base = await serve((request, response) => {
      requests += 1;
      if (requests === 1) response.writeHead(503).end();
      else sendPart(request, response, Infinity);
    });
    const wanted = await prepare(base);
    await download(wanted);
    expect(CONTENT.equals(await readFile(wanted.file))).toBe(true);
  });

  it('keeps the part when the connection cannot be had, and says how to go on', async () => {
    const base = await serve((_request, response) => response.destroy());
    const wanted = await prepare(base);
    await writeFile(`${wanted.file}.part`, CONTENT.subarray(0, 1000));
    await expect(download(wanted)).rejects.toMatchObject({
      message: expect.stringContaining('cannot be reached'),
      action: expect.stringContaining('npm run setup'),
    });
    expect(await readFile(`${wanted.file}.part`)).toEqual(CONTENT.subarray(0, 1000));
  });
});
