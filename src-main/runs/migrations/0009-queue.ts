/**
 * The queue. Whoever waits has `status` 'queued' and a `position`; the lowest priority (0 high, 1 normal, 2 low) and position
 * are next. `ending_json` keeps how a run stood before it was queued again, `resumption_json` how it shall go on; both are NULL
 * for one that was never trained. `paused` marks a stopped run that a person has paused. `resident_bytes` is the memory of the
 * worker, NULL in epochs of versions that did not measure it.
 */
export const QUEUE = `
ALTER TABLE runs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1));
ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2);
ALTER TABLE runs ADD COLUMN position INTEGER;
ALTER TABLE runs ADD COLUMN sweep TEXT;
ALTER TABLE runs ADD COLUMN ending_json TEXT;
ALTER TABLE runs ADD COLUMN resumption_json TEXT;
CREATE INDEX runs_waiting ON runs (priority, position) WHERE position IS NOT NULL;
CREATE TABLE queue (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT;
INSERT INTO queue VALUES (1, 0);
ALTER TABLE epoch_metrics ADD COLUMN resident_bytes REAL;
`;
