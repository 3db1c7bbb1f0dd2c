/** The table `saved_comparisons`. */

import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { DenseLabError } from '../contract/errors.ts';
import type { ComparisonToSave, SavedComparison, SavedComparisonList } from '../contract/savedComparison.ts';
import { json, text, whole, type Row } from './columns.ts';
import { tellingFailures } from './failures.ts';
import { comparisonLook } from './savedLook.ts';

const savedRuns = z.array(z.object({ id: z.number().int().positive(), name: z.string() }));

/** Comparisons that are kept; whatever a method has returned from is on disk. */
export class SavedComparisons {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All that are not set aside, the latest first. @throws DenseLabError when the database cannot be read */
  list(): SavedComparisonList {
    const rows = this.#telling(() =>
      this.#database
        .prepare<[], Row>('SELECT * FROM saved_comparisons WHERE set_aside_at IS NULL ORDER BY saved_at DESC, id DESC')
        .all(),
    );
    const read = rows.map((row) => readable(row) ?? { id: whole(row, 'id'), name: String(row['name']) });
    return {
      comparisons: read.filter((each): each is SavedComparison => 'look' in each),
      damaged: read.filter((each) => !('look' in each)),
    };
  }

  /**
   * Keeps a comparison; with an id, in the place of that one.
   * @param nameOf the name of a run as it is now
   * @throws DenseLabError `comparison-unknown`, or `run-unknown` from `nameOf`
   */
  save({ id, name, runs, look }: ComparisonToSave, nameOf: (run: number) => string): SavedComparison {
    const named = JSON.stringify(runs.map((run) => ({ id: run, name: nameOf(run) })));
    const values = [name, new Date().toISOString(), named, JSON.stringify(look)] as const;
    if (id === undefined) {
      const insert = 'INSERT INTO saved_comparisons (name, saved_at, runs_json, look_json) VALUES (?, ?, ?, ?)';
      return this.show(this.#telling(() => Number(this.#database.prepare(insert).run(...values).lastInsertRowid)));
    }
    this.#change('UPDATE saved_comparisons SET name = ?, saved_at = ?, runs_json = ?, look_json = ?', id, ...values);
    return this.show(id);
  }

  /** @throws DenseLabError `comparison-unknown` */
  rename(id: number, name: string): SavedComparison {
    this.#change('UPDATE saved_comparisons SET name = ?', id, name);
    return this.show(id);
  }

  /** Removes one from the list, until `restore` or `purgeSetAside`. @throws DenseLabError `comparison-unknown` */
  setAside(id: number): void {
    this.#change('UPDATE saved_comparisons SET set_aside_at = ?', id, new Date().toISOString());
  }

  /** Brings back one that was set aside. @throws DenseLabError `comparison-unknown` */
  restore(id: number): SavedComparison {
    this.#change('UPDATE saved_comparisons SET set_aside_at = NULL', id);
    return this.show(id);
  }

  /** Deletes those that are set aside. */
  purgeSetAside(): void {
    this.#telling(() => this.#database.exec('DELETE FROM saved_comparisons WHERE set_aside_at IS NOT NULL'));
  }

  /** @throws DenseLabError `comparison-unknown`, or `database-damaged` when this one record cannot be read */
  show(id: number): SavedComparison {
    const query = 'SELECT * FROM saved_comparisons WHERE id = ? AND set_aside_at IS NULL';
    const row = this.#telling(() => this.#database.prepare<[number], Row>(query).get(id));
    if (row === undefined) throw unknownComparison(id);
    const found = readable(row);
    if (found === null) {
      throw new DenseLabError(
        'database-damaged',
        `The saved comparison ${String(id)} cannot be read from the database.`,
        'All others are intact; remove this one.',
      );
    }
    return found;
  }

  #change(update: string, id: number, ...values: readonly string[]): void {
    const { changes } = this.#telling(() => this.#database.prepare(`${update} WHERE id = ?`).run(...values, id));
    if (changes === 0) throw unknownComparison(id);
  }

  #telling<T>(work: () => T): T {
    return tellingFailures(this.#database.name, work);
  }
}

function readable(row: Row): SavedComparison | null {
  try {
    return {
      id: whole(row, 'id'),
      name: text(row, 'name'),
      savedAt: text(row, 'saved_at'),
      runs: json(row, 'runs_json', savedRuns),
      look: json(row, 'look_json', comparisonLook),
    };
  } catch {
    return null;
  }
}

function unknownComparison(id: number): DenseLabError {
  return new DenseLabError(
    'comparison-unknown',
    `There is no saved comparison ${String(id)}.`,
    'Choose another one from the list.',
  );
}
