/** Pieces of SVG paths for the architecture drawing. */

/** A bar: what one dense layer hands on; `layer` 0 is what the block was given. */
export interface DrawnBar {
  readonly layer: number;
  readonly x: number;
  readonly centre: number;
  readonly top: number;
}

/** A connection from the top of one bar to the top of a later one; `lift` is its rise for each layer passed, in pixels. */
export function arc(source: DrawnBar, target: DrawnBar, lift: number): string {
  const peak = Math.min(source.top, target.top) - 4 - (target.layer - source.layer) * lift;
  const from = `M${round(source.centre)} ${round(source.top - 1)}`;
  return `${from}C${round(source.centre)} ${round(peak)} ${round(target.centre)} ${round(peak)} ${round(target.centre)} ${round(target.top - 1)}`;
}

/** A closed rectangle. */
export function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

/** A coordinate with one decimal. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
