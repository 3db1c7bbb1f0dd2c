/**
 * How each epoch moved each layer: the layers of a run (JSON), and for each epoch float32 numbers, little-endian: gradient norms,
 * then update-to-weight ratios, in the order of the layers; NaN where there is none.
 */
export const GRADIENT_FLOW = `
CREATE TABLE flow_layers (
  run_id INTEGER PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
  layers_json TEXT NOT NULL
) STRICT;
CREATE TABLE flow_epochs (
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  numbers BLOB NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;
`;
