/** Stores with more runs than anybody trains for a test. */

import { mkdirSync } from 'node:fs';
import { connect, databasePath } from '../../src-main/runs/database.ts';
import { STRETCH } from '../../src-main/runs/stepExtremes.ts';
import { openRunStore } from '../../src-main/runs/store.ts';
import { buildRun, SQLITE, started } from '../support/runs.ts';

/** Of every run. */
export const EPOCHS = 300;

/**
 * Makes a data folder of `runs` finished runs of `EPOCHS` epochs, the first with `stepsOf(1)` steps and so on. Rows are made by SQLite
 * itself, without care for a crash.
 */
export function makeRuns(home: string, runs: number, stepsOf: (run: number) => number): void {
  mkdirSync(home, { recursive: true });
  const stepsPerEpoch = Math.ceil(stepsOf(1) / EPOCHS);
  const store = openRunStore(home, SQLITE);
  const run = buildRun({ stepsPerEpoch });
  const { id } = store.create({ ...run, recipe: { ...run.recipe, epochs: EPOCHS } });
  store.recordEvent(id, started(stepsPerEpoch));
  store.recordEvent(id, { event: 'finished', test: { loss: 0.3, accuracy: 0.9 } });
  store.close();
  const database = connect(databasePath(home), SQLITE, {});
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  const columns = database
    .prepare<[], string>(`SELECT name FROM pragma_table_info('runs') WHERE name NOT IN ('id', 'name', 'colour')`)
    .pluck()
    .all()
    .join(', ');
  const count = (most: string): string =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most})`;
  database.exec(`${count(String(runs))} INSERT INTO runs (id, name, colour, ${columns})
    SELECT i, 'Run ' || i, 1 + i % 10, ${columns} FROM n, (SELECT ${columns} FROM runs WHERE id = 1) WHERE i > 1`);
  // The curves fall, and no step is like the one before it.
  const rows = database.prepare<{ run: number; length: number }>(`${count('@length')} INSERT INTO step_metrics
    SELECT @run, i, 1 + i * ${String(EPOCHS)} / @length, 2.3 / (1 + i * 0.001) + abs((i * 7919) % 1000) * 0.0003,
      0.1, 1 + abs((i * 104729) % 997) * 0.001 FROM n`);
  const epochs = database.prepare<{ run: number; length: number }>(`${count(String(EPOCHS))} INSERT INTO epoch_metrics
    (run_id, epoch, step, train_loss, train_accuracy, held_out_loss, held_out_accuracy, learning_rate, images_per_second,
     train_seconds, evaluation_seconds)
    SELECT @run, i, CAST(i * @length / ${String(EPOCHS)} AS INTEGER), 2.0 / i, 1 - 0.9 / i, 2.1 / i, 1 - 0.95 / i - ((i * 31 + CAST(@run AS INTEGER)) % 7) * 0.001,
      0.1, 400, 20, 2 FROM n`);
  const extremes = ['min', 'max'].map((extreme, high) =>
    database.prepare<[number]>(`INSERT INTO step_extremes
      SELECT run_id, stretch, ${String(high)}, step, loss, learning_rate, gradient_norm FROM
        (SELECT run_id, (step - 1) / ${String(STRETCH)} AS stretch, step, loss, learning_rate, gradient_norm, ${extreme}(loss)
         FROM step_metrics WHERE run_id = ? GROUP BY stretch)`),
  );
  for (let run = 1; run <= runs; run++) {
    const length = stepsOf(run);
    database.transaction(() => {
      rows.run({ run, length });
      epochs.run({ run, length });
      for (const statement of extremes) statement.run(run);
    })();
    if (run % 200 === 0) console.error(`made ${String(run)} of ${String(runs)} runs`);
  }
  database.close();
  // As they are written when runs are trained.
  openRunStore(home, SQLITE).close();
}
