/** Runs whose weights came from a file: finished as far as training goes, and told as imported. */
export const IMPORTED = `
ALTER TABLE runs ADD COLUMN imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1));
`;
