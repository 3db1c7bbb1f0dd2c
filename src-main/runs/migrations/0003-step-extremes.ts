/**
 * The lowest and the highest loss of every 64 steps, kept as steps are written: long curves are read from here. A loss that is
 * no number counts as the highest. `high` is 0 or 1.
 */
export const STEP_EXTREMES = `
CREATE TABLE step_extremes (
  run_id        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  stretch       INTEGER NOT NULL,
  high          INTEGER NOT NULL CHECK (high IN (0, 1)),
  step          INTEGER NOT NULL,
  loss          REAL,
  learning_rate REAL NOT NULL,
  PRIMARY KEY (run_id, stretch, high)
) STRICT, WITHOUT ROWID;

INSERT INTO step_extremes
SELECT run_id, stretch, 0, step, loss, learning_rate FROM
  (SELECT run_id, (step - 1) / 64 AS stretch, step, loss, learning_rate, min(ifnull(loss, 9e999))
   FROM step_metrics GROUP BY run_id, stretch);
INSERT INTO step_extremes
SELECT run_id, stretch, 1, step, loss, learning_rate FROM
  (SELECT run_id, (step - 1) / 64 AS stretch, step, loss, learning_rate, max(ifnull(loss, 9e999))
   FROM step_metrics GROUP BY run_id, stretch);
`;
