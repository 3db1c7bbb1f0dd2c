/** A line without labels, for a strip a few pixels high. */

import type { Line } from './chartRun.ts';
import { extent } from './chartTicks.ts';

const MARGIN = 4;

/** SVG path of `line` over an axis from 0 to `end`; a constant line lies in the middle. `stepped` holds values until the next. */
export function stripPath(line: Line, end: number, width: number, height: number, stepped: boolean): string {
  const found = extent(line.y);
  if (found === null || !(end > 0)) return '';
  const [low, high] = found;
  const toY = (value: number): number =>
    high === low ? height / 2 : height - MARGIN - ((value - low) / (high - low)) * (height - 2 * MARGIN);
  let path = '';
  let drawing = false;
  let lastY = '';
  line.y.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = (((line.x[index] ?? 0) / end) * width).toFixed(1);
    const y = toY(value).toFixed(1);
    if (!drawing) path += `M${x} ${y}`;
    else if (!stepped) path += `L${x} ${y}`;
    else if (y !== lastY) path += `H${x}V${y}`;
    else if (index === line.y.length - 1 || line.y[index + 1] !== value) path += `H${x}`;
    drawing = true;
    lastY = y;
  });
  return path;
}
