/**
 * The first schema. A NULL loss or accuracy of a row that exists is a NaN: SQLite has none of its own.
 * Times are ISO 8601 in UTC; columns that end in `_json` hold the contract's types.
 */
export const RUNS = `
CREATE TABLE runs (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  name             TEXT NOT NULL,
  status           TEXT NOT NULL CHECK (status IN
                     ('queued', 'preparing', 'running', 'finished', 'stopped', 'failed', 'interrupted')),
  created_at       TEXT NOT NULL,
  started_at       TEXT,
  ended_at         TEXT,
  colour           INTEGER NOT NULL CHECK (colour BETWEEN 1 AND 10),
  dataset_id       TEXT NOT NULL,
  dataset_name     TEXT NOT NULL,
  dataset_version  INTEGER NOT NULL,
  dataset_hash     TEXT NOT NULL,
  class_names_json TEXT NOT NULL,
  held_out_split   TEXT NOT NULL CHECK (held_out_split IN ('train', 'validation', 'test')),
  model_title      TEXT NOT NULL,
  model_json       TEXT NOT NULL,
  recipe_json      TEXT NOT NULL,
  parameters       INTEGER NOT NULL,
  multiply_adds    INTEGER NOT NULL,
  epochs           INTEGER NOT NULL,
  steps_per_epoch  INTEGER NOT NULL,
  environment_json TEXT,
  has_test         INTEGER NOT NULL DEFAULT 0 CHECK (has_test IN (0, 1)),
  test_loss        REAL,
  test_accuracy    REAL,
  error_json       TEXT,
  set_aside_at     TEXT
) STRICT;

CREATE TABLE step_metrics (
  run_id        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step          INTEGER NOT NULL,
  epoch         INTEGER NOT NULL,
  loss          REAL,
  learning_rate REAL NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE epoch_metrics (
  run_id             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  epoch              INTEGER NOT NULL,
  step               INTEGER NOT NULL,
  train_loss         REAL,
  train_accuracy     REAL,
  held_out_loss      REAL,
  held_out_accuracy  REAL,
  learning_rate      REAL NOT NULL,
  images_per_second  REAL NOT NULL,
  train_seconds      REAL NOT NULL,
  evaluation_seconds REAL NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run_id     INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  file       TEXT NOT NULL,
  epoch      INTEGER NOT NULL,
  step       INTEGER NOT NULL,
  bytes      INTEGER NOT NULL,
  sha256     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (run_id, file)
) STRICT, WITHOUT ROWID;
`;
