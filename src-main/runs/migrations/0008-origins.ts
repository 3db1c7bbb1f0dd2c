/**
 * Where a run comes from, and the file that it was read from. Runs of logs have no model, and those of bare weights no recipe: their
 * JSON is `null`. What a log does not tell of a step or of an epoch is NULL. Long curves are drawn without a look at single steps.
 */
export const ORIGINS = `
ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT 'here' CHECK (origin IN ('here', 'weights', 'bundle', 'log'));
ALTER TABLE runs ADD COLUMN source TEXT;
UPDATE runs SET origin = 'weights', recipe_json = 'null' WHERE imported = 1;
ALTER TABLE runs DROP COLUMN imported;

ALTER TABLE step_metrics RENAME TO old_step_metrics;
CREATE TABLE step_metrics (
  run_id        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step          INTEGER NOT NULL,
  epoch         INTEGER NOT NULL,
  loss          REAL,
  learning_rate REAL,
  gradient_norm REAL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;
INSERT INTO step_metrics SELECT run_id, step, epoch, loss, learning_rate, gradient_norm FROM old_step_metrics;
DROP TABLE old_step_metrics;

ALTER TABLE step_extremes RENAME TO old_step_extremes;
CREATE TABLE step_extremes (
  run_id        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  stretch       INTEGER NOT NULL,
  high          INTEGER NOT NULL CHECK (high IN (0, 1)),
  step          INTEGER NOT NULL,
  loss          REAL,
  learning_rate REAL,
  gradient_norm REAL,
  PRIMARY KEY (run_id, stretch, high)
) STRICT, WITHOUT ROWID;
INSERT INTO step_extremes
SELECT run_id, stretch, high, step, old.loss, old.learning_rate, gradient_norm
FROM old_step_extremes AS old LEFT JOIN step_metrics USING (run_id, step);
DROP TABLE old_step_extremes;

ALTER TABLE epoch_metrics RENAME TO old_epoch_metrics;
CREATE TABLE epoch_metrics (
  run_id             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  epoch              INTEGER NOT NULL,
  step               INTEGER NOT NULL,
  train_loss         REAL,
  train_accuracy     REAL,
  held_out_loss      REAL,
  held_out_accuracy  REAL,
  learning_rate      REAL,
  images_per_second  REAL,
  train_seconds      REAL,
  evaluation_seconds REAL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;
INSERT INTO epoch_metrics SELECT * FROM old_epoch_metrics;
DROP TABLE old_epoch_metrics;
`;
