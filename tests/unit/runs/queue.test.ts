import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRunStoreReadOnly } from '../../../src-main/runs/reader.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { failureOf } from '../../support/failures.ts';
import { buildEpoch, buildRun, epochDone, SQLITE, started, temporaryHome } from '../../support/runs.ts';

let home: string;
let remove: () => void;
let store: RunStore;

beforeEach(() => {
  ({ home, remove } = temporaryHome());
  store = openRunStore(home, SQLITE);
});

afterEach(() => {
  store.close();
  remove();
});

function reopen(): void {
  store.close();
  store = openRunStore(home, SQLITE);
}

/** Queues runs named by letters, and gives their ids. */
function add(letters: string, priority: 'high' | 'normal' | 'low' = 'normal'): number[] {
  return store.createWaiting(
    [...letters].map((name) => buildRun({ name })),
    priority,
    null,
  );
}

/** Names of those that wait, in the order of their turns. */
function order(): string {
  return store
    .queue()
    .entries.map(({ name }) => name)
    .join('');
}

/** Trains a run for one epoch and stops or pauses it. */
function trainAndEnd(id: number, paused: boolean): void {
  store.waiting.take(id);
  store.recordEvent(id, started());
  store.recordEvent(id, epochDone(buildEpoch(1)));
  store.recordEvent(id, { event: 'stopped', epoch: 1, step: 4, ...(paused ? { paused: true } : {}) });
}

describe('the order of turns', () => {
  it('is by priority first, then as they came', () => {
    add('ab');
    add('cd', 'low');
    add('ef', 'high');
    expect(order()).toBe('efabcd');
    expect(store.queue().entries.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('changes by moving before another, whose priority is taken on, or behind all', () => {
    const [a = 0, b = 0] = add('abc');
    const [d = 0] = add('d', 'low');
    store.waiting.move(d, b);
    expect(order()).toBe('adbc');
    expect(store.queue().entries[1]?.priority).toBe('normal');
    store.waiting.move(a, null);
    expect(order()).toBe('dbca');
    store.waiting.move(b, b);
    expect(order()).toBe('dbca');
  });

  it('changes by another priority, several keeping their order', () => {
    const [, b = 0, c = 0] = add('abc');
    add('h', 'high');
    store.waiting.prioritise([c, b], 'high');
    expect(order()).toBe('hbca');
    store.waiting.prioritise([b], 'high');
    expect(order()).toBe('hbca');
  });

  it('is the same after a restart, and so is a pause of the queue', () => {
    const [, , c = 0] = add('abc');
    store.waiting.prioritise([c], 'high');
    store.waiting.setPaused(true);
    reopen();
    expect(store.markInterrupted()).toEqual([]);
    expect(store.queue()).toMatchObject({ paused: true, running: null });
    expect(order()).toBe('cab');
  });

  it('takes only those that wait', () => {
    const [a = 0, b = 0] = add('ab');
    store.waiting.take(a);
    expect(order()).toBe('b');
    expect(store.queue().running).toBe(a);
    for (const change of [
      () => store.waiting.move(a, b),
      () => store.waiting.move(b, a),
      () => store.waiting.remove([b, a]),
      () => store.waiting.prioritise([99], 'low'),
    ]) {
      expect(failureOf(change).code).toBe('run-not-queued');
    }
    expect(order()).toBe('b');
  });

  it('tells how long each will take by its forecast, before an epoch of its own tells it better', () => {
    const forecast = { secondsPerEpoch: 5, source: 'calibrated' } as const;
    store.createWaiting([buildRun({ forecast }), buildRun()], 'normal', null);
    expect(store.queue().entries.map(({ epochs, estimatedSeconds }) => [epochs, estimatedSeconds])).toEqual([
      [3, 15],
      [3, null],
    ]);
  });

  it('is read beside the owner, and runs that wait are told as waiting where nobody owns the folder', () => {
    add('ab');
    const reader = openRunStoreReadOnly(home, SQLITE);
    expect(reader.queue().entries.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(reader.list().map(({ status }) => status)).toEqual(['queued', 'queued']);
    reader.close();
  });
});

describe('runs that are queued again', () => {
  it('come last, a paused one first of its priority, and take along how they shall go on', () => {
    const [stopped = 0, paused = 0] = add('sp');
    trainAndEnd(stopped, false);
    trainAndEnd(paused, true);
    expect(store.show(paused).status).toBe('paused');
    add('xy');
    store.requeue(stopped, { force: true });
    store.requeue(paused, { force: false, device: 'cpu' });
    expect(order()).toBe('pxys');
    expect(store.waiting.resumptionOf(stopped)).toEqual({ force: true });
    expect(store.waiting.resumptionOf(paused)).toEqual({ force: false, device: 'cpu' });
    expect(store.queue().entries[0]).toMatchObject({ epochsDone: 1, epochs: 3, estimatedSeconds: 18 });
  });

  it('are again what they were when they are taken out', () => {
    const [failed = 0, paused = 0] = add('fp');
    store.waiting.take(failed);
    const error = { code: 'worker-died', message: 'It died.', action: 'Resume it.' } as const;
    store.recordEvent(failed, { event: 'failed', error });
    trainAndEnd(paused, true);
    const before = [store.show(failed), store.show(paused)];
    for (const id of [failed, paused]) store.requeue(id, { force: false });
    expect(store.list().map(({ status }) => status)).toEqual(['queued', 'queued']);
    store.waiting.remove([failed, paused]);
    expect([store.show(failed), store.show(paused)]).toEqual(before);
    expect(order()).toBe('');
  });
});

describe('taking out a run that was never trained', () => {
  it('sets it aside, and undoing that puts it back in its place, also after others have come', () => {
    const [, b = 0, c = 0] = add('abc');
    store.waiting.remove([b, c]);
    expect(order()).toBe('a');
    expect(store.list()).toHaveLength(1);
    add('d');
    store.restore(c);
    store.restore(b);
    expect(order()).toBe('abcd');
  });

  it('keeps it as stopped, or as paused, where a person asks for that', () => {
    const [a = 0, b = 0] = add('ab');
    store.waiting.withdraw(a, false);
    store.waiting.withdraw(b, true);
    expect([store.show(a).status, store.show(b).status]).toEqual(['stopped', 'paused']);
    store.requeue(b, { force: false });
    expect(order()).toBe('b');
  });
});

describe('what a crash leaves', () => {
  it('interrupts the run that trained and one that was about to be created, and no other', () => {
    const [trained = 0, waits = 0] = add('tw');
    const created = store.create(buildRun()).id;
    store.waiting.take(trained);
    store.recordEvent(trained, started());
    reopen();
    expect(store.markInterrupted().sort()).toEqual([trained, created]);
    expect(store.show(waits).status).toBe('queued');
  });
});

describe('adding', () => {
  it('is all or nothing', () => {
    const broken = buildRun({ recipe: { ...buildRun().recipe, epochs: Number.NaN } });
    expect(() => store.createWaiting([buildRun(), broken], 'normal', 'Sweep')).toThrow();
    expect(store.list()).toEqual([]);
  });

  it('names the sweep of the runs', () => {
    store.createWaiting([buildRun(), buildRun()], 'normal', 'k and depth');
    expect(store.list().map(({ sweep }) => sweep)).toEqual(['k and depth', 'k and depth']);
    expect(store.queue().entries.map(({ sweep }) => sweep)).toEqual(['k and depth', 'k and depth']);
  });
});

describe('a clock that jumps back', () => {
  it('ends no run before it started (hazard 60)', () => {
    const [id = 0] = add('a');
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-24T12:00:00Z') });
    try {
      store.waiting.take(id);
      store.recordEvent(id, started());
      vi.setSystemTime(new Date('2026-11-24T03:00:00Z'));
      store.recordEvent(id, { event: 'finished', test: { loss: 1, accuracy: 1 } });
    } finally {
      vi.useRealTimers();
    }
    const { startedAt, endedAt } = store.show(id);
    expect(endedAt).toBe(startedAt);
  });
});
