/** What was foretold when a run was created: seconds of an epoch and where they came from (JSON); null where nothing was. */
export const FORECAST = `ALTER TABLE runs ADD COLUMN forecast_json TEXT;`;
