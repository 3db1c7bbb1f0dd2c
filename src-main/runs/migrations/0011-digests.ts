/** What a list shows of a run's curves (JSON, with words for NaN and infinity); NULL until it is written next. */
export const DIGESTS = `ALTER TABLE runs ADD COLUMN digest_json TEXT;`;
