/** A line without labels, for a strip a few pixels high. */

import type { Line } from './chartRun.ts';
import { extent } from './chartTicks.ts';
import type { Range } from './zoom.ts';

const MARGIN = 4;

/** SVG path of `line` over a part of its axis; a constant line lies in the middle. `stepped` holds values until the next. */
export function stripPath(line: Line, [from, end]: Range, width: number, height: number, stepped: boolean): string {
  const found = extent(line.y);
  if (found === null || !(end > from)) return '';
  const [low, high] = found;
  const toY = (value: number): number =>
    high === low ? height / 2 : height - MARGIN - ((value - low) / (high - low)) * (height - 2 * MARGIN);
  let path = '';
  let drawing = false;
  let lastY = '';
  let lastValue = NaN;
  line.y.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    if (drawing && stepped && value === lastValue && line.y[index + 1] === value) return;
    const x = ((((line.x[index] ?? 0) - from) / (end - from)) * width).toFixed(1);
    const y = toY(value).toFixed(1);
    if (!drawing) path += `M${x} ${y}`;
    else if (!stepped) path += `L${x} ${y}`;
    else if (y !== lastY) path += `H${x}V${y}`;
    else path += `H${x}`;
    drawing = true;
    lastY = y;
    lastValue = value;
  });
  return path;
}
