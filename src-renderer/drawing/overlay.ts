/** A map, or anything else that is as large as the image or smaller, laid over the image: enlarged, moved, read. */

import { paintPlane, type Limits, type Plane } from './featureMaps.ts';
import { fitSquare } from './mapAtlas.ts';
import { toRgba, type PixelShape } from './pixels.ts';

/** What part of the image is in sight: enlarged `scale` times, with this place in the middle, as shares of its edges. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** All of the image. */
export const WHOLE: Zoom = { scale: 1, x: 0.5, y: 0.5 };
const LARGEST_SCALE = 16;

/** Where a plane lies on the image, in pixels of the image. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is drawn. */
export interface OverlayParts {
  /** One image, uint8 NHWC. */
  readonly pixels: Uint8Array;
  readonly shape: PixelShape;
  readonly plane: Plane;
  readonly extent: Extent;
  readonly limits: Limits;
  readonly ramp: Uint8Array;
  /** Of the plane; 0 shows the image alone. */
  readonly opacity: number;
  readonly zoom: Zoom;
  /** Edge of the square that is drawn on, in pixels of the canvas. */
  readonly edge: number;
}

/** Keeps what is in sight inside the image, and the enlargement within 1 and 16. */
export function clampZoom({ scale, x, y }: Zoom): Zoom {
  const held = Math.max(1, Math.min(LARGEST_SCALE, scale));
  const half = 0.5 / held;
  const inside = (at: number): number => Math.max(half, Math.min(1 - half, at));
  return { scale: held, x: inside(x), y: inside(y) };
}

/** Enlarges by a factor and keeps the place under the pointer (shares of the drawing's edges) where it is. */
export function zoomAt(zoom: Zoom, factor: number, at: { readonly x: number; readonly y: number }): Zoom {
  const scale = Math.max(1, Math.min(LARGEST_SCALE, zoom.scale * factor));
  const held = (middle: number, share: number): number => middle + (share - 0.5) * (1 / zoom.scale - 1 / scale);
  return clampZoom({ scale, x: held(zoom.x, at.x), y: held(zoom.y, at.y) });
}

/** Where the whole image lies on a square of `edge` pixels. */
export function imageBox({ width, height }: PixelShape, zoom: Zoom, edge: number): Extent {
  const [wide, high] = fitSquare(width, height, edge * zoom.scale);
  const place = (size: number, middle: number): number => (size <= edge ? (edge - size) / 2 : edge / 2 - middle * size);
  return { left: place(wide, zoom.x), top: place(high, zoom.y), width: wide, height: high };
}

/** Row and column of the plane under a point of the square; null outside it. */
export function planePlace(
  { shape, plane, extent, zoom, edge }: Pick<OverlayParts, 'shape' | 'plane' | 'extent' | 'zoom' | 'edge'>,
  x: number,
  y: number,
): { readonly row: number; readonly column: number } | null {
  const box = imageBox(shape, zoom, edge);
  const column = Math.floor(((((x - box.left) / box.width) * shape.width - extent.left) / extent.width) * plane.width);
  const row = Math.floor(((((y - box.top) / box.height) * shape.height - extent.top) / extent.height) * plane.height);
  return row < 0 || column < 0 || row >= plane.height || column >= plane.width ? null : { row, column };
}

/** Where one value of the plane is drawn. */
export function placeBox(
  { shape, plane, extent, zoom, edge }: Pick<OverlayParts, 'shape' | 'plane' | 'extent' | 'zoom' | 'edge'>,
  { row, column }: { readonly row: number; readonly column: number },
): { readonly left: number; readonly top: number; readonly wide: number; readonly high: number } {
  const box = imageBox(shape, zoom, edge);
  const [across, down] = [box.width / shape.width, box.height / shape.height];
  const [wide, high] = [(extent.width / plane.width) * across, (extent.height / plane.height) * down];
  return {
    left: box.left + extent.left * across + column * wide,
    top: box.top + extent.top * down + row * high,
    wide,
    high,
  };
}

/** Draws the image, and the plane over it; nothing is smoothed. */
export function drawOverlay(context: CanvasRenderingContext2D, parts: OverlayParts): void {
  const { pixels, shape, plane, limits, ramp, opacity, zoom, edge } = parts;
  const box = imageBox(shape, zoom, edge);
  context.clearRect(0, 0, edge, edge);
  context.imageSmoothingEnabled = false;
  context.globalAlpha = 1;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  stamp(context, toRgba(pixels, shape, 0), shape.width, box);
  context.globalAlpha = opacity;
  const first = placeBox(parts, { row: 0, column: 0 });
  const over = { left: first.left, top: first.top, width: first.wide * plane.width, height: first.high * plane.height };
  stamp(context, paintPlane(plane, limits, ramp), plane.width, over);
  context.restore();
}

function stamp(
  context: CanvasRenderingContext2D,
  rgba: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  box: Extent,
): void {
  const canvas = new OffscreenCanvas(width, rgba.length / 4 / width);
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, width), 0, 0);
  context.drawImage(canvas, box.left, box.top, box.width, box.height);
}
