/** The queue with real training of tiny networks: through the built command line, and through the coordinator itself. */

import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src-main/contract/events.ts';
import { readRunLog } from '../../src-main/runs/log.ts';
import { openRunStoreReadOnly } from '../../src-main/runs/reader.ts';
import { runCommand, startCommand, type Ended } from '../support/commandLine.ts';
import { childrenOf, isAlive, until } from '../support/processes.ts';
import { SQLITE, temporaryHome } from '../support/runs.ts';
import { buildJob, TINY_MODEL } from '../support/trainer/jobs.ts';
import { Laboratory, RANDOM_MODEL, type Watcher } from '../support/trainer/laboratory.ts';

/** A data folder with two datasets, made once and copied for each test. */
let prepared: { home: string; remove: () => void };
let home: string;
let removeHome: () => void;
let model: string;

beforeAll(async () => {
  prepared = temporaryHome();
  for (const name of ['First', 'Second']) {
    const added = await runCommand(prepared.home, ['datasets', 'add', 'sample:shapes', '--name', name, '--json']);
    expect(added.status).toBe(0);
  }
});

afterAll(() => prepared.remove());

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
  cpSync(prepared.home, home, { recursive: true });
  model = path.join(home, 'tiny.json');
  writeFileSync(model, JSON.stringify(TINY_MODEL));
});

afterEach(() => removeHome());

function denselab(...words: readonly string[]): Promise<Ended> {
  return runCommand(home, [...words, '--json']);
}

function adding(...others: readonly string[]): readonly string[] {
  const given = (option: string): boolean => others.includes(option);
  return [
    ...['queue', 'add', '--model', model, '--batch', '32', '--limit', '64'],
    ...(given('--dataset') ? [] : ['--dataset', 'First']),
    ...(given('--epochs') ? [] : ['--epochs', '1']),
    ...others,
  ];
}

/** Queues a tiny run; its id. */
async function add(...others: readonly string[]): Promise<number> {
  const { events, stdout } = await denselab(...adding(...others));
  const ids = events[0]?.['ids'];
  if (!Array.isArray(ids) || typeof ids[0] !== 'number') throw new Error(stdout);
  return ids[0];
}

/** Ids in the order in which they began. */
function begun({ events }: Ended): unknown[] {
  return [...new Set(events.filter(({ run }) => run !== undefined).map(({ run }) => run))];
}

/** Status of all runs by id, as a look beside the owner has it. */
function statuses(): Record<number, string> {
  const reader = openRunStoreReadOnly(home, SQLITE);
  try {
    return Object.fromEntries(reader.list().map(({ id, status }) => [id, status]));
  } finally {
    reader.close();
  }
}

async function waiting(): Promise<unknown> {
  const { events } = await denselab('queue', 'list');
  const entries = events[0]?.['entries'];
  return Array.isArray(entries) ? entries.map(({ id }: { id: number }) => id) : entries;
}

describe('denselab queue', () => {
  it('trains by priority, then as they came, and as they were moved', async () => {
    const [a, b] = [await add(), await add()];
    const [low, high] = [await add('--priority', 'low'), await add('--priority', 'high')];
    await denselab('queue', 'move', String(b), '--before', String(a));
    expect(await waiting()).toEqual([high, b, a, low]);
    const run = await denselab('queue', 'run');
    expect(run.status).toBe(0);
    expect(begun(run)).toEqual([high, b, a, low]);
    expect(run.events.at(-1)).toEqual({ event: 'queue', finished: 4, failed: 0, stopped: 0, waiting: 0 });
    expect(Object.values(statuses())).toEqual(['finished', 'finished', 'finished', 'finished']);
  });

  it('goes on after a run that fails, and after one whose dataset is gone', async () => {
    const [first, diverging, orphan] = [await add(), await add('--lr', '1e30'), await add('--dataset', 'Second')];
    const last = await add();
    const reader = openRunStoreReadOnly(home, SQLITE);
    rmSync(path.join(home, 'datasets', reader.show(orphan).datasetId), { recursive: true });
    reader.close();
    const run = await denselab('queue', 'run');
    expect(run.status).toBe(1);
    expect(begun(run)).toEqual([first, diverging, orphan, last]);
    expect(statuses()).toEqual({ [first]: 'finished', [diverging]: 'failed', [orphan]: 'failed', [last]: 'finished' });
    const failed = await denselab('runs', 'show', String(orphan));
    expect(failed.events[0]).toMatchObject({ error: { code: 'dataset-unknown', message: /Second|second/ } });
    const log = readRunLog(home, orphan).lines;
    expect(log.at(-1)).toMatchObject({ level: 'error', text: expect.stringContaining('dataset-unknown') });
  });

  it('keeps those that wait through kill -9, tells the one that trained as interrupted, and goes on (hazard 56)', async () => {
    const [trained, next, last] = [await add('--epochs', '5000'), await add(), await add('--priority', 'low')];
    const call = startCommand(home, ['queue', 'run', '--json']);
    await call.printed('"event":"epoch"');
    const workers = childrenOf(call.child.pid ?? 0);
    call.child.kill('SIGKILL');
    await call.ended;
    await until(() => !workers.some(isAlive));
    expect(statuses()).toEqual({ [trained]: 'interrupted', [next]: 'queued', [last]: 'queued' });
    const run = await denselab('queue', 'run');
    expect(begun(run)).toEqual([next, last]);
    expect(statuses()).toEqual({ [trained]: 'interrupted', [next]: 'finished', [last]: 'finished' });
  });

  it('starts nothing while it is paused, and takes out what is removed', async () => {
    const [a, b] = [await add(), await add()];
    expect((await denselab('queue', 'pause')).events[0]).toEqual({ paused: true, handedOver: false });
    const refused = await denselab('queue', 'run');
    expect(refused.events[0]).toMatchObject({ error: { code: 'queue-paused' } });
    await denselab('queue', 'remove', String(a));
    await denselab('queue', 'resume');
    const twice = await denselab('queue', 'remove', String(a));
    expect(twice.events[0]).toMatchObject({ error: { code: 'run-not-queued' } });
    expect(begun(await denselab('queue', 'run'))).toEqual([b]);
  });

  it('leaves those that wait alone while `train` trains its own', async () => {
    const queued = await add();
    const call = await denselab('train', ...adding().slice(2));
    expect(call.status).toBe(0);
    expect(begun(call)).not.toContain(queued);
    const sweep = await denselab('train', ...adding().slice(2), '--sweep', 'lr=0.01,0.1', '--seeds', '1,2');
    expect(sweep.status).toBe(0);
    expect(sweep.events.at(-1)).toEqual({ event: 'queue', finished: 4, failed: 0, stopped: 0, waiting: 1 });
    expect(begun(sweep)).not.toContain(queued);
    expect(await waiting()).toEqual([queued]);
  });

  it('is changed by the one who has the folder, where another has it', async () => {
    const long = await add('--epochs', '5000');
    const owner = startCommand(home, ['queue', 'run', '--json']);
    await owner.printed('"event":"epoch"');
    const added = await denselab(...adding('--name', 'handed over'));
    expect(added.events[0]).toMatchObject({ handedOver: true });
    const [id] = await waitingIds();
    expect((await denselab('queue', 'move', String(id), '--priority', 'high')).status).toBe(0);
    const refused = await denselab('queue', 'remove', String(long));
    expect(refused.events[0]).toMatchObject({ error: { code: 'run-not-queued' } });
    const unknown = await denselab(...adding('--dataset', 'nowhere'));
    expect(unknown.events[0]).toMatchObject({ error: { code: 'dataset-unknown' } });
    owner.child.kill('SIGINT');
    expect((await owner.ended).status).toBe(130);
    expect(statuses()).toEqual({ [long]: 'paused', [id ?? 0]: 'queued' });
    await denselab('queue', 'retry', String(long));
    expect(await waiting()).toEqual([id, long]);
  });
});

async function waitingIds(): Promise<number[]> {
  const found = await waiting();
  return Array.isArray(found) ? found.filter((id): id is number => typeof id === 'number') : [];
}

describe('the coordinator', () => {
  let lab: Laboratory;

  beforeAll(async () => {
    lab = await Laboratory.open();
  });

  afterAll(() => lab.close());

  const recipe = { epochs: 3, limit: 160, batchSize: 32, seed: 7 };
  const request = (others: Partial<typeof recipe> = {}) => ({
    dataset: lab.datasetId,
    model: RANDOM_MODEL,
    recipe: { ...buildJob().recipe, ...recipe, ...others },
  });

  it('pauses a run that goes on byte for byte as one that was not paused, before the others', async () => {
    const { id: whole } = await lab.train(recipe);
    const pause: Watcher = ({ event, run }) => {
      if (event !== 'epoch' || lab.runs.show(run).epochsDone !== 1) return;
      lab.coordinator.pauseQueue(true);
      lab.coordinator.pause(run);
    };
    const { id, ending } = await lab.train(recipe, pause);
    expect(ending).toMatchObject({ event: 'stopped', paused: true });
    expect(lab.runs.show(id)).toMatchObject({ status: 'paused', epochsDone: 1 });
    const others = await lab.coordinator.add({ requests: [request({ epochs: 1 })], priority: 'normal', sweep: null });
    const order: number[] = [];
    const last = lab.untilEnded(2, (event: RunEvent) => {
      if (event.event === 'started') order.push(event.run);
    });
    await lab.coordinator.resume(id, { force: false });
    lab.coordinator.pauseQueue(false);
    await last;
    expect(order).toEqual([id, ...others]);
    expect(lab.remains(id)).toEqual(lab.remains(whole));
    const texts = readRunLog(lab.home, id).lines.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining([expect.stringMatching(/^Paused at step/)]));
    expect(texts).toEqual(expect.arrayContaining([expect.stringMatching(/^Goes on after step/)]));
    expect(lab.runs.curves(id).epochs.every(({ residentBytes }) => (residentBytes ?? 0) > 20e6)).toBe(true);
  });

  it('queues 200 runs of a sweep at once, or none where one is refused', async () => {
    lab.coordinator.pauseQueue(true);
    const before = lab.runs.list().length;
    const requests = Array.from({ length: 200 }, (_, seed) => request({ seed }));
    const broken = [...requests, { ...request(), dataset: 'nowhere' }];
    const adding = lab.coordinator.add({ requests: broken, priority: 'normal', sweep: 'Seeds' });
    await expect(adding).rejects.toMatchObject({ failure: { code: 'dataset-unknown' } });
    expect(lab.runs.list()).toHaveLength(before);
    const ids = await lab.coordinator.add({ requests, priority: 'low', sweep: 'Seeds' });
    expect(lab.coordinator.queue().entries.map(({ id }) => id)).toEqual(ids);
    expect(lab.runs.list().filter(({ sweep }) => sweep === 'Seeds')).toHaveLength(200);
    lab.coordinator.remove(ids);
    expect(lab.runs.list()).toHaveLength(before);
    lab.coordinator.pauseQueue(false);
  });
});
