/** The norm of each step's gradient. NULL in steps of versions that did not measure it, and for NaN. */
export const GRADIENT_NORM = `
ALTER TABLE step_metrics ADD COLUMN gradient_norm REAL;
`;
