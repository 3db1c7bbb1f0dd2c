/** What is drawn over a cell of the image grid. */

import { CELL } from '../../../drawing/imageGrid.ts';

/** Tokens of the theme. */
export interface MarkColours {
  readonly page: string;
  /** Of what is on its way. */
  readonly line: string;
  readonly accent: string;
  readonly ink: string;
  /** Of the active cell while the grid has no focus. */
  readonly still: string;
  readonly warn: string;
}

/** Upper left corner of a cell, in pixels of the canvas. */
interface Corner {
  readonly x: number;
  readonly y: number;
}

const CORNER = 12;

/** A warm corner: the image has a double. */
export function markDuplicate(context: CanvasRenderingContext2D, { warn }: MarkColours, { x, y }: Corner): void {
  context.fillStyle = warn;
  triangle(context, [x + CELL, y], [x + CELL - CORNER, y], [x + CELL, y + CORNER]);
}

/** Struck through on a faded image: it will not be in the next version. */
export function markExcluded(context: CanvasRenderingContext2D, { page, ink }: MarkColours, { x, y }: Corner): void {
  context.globalAlpha = 0.72;
  context.fillStyle = page;
  context.fillRect(x, y, CELL, CELL);
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.strokeStyle = ink;
  context.beginPath();
  context.moveTo(x + 4, y + 4);
  context.lineTo(x + CELL - 4, y + CELL - 4);
  context.stroke();
}

/** An ink corner at the foot: its class or split will be another in the next version. */
export function markChanged(context: CanvasRenderingContext2D, { page, ink }: MarkColours, { x, y }: Corner): void {
  const bottom = y + CELL;
  context.fillStyle = page;
  triangle(context, [x + CELL, bottom], [x + CELL - CORNER - 2, bottom], [x + CELL, bottom - CORNER - 2]);
  context.fillStyle = ink;
  triangle(context, [x + CELL, bottom], [x + CELL - CORNER, bottom], [x + CELL, bottom - CORNER]);
}

/** The outline of picked things, and a tick. */
export function markSelected(context: CanvasRenderingContext2D, colours: MarkColours, { x, y }: Corner): void {
  outline(context, { x, y }, colours.page, colours.accent);
  context.fillStyle = colours.accent;
  context.fillRect(x, y, CORNER + 2, CORNER + 2);
  context.lineWidth = 1.6;
  context.strokeStyle = colours.page;
  context.beginPath();
  context.moveTo(x + 3, y + 7);
  context.lineTo(x + 6, y + 10);
  context.lineTo(x + 11, y + 4);
  context.stroke();
}

/** Where the keys have come to. */
export function markActive(
  context: CanvasRenderingContext2D,
  colours: MarkColours,
  corner: Corner,
  focused: boolean,
): void {
  outline(context, corner, colours.page, focused ? colours.accent : colours.still);
}

function outline(context: CanvasRenderingContext2D, { x, y }: Corner, inner: string, outer: string): void {
  context.lineWidth = 2;
  context.strokeStyle = inner;
  context.strokeRect(x + 3, y + 3, CELL - 6, CELL - 6);
  context.strokeStyle = outer;
  context.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
}

type Point = readonly [number, number];

function triangle(context: CanvasRenderingContext2D, first: Point, second: Point, third: Point): void {
  context.beginPath();
  context.moveTo(...first);
  context.lineTo(...second);
  context.lineTo(...third);
  context.fill();
}
