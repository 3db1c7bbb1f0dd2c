/** Comparisons that a person keeps: runs with the names that they had (JSON), and how they are looked at (JSON). */
export const SAVED_COMPARISONS = `
CREATE TABLE saved_comparisons (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  runs_json TEXT NOT NULL,
  look_json TEXT NOT NULL,
  set_aside_at TEXT
) STRICT;
`;
