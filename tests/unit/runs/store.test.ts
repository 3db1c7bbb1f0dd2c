import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunStatus } from '../../../src-main/contract/run.ts';
import { databasePath } from '../../../src-main/runs/database.ts';
import { runDirectory } from '../../../src-main/runs/directory.ts';
import { openRunStoreReadOnly } from '../../../src-main/runs/reader.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { failureOf } from '../../support/failures.ts';
import {
  buildEpoch,
  buildRun,
  buildStep,
  ENVIRONMENT,
  epochDone,
  SQLITE,
  started,
  steps,
  temporaryHome,
} from '../../support/runs.ts';

let home: string;
let removeHome: () => void;
let store: RunStore;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
  store = openRunStore(home, SQLITE);
});

afterEach(() => {
  vi.useRealTimers();
  store.close();
  removeHome();
});

/** Closes and opens again, as a restart does. */
function reopen(): void {
  store.close();
  store = openRunStore(home, SQLITE);
}

/** Changes the file behind the store's back. */
function tamper(sql: string): void {
  const database = new Database(
    databasePath(home),
    SQLITE.nativeBinding === undefined ? {} : { nativeBinding: SQLITE.nativeBinding },
  );
  database.pragma('ignore_check_constraints = ON');
  database.exec(sql);
  database.close();
}

describe('a run from start to end', () => {
  it('is stored with everything that explains it', () => {
    const { id } = store.create(buildRun());
    reopen();
    const run = buildRun();
    expect(store.show(id)).toMatchObject({
      name: 'First look',
      status: 'queued',
      startedAt: null,
      colour: 1,
      datasetId: 'shapes',
      datasetHash: run.dataset.contentHash,
      classNames: ['ring', 'star'],
      model: run.model,
      recipe: run.recipe,
      parameters: 12_345,
      multiplyAdds: 678_900,
      epochs: 3,
      environment: null,
      test: null,
      checkpoints: [],
    });
    expect(store.list()[0]).toMatchObject({ datasetId: 'shapes', datasetVersion: run.dataset.version });
  });

  it('follows its trainer', () => {
    const { id } = store.create(buildRun());
    store.recordEvent(id, { event: 'preparing', phase: 'runtime' });
    expect(store.show(id).status).toBe('preparing');
    store.recordEvent(id, started(5));
    expect(store.show(id)).toMatchObject({ status: 'running', environment: ENVIRONMENT, stepsPerEpoch: 5 });
    store.recordEvent(id, steps(buildStep(1), buildStep(2)));
    store.recordEvent(id, epochDone(buildEpoch(1, { heldOut: { loss: 1, accuracy: 0.6 } })));
    store.recordEvent(id, epochDone(buildEpoch(2, { heldOut: { loss: 1, accuracy: 0.6 } })));
    store.recordEvent(id, epochDone(buildEpoch(3)));
    store.recordEvent(id, { event: 'finished', test: { loss: 0.3, accuracy: 0.9 } });
    reopen();
    const shown = store.show(id);
    expect(shown).toMatchObject({
      status: 'finished',
      epochsDone: 3,
      stepsDone: 2,
      best: { epoch: 1, accuracy: 0.6 },
      last: buildEpoch(3),
      sparkline: [0.6, 0.6, 0.4],
      test: { loss: 0.3, accuracy: 0.9 },
      error: null,
    });
    expect(shown.endedAt).not.toBeNull();
    expect(store.curves(id).steps).toEqual({
      step: [1, 2],
      loss: [1, 0.5],
      learningRate: [0.1, 0.1],
      gradientNorm: [2, 1],
    });
  });

  it('keeps its first ending', () => {
    const { id } = store.create(buildRun());
    store.recordEvent(id, {
      event: 'failed',
      error: { code: 'out-of-memory', message: 'No memory.', action: 'Less.' },
    });
    store.recordEvent(id, { event: 'stopped', epoch: 1, step: 1 });
    expect(store.show(id)).toMatchObject({ status: 'failed', error: { code: 'out-of-memory', action: 'Less.' } });
  });

  it('forgets checkpoints whose files went', () => {
    const { id } = store.create(buildRun());
    const checkpoint = (epoch: number) => ({
      epoch,
      step: epoch,
      file: `checkpoints/epoch-${String(epoch)}.safetensors`,
      bytes: 10,
      sha256: 'cd'.repeat(32),
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    store.recordEvent(id, { event: 'checkpoint', checkpoint: checkpoint(1), removed: [] });
    store.recordEvent(id, { event: 'checkpoint', checkpoint: checkpoint(2), removed: [checkpoint(1).file] });
    expect(store.show(id).checkpoints).toEqual([checkpoint(2)]);
  });
});

describe('measurements', () => {
  it('survive as NaN and infinity (hazard 42)', () => {
    const { id } = store.create(buildRun());
    const diverged = { loss: Number.NaN, accuracy: Number.NaN };
    store.recordEvent(
      id,
      steps(buildStep(1), buildStep(2, { loss: Number.POSITIVE_INFINITY }), buildStep(3, { loss: Number.NaN })),
    );
    store.recordEvent(id, epochDone(buildEpoch(1, { train: diverged, heldOut: diverged })));
    reopen();
    expect(store.curves(id).steps.loss).toEqual([1, Number.POSITIVE_INFINITY, Number.NaN]);
    expect(store.curves(id).epochs).toEqual([buildEpoch(1, { train: diverged, heldOut: diverged })]);
    expect(store.show(id).best).toBeNull();
  });

  it('reach the disk within a second, also when the trainer falls silent', () => {
    vi.useFakeTimers();
    const { id } = store.create(buildRun());
    store.recordEvent(id, steps(buildStep(1)));
    expect(store.show(id).stepsDone).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(store.show(id).stepsDone).toBe(1);
  });

  it('reach the disk at the end of an epoch and at closing', () => {
    const { id } = store.create(buildRun());
    store.recordEvent(id, steps(buildStep(1)));
    store.recordEvent(id, epochDone(buildEpoch(1)));
    expect(store.show(id).stepsDone).toBe(1);
    store.recordEvent(id, steps(buildStep(2)));
    reopen();
    expect(store.show(id).stepsDone).toBe(2);
  });

  it('are thinned for a long run, and keep the extremes', () => {
    const { id } = store.create(buildRun());
    const told = Array.from({ length: 3000 }, (_, index) => buildStep(index + 1, { loss: index === 1234 ? 99 : 1 }));
    store.recordEvent(id, steps(...told));
    store.recordEvent(id, { event: 'evaluating', epoch: 1 });
    const curve = store.curves(id, 50).steps;
    expect(curve.step.length).toBeLessThanOrEqual(50);
    expect(curve.loss[curve.step.indexOf(1235)]).toBe(99);
    expect(curve.learningRate).toHaveLength(curve.step.length);
  });
});

describe('lists', () => {
  it('are newest first, with colours of their own', () => {
    store.create(buildRun({ name: 'a' }));
    store.create(buildRun({ name: 'b' }));
    expect(store.list().map(({ id, name, colour }) => [id, name, colour])).toEqual([
      [2, 'b', 2],
      [1, 'a', 1],
    ]);
  });

  it.each([
    ['an impossible status', `UPDATE runs SET status = 'flying' WHERE id = 1`],
    ['a failure that is no JSON', `UPDATE runs SET error_json = '{' WHERE id = 1`],
  ])("show %s as that run's failure, and all others as they are (hazard 42)", (_title, sql) => {
    store.create(buildRun({ name: 'bad' }));
    store.create(buildRun({ name: 'good' }));
    store.recordEvent(2, { event: 'finished', test: { loss: 1, accuracy: 1 } });
    tamper(sql);
    const [good, bad] = store.list();
    expect(good).toMatchObject({ name: 'good', status: 'finished', error: null });
    expect(bad).toMatchObject({ id: 1, name: 'bad', status: 'failed', error: { code: 'database-damaged' } });
    expect(failureOf(() => store.show(1)).code).toBe('database-damaged');
    expect(store.show(2).name).toBe('good');
  });

  it('still show a run whose model is garbage, which only its own page needs', () => {
    store.create(buildRun());
    tamper(`UPDATE runs SET model_json = 'garbage'`);
    expect(store.list()[0]).toMatchObject({ status: 'queued', error: null });
    expect(failureOf(() => store.show(1)).message).toContain('Run 1');
  });
});

describe('renaming and removing', () => {
  it('renames', () => {
    store.create(buildRun());
    expect(store.rename(1, '<img src=x onerror=alert(1)>').name).toBe('<img src=x onerror=alert(1)>');
    expect(failureOf(() => store.rename(2, 'x')).code).toBe('run-unknown');
  });

  it('sets aside and brings back', () => {
    store.create(buildRun());
    store.recordEvent(1, { event: 'stopped', epoch: 1, step: 1 });
    store.setAside(1);
    expect(store.list()).toEqual([]);
    expect(failureOf(() => store.show(1)).code).toBe('run-unknown');
    expect(store.restore(1).id).toBe(1);
    expect(store.list()).toHaveLength(1);
  });

  it('refuses to set aside a run that is being trained', () => {
    store.create(buildRun());
    store.recordEvent(1, started());
    expect(failureOf(() => store.setAside(1)).code).toBe('run-active');
  });

  it('purges rows and folders, and never gives the id again', () => {
    store.create(buildRun());
    mkdirSync(runDirectory(home, 1), { recursive: true });
    writeFileSync(path.join(runDirectory(home, 1), 'weights'), 'x');
    store.recordEvent(1, { event: 'stopped', epoch: 1, step: 1 });
    store.setAside(1);
    expect(store.purgeSetAside()).toEqual([1]);
    expect(existsSync(runDirectory(home, 1))).toBe(false);
    expect(failureOf(() => store.restore(1)).code).toBe('run-unknown');
    expect(store.create(buildRun()).id).toBe(2);
  });

  it('gives no id whose folder is there, left by a database that was lost', () => {
    mkdirSync(runDirectory(home, 7), { recursive: true });
    expect(store.create(buildRun()).id).toBe(8);
  });
});

describe('markInterrupted', () => {
  it('ends what nobody trains, and nothing else', () => {
    const endings: [RunStatus, () => void][] = [
      ['interrupted', () => undefined],
      ['interrupted', () => store.recordEvent(2, { event: 'preparing', phase: 'dataset' })],
      ['interrupted', () => store.recordEvent(3, started())],
      ['finished', () => store.recordEvent(4, { event: 'finished', test: { loss: 1, accuracy: 1 } })],
    ];
    for (const [, act] of endings) {
      store.create(buildRun());
      act();
    }
    reopen();
    expect(store.markInterrupted().sort()).toEqual([1, 2, 3]);
    expect(store.list().map((run) => run.status)).toEqual(endings.map(([status]) => status).reverse());
  });
});

describe('reading beside the owner', () => {
  it('sees what is committed, and writes nothing', () => {
    store.create(buildRun());
    const reader = openRunStoreReadOnly(home, SQLITE);
    store.rename(1, 'renamed meanwhile');
    expect(reader.list()[0]?.name).toBe('renamed meanwhile');
    reader.close();
  });

  it('tells an active run that nobody trains as interrupted', () => {
    store.create(buildRun());
    const reader = openRunStoreReadOnly(home, SQLITE);
    expect(reader.show(1).status).toBe('interrupted');
    reader.close();
  });

  it('finds nothing in a folder that is not there, and does not create it', () => {
    const nowhere = path.join(home, 'nowhere');
    const reader = openRunStoreReadOnly(nowhere, SQLITE);
    expect(reader.list()).toEqual([]);
    reader.close();
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('what a person keeps with a run', () => {
  it('is stored, and what a change does not name stays', () => {
    const { id } = store.create(buildRun());
    expect(store.show(id)).toMatchObject({ starred: false, archived: false, tags: [], folder: '', notes: '' });
    store.annotate(id, { starred: true, tags: ['a', 'ü'], notes: '# Why\n' });
    store.annotate(id, { folder: 'Sweeps', colour: 7 });
    reopen();
    expect(store.show(id)).toMatchObject({
      starred: true,
      archived: false,
      tags: ['a', 'ü'],
      folder: 'Sweeps',
      notes: '# Why\n',
      colour: 7,
    });
    store.annotate(id, { starred: false, tags: [], notes: '' });
    expect(store.show(id)).toMatchObject({ starred: false, tags: [], notes: '', folder: 'Sweeps' });
  });

  it('is refused for a run that is not there', () => {
    expect(failureOf(() => store.annotate(99, { starred: true }))).toMatchObject({ code: 'run-unknown' });
  });
});
