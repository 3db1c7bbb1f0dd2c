/** Marks on the cells of a grid of maps. */

/** A square cell. */
export interface MarkedCell {
  readonly x: number;
  readonly y: number;
  readonly edge: number;
}

/** Hatches a dead map, off the ramp. */
export function hatch(context: CanvasRenderingContext2D, { x, y, edge }: MarkedCell, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, y, edge, edge);
  context.clip();
  context.lineWidth = 1;
  context.strokeStyle = colour;
  for (let at = -edge; at < edge; at += 5) {
    context.beginPath();
    context.moveTo(x + at, y + edge);
    context.lineTo(x + at + edge, y);
    context.stroke();
  }
  context.restore();
}

/** The corner of a map that is a duplicate of another. */
export function corner(context: CanvasRenderingContext2D, { x, y, edge }: MarkedCell, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x + edge - 9, y);
  context.lineTo(x + edge, y);
  context.lineTo(x + edge, y + 9);
  context.fill();
}

/** The frame of the map that is chosen. */
export function frame(
  context: CanvasRenderingContext2D,
  { x, y, edge }: MarkedCell,
  outer: string,
  inner: string,
): void {
  context.lineWidth = 2;
  context.strokeStyle = outer;
  context.strokeRect(x + 1, y + 1, edge - 2, edge - 2);
  context.lineWidth = 1;
  context.strokeStyle = inner;
  context.strokeRect(x + 2.5, y + 2.5, edge - 5, edge - 5);
}

/** The place under the pointer: white 3, then ink 1, whatever lies below. */
export function markPlace(
  context: CanvasRenderingContext2D,
  box: { readonly left: number; readonly top: number; readonly wide: number; readonly high: number },
): void {
  context.lineWidth = 3;
  context.strokeStyle = '#fff';
  context.strokeRect(box.left, box.top, box.wide, box.high);
  context.lineWidth = 1;
  context.strokeStyle = '#000';
  context.strokeRect(box.left, box.top, box.wide, box.high);
}
