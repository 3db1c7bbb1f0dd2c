/** Numbers behind a drawing, as NumPy takes them: row-major. */
export interface NumberArray {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}
