import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DenseLabError } from '../../../src-main/contract/errors.ts';
import { HandoverDesk, handOver } from '../../../src-main/experiments/handover.ts';
import type { QueueChange } from '../../../src-main/experiments/queueChange.ts';
import { temporaryHome } from '../../support/runs.ts';

const PAUSE: QueueChange = { kind: 'pause', paused: true };
const ID = '8a7d7d7e-0000-4000-8000-000000000001';

let home: string;
let remove: () => void;
let desk: HandoverDesk;
let made: QueueChange[];

beforeEach(() => {
  ({ home, remove } = temporaryHome());
  made = [];
  desk = new HandoverDesk(home, (change) => {
    if (change.kind === 'remove') throw new DenseLabError('run-not-queued', 'It does not wait.', 'Look again.');
    made.push(change);
    return Promise.resolve([7, 8]);
  });
});

afterEach(async () => {
  await desk.close();
  remove();
});

function left(): string[] {
  return readdirSync(path.join(home, 'handover'));
}

/** Puts a file where the owner looks, and waits for it to be taken. */
async function leave(content: string): Promise<void> {
  const file = path.join(home, 'handover', `${ID}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  while (existsSync(file) || existsSync(`${file}.taken`)) await wait(20);
}

describe('a change that is handed over', () => {
  it('is made by the owner, whose answer comes back, and leaves nothing behind', async () => {
    desk.open();
    expect(await handOver(home, PAUSE)).toEqual([7, 8]);
    expect(made).toEqual([PAUSE]);
    expect(left()).toEqual([]);
  });

  it('fails as it fails with the owner', async () => {
    desk.open();
    await expect(handOver(home, { kind: 'remove', ids: [1] })).rejects.toMatchObject({
      failure: { code: 'run-not-queued', action: 'Look again.' },
    });
  });

  it('is taken back where nobody answers', async () => {
    await expect(handOver(home, PAUSE, 300)).rejects.toMatchObject({ failure: { code: 'home-busy' } });
    expect(left()).toEqual([]);
    desk.open();
    await wait(400);
    expect(made).toEqual([]);
  });

  it('is not made long after it was asked for', async () => {
    desk.open();
    await leave(JSON.stringify({ time: Date.now() - 120_000, change: PAUSE }));
    expect(made).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('is refused where it is damaged, or asks for what there is not', async () => {
    desk.open();
    for (const content of ['{"time":', JSON.stringify({ time: Date.now(), change: { kind: 'format', disk: 'all' } })]) {
      await leave(content);
      const answer: unknown = JSON.parse(readFileSync(path.join(home, 'handover', `${ID}.answer`), 'utf8'));
      expect(answer).toMatchObject({ ok: false });
    }
    expect(made).toEqual([]);
  });
});
