/** Databases of every shipped schema, and a lock that somebody else holds. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, databasePath } from '../../../src-main/runs/database.ts';
import { MIGRATIONS } from '../../../src-main/runs/migrations/index.ts';
import { openRunStoreReadOnly } from '../../../src-main/runs/reader.ts';
import { openRunStore } from '../../../src-main/runs/store.ts';
import { failureOf } from '../../support/failures.ts';
import {
  buildEpoch,
  buildRun,
  buildStep,
  epochDone,
  SQLITE,
  started,
  steps,
  temporaryHome,
} from '../../support/runs.ts';

let home: string;
let removeHome: () => void;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
});

afterEach(() => {
  removeHome();
});

const OLDER = MIGRATIONS.slice(1).map((_, index) => index + 1);

describe('a database of an older schema (hazard 44)', () => {
  it.each(OLDER)('%d opens with its runs and curves, and a copy as it was is kept', (version) => {
    const old = connect(databasePath(home), SQLITE, {});
    old.exec(MIGRATIONS.slice(0, version).join('\n'));
    old.pragma(`user_version = ${String(version)}`);
    const { model, recipe } = buildRun();
    old
      .prepare(
        `INSERT INTO runs (id, name, status, created_at, colour, dataset_id, dataset_name, dataset_version, dataset_hash,
         class_names_json, held_out_split, model_title, model_json, recipe_json, parameters, multiply_adds, epochs, steps_per_epoch)
         VALUES (1, 'old', 'stopped', '2026-01-01T00:00:00.000Z', 1, 's', 'S', 1, 'ab', '["a","b"]', 'test', 'M', ?, ?, 5, 6, 3, 2)`,
      )
      .run(JSON.stringify(model), JSON.stringify(recipe));
    old.exec(`INSERT INTO step_metrics (run_id, step, epoch, loss, learning_rate) VALUES (1, 1, 1, 2.5, 0.1), (1, 2, 1, 1.5, 0.1);
      INSERT INTO epoch_metrics (run_id, epoch, step, train_loss, train_accuracy, held_out_loss, held_out_accuracy, learning_rate,
        images_per_second, train_seconds, evaluation_seconds) VALUES (1, 1, 2, 2, 0.5, 1.5, 0.4, 0.1, 100, 8, 1)`);
    old.close();
    const store = openRunStore(home, SQLITE);
    expect(store.show(1)).toMatchObject({
      name: 'old',
      status: 'stopped',
      origin: 'here',
      best: { epoch: 1, accuracy: 0.4 },
    });
    expect(store.curves(1).steps).toMatchObject({ step: [1, 2], loss: [2.5, 1.5] });
    store.close();
    const copy = connect(`${databasePath(home)}.v${String(version)}.bak`, SQLITE, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(version);
    expect(copy.prepare('SELECT count(*) FROM step_metrics').pluck().get()).toBe(2);
    copy.close();
  });

  it('is read without being written, in the state that its last owner left it in', () => {
    const old = connect(databasePath(home), SQLITE, {});
    old.pragma('journal_mode = WAL');
    old.exec(MIGRATIONS.slice(0, 3).join('\n'));
    old.pragma('user_version = 3');
    old.close();
    const before = readFileSync(databasePath(home));
    const reader = openRunStoreReadOnly(home, SQLITE);
    expect(reader.list()).toEqual([]);
    reader.close();
    expect(readFileSync(databasePath(home)).equals(before)).toBe(true);
  });

  it('is copied anew where an earlier copy was cut off', () => {
    const old = connect(databasePath(home), SQLITE, {});
    old.exec(MIGRATIONS.slice(0, 3).join('\n'));
    old.pragma('user_version = 3');
    old.close();
    const backup = `${databasePath(home)}.v3.bak`;
    writeFileSync(`${backup}.part`, 'cut o');
    openRunStore(home, SQLITE).close();
    const copy = connect(backup, SQLITE, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(3);
    copy.close();
    expect(existsSync(`${backup}.part`)).toBe(false);
  });

  it('is left alone, without a copy, where it is the newest', () => {
    openRunStore(home, SQLITE).close();
    openRunStore(home, SQLITE).close();
    expect(existsSync(`${databasePath(home)}.v${String(MIGRATIONS.length)}.bak`)).toBe(false);
  });
});

describe('a database that somebody else has locked (hazard 40)', () => {
  it('is told after a bounded wait, and loses no metric when it is free again', () => {
    const store = openRunStore(home, SQLITE);
    const { id } = store.create(buildRun());
    store.recordEvent(id, started());
    const other = connect(databasePath(home), SQLITE, {});
    other.exec('BEGIN IMMEDIATE');
    store.recordEvent(id, steps(buildStep(1), buildStep(2)));
    expect(failureOf(() => store.recordEvent(id, epochDone(buildEpoch(1)))).code).toBe('home-busy');
    other.exec('COMMIT');
    other.close();
    store.recordEvent(id, epochDone(buildEpoch(1)));
    expect(store.show(id)).toMatchObject({ epochsDone: 1, stepsDone: 2 });
    expect(store.curves(id).steps.step).toEqual([1, 2]);
    store.close();
  });
});

describe('what a list shows of curves', () => {
  it('is kept with the run, and says the same as the curves', () => {
    const store = openRunStore(home, SQLITE);
    const { id } = store.create(buildRun());
    store.recordEvent(id, steps(buildStep(1), buildStep(2)));
    const diverged = { loss: Number.POSITIVE_INFINITY, accuracy: Number.NaN };
    store.recordEvent(id, epochDone(buildEpoch(1)));
    store.recordEvent(id, epochDone(buildEpoch(2, { heldOut: diverged, residentBytes: null })));
    store.recordEvent(id, { event: 'stopped', epoch: 2, step: 2 });
    const told = store.list()[0];
    expect(told).toMatchObject({ stepsDone: 2, epochsDone: 2, sparkline: [0.4, Number.NaN], best: { epoch: 1 } });
    expect(told?.last).toEqual(buildEpoch(2, { heldOut: diverged, residentBytes: null }));
    store.close();
    const change = connect(databasePath(home), SQLITE, {});
    for (const digest of ['NULL', `'garbage'`, `'{"sparkline":[true]}'`]) {
      change.exec(`UPDATE runs SET digest_json = ${digest}`);
      const reader = openRunStoreReadOnly(home, SQLITE);
      expect(reader.list()[0]).toEqual(told);
      reader.close();
    }
    change.exec('UPDATE runs SET digest_json = NULL');
    openRunStore(home, SQLITE).close();
    expect(change.prepare('SELECT digest_json FROM runs').pluck().get()).toContain('"epochsDone":2');
    change.close();
  });

  it('follows a run that goes on from an earlier step', () => {
    const store = openRunStore(home, SQLITE);
    const { id } = store.create(buildRun());
    store.recordEvent(id, steps(...[1, 2, 3].map((step) => buildStep(step))));
    store.recordEvent(id, epochDone(buildEpoch(1)));
    store.recordEvent(id, epochDone(buildEpoch(2)));
    store.recordEvent(id, { event: 'resumed', step: 2, epochsFinished: 1 });
    expect(store.list()[0]).toMatchObject({ stepsDone: 2, epochsDone: 1, sparkline: [0.4] });
    store.close();
  });
});

describe('a damaged record (hazard 42)', () => {
  it('of a curve hides no other run, nor the run itself in the list', () => {
    const store = openRunStore(home, SQLITE);
    for (const name of ['bad', 'good']) {
      const { id } = store.create(buildRun({ name }));
      store.recordEvent(id, steps(buildStep(1)));
      store.recordEvent(id, epochDone(buildEpoch(1)));
      store.recordEvent(id, { event: 'stopped', epoch: 1, step: 1 });
    }
    store.close();
    // The schema itself lets no such row in.
    const other = connect(databasePath(home), SQLITE, {});
    other.exec(`CREATE TABLE loose AS SELECT * FROM epoch_metrics; DROP TABLE epoch_metrics;
      ALTER TABLE loose RENAME TO epoch_metrics;
      UPDATE epoch_metrics SET held_out_accuracy = 'garbage', images_per_second = x'00ff' WHERE run_id = 1`);
    other.close();
    const again = openRunStore(home, SQLITE);
    const [good, bad] = again.list();
    expect(good).toMatchObject({ name: 'good', status: 'stopped', error: null, epochsDone: 1 });
    expect(bad).toMatchObject({ name: 'bad', status: 'stopped', error: null, epochsDone: 1 });
    expect(again.curves(2).epochs).toHaveLength(1);
    expect(failureOf(() => again.curves(1)).code).toBe('database-damaged');
    again.close();
  });
});

describe('a run whose drive is gone (hazard 35)', () => {
  it('is paused and tells why, until it goes on', () => {
    const store = openRunStore(home, SQLITE);
    const { id } = store.create(buildRun());
    const reason = { code: 'drive-gone', message: 'Gone.', action: 'Connect it.' } as const;
    store.recordEvent(id, { event: 'stopped', epoch: 1, step: 1, paused: true, reason });
    expect(store.show(id)).toMatchObject({ status: 'paused', error: reason });
    store.requeue(id, { force: false });
    expect(store.show(id)).toMatchObject({ status: 'queued', error: null });
    store.close();
  });
});
