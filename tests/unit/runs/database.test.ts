import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, databasePath, migrate, openForWriting, sqliteVersion } from '../../../src-main/runs/database.ts';
import { MIGRATIONS } from '../../../src-main/runs/migrations/index.ts';
import { openRunStoreReadOnly } from '../../../src-main/runs/reader.ts';
import { openRunStore } from '../../../src-main/runs/store.ts';
import { failureOf } from '../../support/failures.ts';
import { buildRun, SQLITE, temporaryHome } from '../../support/runs.ts';

let home: string;
let removeHome: () => void;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
});

afterEach(() => {
  removeHome();
});

function fileHash(): string {
  return createHash('sha256')
    .update(readFileSync(databasePath(home)))
    .digest('hex');
}

/** A database with one run, closed. */
function createDatabase(): void {
  const store = openRunStore(home, SQLITE);
  store.create(buildRun());
  store.close();
}

describe('settings', () => {
  it('are durable: WAL, full synchronisation, foreign keys', () => {
    const database = openForWriting(home, SQLITE);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
    database.close();
  });

  it('come with a SQLite that cannot damage a write-ahead log', () => {
    const [major = 0, minor = 0, patch = 0] = sqliteVersion(SQLITE).split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(3_051_003);
  });

  it('are refused, not crashed into, where the addon is missing', () => {
    if (Number(process.versions['napi']) >= 10) return;
    expect(failureOf(() => openForWriting(home, {}))).toMatchObject({
      code: 'runtime-missing',
      action: 'Run `npm run setup`.',
    });
  });
});

describe('a newer schema (hazard 45)', () => {
  it.each([
    ['writing', () => openRunStore(home, SQLITE)],
    ['reading', () => openRunStoreReadOnly(home, SQLITE)],
  ])('is refused for %s, byte for byte unchanged', (_title, open) => {
    createDatabase();
    const database = connect(databasePath(home), SQLITE, {});
    database.pragma(`user_version = ${String(MIGRATIONS.length + 1)}`);
    database.close();
    const before = fileHash();
    expect(failureOf(open).code).toBe('database-newer');
    expect(fileHash()).toBe(before);
  });
});

describe('a damaged file (hazard 41)', () => {
  it('that is no database is told and kept', () => {
    writeFileSync(databasePath(home), "these are not the bytes of a database, and they are somebody's\n".repeat(99));
    const before = fileHash();
    const failure = failureOf(() => openRunStore(home, SQLITE));
    expect(failure.code).toBe('database-damaged');
    expect(failure.message).toContain(databasePath(home));
    expect(fileHash()).toBe(before);
  });

  it('with overwritten pages is told and kept', () => {
    createDatabase();
    const bytes = readFileSync(databasePath(home));
    bytes.fill(0xa5, 4096, 4096 * 4);
    writeFileSync(databasePath(home), bytes);
    const before = fileHash();
    expect(failureOf(() => openRunStore(home, SQLITE)).code).toBe('database-damaged');
    expect(fileHash()).toBe(before);
  });

  it('whose log was deleted opens with what it had', () => {
    createDatabase();
    expect(existsSync(`${databasePath(home)}-wal`)).toBe(false);
    const store = openRunStore(home, SQLITE);
    expect(store.list()).toHaveLength(1);
    store.close();
  });
});

describe('migrations (hazard 44)', () => {
  const NEXT = [...MIGRATIONS, 'ALTER TABLE runs ADD COLUMN stars INTEGER'];

  it('keep the data, and a copy of the file as it was', () => {
    createDatabase();
    const database = connect(databasePath(home), SQLITE, {});
    migrate(database, NEXT);
    expect(database.prepare('SELECT name, stars FROM runs').all()).toEqual([{ name: 'First look', stars: null }]);
    expect(database.pragma('user_version', { simple: true })).toBe(NEXT.length);
    database.close();
    const copy = connect(`${databasePath(home)}.v${String(MIGRATIONS.length)}.bak`, SQLITE, { readonly: true });
    expect(copy.prepare('SELECT name FROM runs').pluck().all()).toEqual(['First look']);
    copy.close();
  });

  it('bring runs of the sixth schema over: imported ones as bare weights, curves as they were', () => {
    const database = connect(databasePath(home), SQLITE, {});
    database.exec(MIGRATIONS.slice(0, 6).join('\n'));
    database.pragma('user_version = 6');
    const { model, recipe } = buildRun();
    const insert = database.prepare(`INSERT INTO runs (id, name, status, created_at, colour, dataset_id, dataset_name,
      dataset_version, dataset_hash, class_names_json, held_out_split, model_title, model_json, recipe_json, parameters,
      multiply_adds, epochs, steps_per_epoch, imported) VALUES (?, 'old', 'finished', '2026-01-01', 1, 's', 'S', 1, 'ab', '[]',
      'test', 'M', ?, ?, 1, 1, 3, 4, ?)`);
    insert.run(1, JSON.stringify(model), JSON.stringify(recipe), 0);
    insert.run(2, JSON.stringify(model), JSON.stringify(recipe), 1);
    database.exec(`INSERT INTO step_metrics VALUES (1, 1, 1, 2.5, 0.1, 3.5);
      INSERT INTO step_extremes VALUES (1, 0, 0, 1, 2.5, 0.1), (1, 0, 1, 1, 2.5, 0.1);
      INSERT INTO epoch_metrics VALUES (1, 1, 1, 1, 0.5, 1, 0.4, 0.1, 100, 8, 1)`);
    database.close();
    const store = openRunStore(home, SQLITE);
    expect(store.show(1)).toMatchObject({
      status: 'finished',
      origin: 'here',
      recipe: { epochs: 3 },
      best: { accuracy: 0.4 },
    });
    expect(store.show(2)).toMatchObject({ status: 'imported', origin: 'weights', recipe: null });
    expect(store.curves(1).steps).toEqual({ step: [1], loss: [2.5], learningRate: [0.1], gradientNorm: [3.5] });
    store.close();
    expect(existsSync(`${databasePath(home)}.v6.bak`)).toBe(true);
  });

  it('leave the old schema when one of them fails', () => {
    createDatabase();
    const database = connect(databasePath(home), SQLITE, {});
    expect(() => migrate(database, [...NEXT, 'ALTER TABLE nothing ADD COLUMN x'])).toThrow(Database.SqliteError);
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    expect(() => database.prepare('SELECT stars FROM runs')).toThrow('no such column');
    database.close();
  });
});

describe('a folder that cannot hold a database', () => {
  it('is named', () => {
    mkdirSync(databasePath(home));
    expect(failureOf(() => openRunStore(home, SQLITE))).toMatchObject({ code: 'home-unwritable' });
  });
});
