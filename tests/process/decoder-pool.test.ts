/** What the pool does when a decoder process dies, hangs, or talks nonsense (hazard 24). */

import { join } from 'node:path';
import { fork } from 'node:child_process';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src-main/datasets/convert.ts';
import type { DecodeOutcome, DecodeRequest, DecodeSession } from '../../src-main/datasets/decoding.ts';
import { openDecoderPool } from '../../src-main/decoder/pool.ts';
import { fixtureBytes } from '../support/datasets/images.ts';
import { BUNDLES, rejectionOf, spawnDecoder, STUB_BUNDLES } from '../support/datasets/stores.ts';
import { temporaryFolder } from '../support/datasets/trees.ts';

const DECODER = join(BUNDLES, 'decoder.cjs');
const folder = temporaryFolder();
let session: DecodeSession;

afterEach(() => session.close());
afterAll(() => folder.remove());

/** Opens a session of stub processes; returns the ids of all that it starts. */
function open(environment: Readonly<Record<string, string>> = {}, processes = 1): readonly number[] {
  const pids: number[] = [];
  const spawn = spawnDecoder(STUB_BUNDLES);
  session = openDecoderPool({
    spawn: (entry, own) => {
      const child = spawn(entry, { ...own, ...environment });
      if (child.pid !== undefined) pids.push(child.pid);
      return child;
    },
    processes,
    patience: 1000,
  }).open();
  return pids;
}

const target: Target = { height: 2, width: 2, channels: 1, fit: 'crop', background: [255] };

function request(path: string): DecodeRequest {
  return { path, kind: 'png', bytes: 1, modifiedMs: 1, orientation: 1, ...target };
}

async function decodeAll(paths: readonly string[]): Promise<string[]> {
  const outcomes = await Promise.all(paths.map((path) => session.decode(request(path))));
  return outcomes.map((outcome: DecodeOutcome) => (outcome.ok ? String(outcome.pixels[0]) : outcome.reason));
}

describe('a decoder process', () => {
  it('that dies costs exactly the file that killed it', async () => {
    const pids = open();
    const paths = Array.from({ length: 40 }, (_, index) => (index === 17 ? 'crash' : String(index)));
    const expected = paths.map((path) => (path === 'crash' ? 'Decoding it crashed the decoder' : path));
    expect(await decodeAll(paths)).toEqual(expected);
    expect(pids.length).toBeGreaterThan(1);
  });

  it('that dies of several files costs each of these, with several processes at work', async () => {
    open({}, 2);
    const paths = Array.from({ length: 40 }, (_, index) => (index % 9 === 4 ? 'crash' : String(index)));
    const expected = paths.map((path) => (path === 'crash' ? 'Decoding it crashed the decoder' : path));
    expect(await decodeAll(paths)).toEqual(expected);
  });

  it('that hangs is ended, and the file named', async () => {
    open();
    expect(await decodeAll(['1', '2', 'hang', '4', '5'])).toEqual(['1', '2', 'Decoding it never ended', '4', '5']);
  });

  it('that talks nonsense is ended, and the file named', async () => {
    open();
    expect(await decodeAll(['1', 'nonsense', '3'])).toEqual(['1', 'Decoding it crashed the decoder', '3']);
  });

  it('cannot pass on pixels of another size', async () => {
    open();
    expect(await decodeAll(['short', '3'])).toEqual(['The decoder gave another size', '3']);
  });

  it('that never starts ends the session with its exit, and does not try for ever', async () => {
    const pids = open({ DENSELAB_TEST_DIES: '1' });
    const failure = await rejectionOf(decodeAll(['1', '2']));
    expect(failure).toMatchObject({ code: 'runtime-broken', detail: expect.stringContaining('exit 7') });
    expect(pids.length).toBeLessThan(5);
  });

  it('is gone when the session is closed, and what waits is told', async () => {
    const pids = open();
    await decodeAll(['1']);
    const waiting = rejectionOf(session.decode(request('hang')));
    session.close();
    expect((await waiting).code).toBe('cancelled');
    expect((await rejectionOf(session.decode(request('1')))).code).toBe('cancelled');
    await expect.poll(() => pids.every(isGone), { timeout: 10_000 }).toBe(true);
  });
});

describe('the real decoder process', () => {
  it('says that TensorFlow, which decodes progressive JPEG, is missing, and how to get it', async () => {
    const spawn = spawnDecoder();
    session = openDecoderPool({
      spawn: (entry, own) => spawn(entry, { ...own, DENSELAB_CACHE: join(folder.path, 'empty') }),
      processes: 1,
    }).open();
    const content = fixtureBytes('progressive.jpg');
    const failure = await rejectionOf(
      session.decode({ ...request('progressive.jpg'), kind: 'jpeg', bytes: content.length, content }),
    );
    expect(failure).toMatchObject({ code: 'runtime-missing', action: expect.stringContaining('npm run setup') });
  });

  it('ends by itself when its owner is gone', async () => {
    session = openDecoderPool({ spawn: spawnDecoder() }).open();
    const child = fork(DECODER, [], { serialization: 'advanced', stdio: 'ignore' });
    await new Promise((resolve) => child.once('message', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    expect(await ended).toBe(0);
  });

  it('ends when it is sent something that is no request', async () => {
    session = openDecoderPool({ spawn: spawnDecoder() }).open();
    const child = fork(DECODER, [], { serialization: 'advanced', stdio: 'ignore' });
    await new Promise((resolve) => child.once('message', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.send({ kind: 'decode', number: 1, request: { ...request('1'), height: 1e9 } });
    expect(await ended).toBe(2);
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
