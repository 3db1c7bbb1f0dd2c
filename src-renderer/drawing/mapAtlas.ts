import { paintMap, type DrawnMaps, type Limits } from './featureMaps.ts';

/**
 * All maps of a layer in one picture that is painted as far as it is asked for, so that a grid of a thousand maps scrolls by
 * copying pixels.
 */
export class MapAtlas {
  readonly #maps: DrawnMaps;
  readonly #limitsOf: (map: number) => Limits;
  readonly #ramp: Uint8Array;
  readonly #columns: number;
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D | null;
  readonly #painted: Uint8Array;

  constructor(maps: DrawnMaps, limitsOf: (map: number) => Limits, ramp: Uint8Array) {
    this.#maps = maps;
    this.#limitsOf = limitsOf;
    this.#ramp = ramp;
    this.#columns = Math.ceil(Math.sqrt(maps.maps));
    const rows = Math.ceil(maps.maps / this.#columns);
    this.#canvas = new OffscreenCanvas(this.#columns * maps.width, rows * maps.height);
    this.#context = this.#canvas.getContext('2d');
    this.#painted = new Uint8Array(maps.maps);
  }

  /** Paints maps ahead: painting between two drawings costs a copy of the whole picture. */
  prepare(maps: Iterable<number>): void {
    const { height, width } = this.#maps;
    for (const map of maps) {
      if (this.#painted[map] !== 0) continue;
      const pixels = paintMap(this.#maps, map, this.#limitsOf(map), this.#ramp);
      const [left, top] = [(map % this.#columns) * width, Math.floor(map / this.#columns) * height];
      this.#context?.putImageData(new ImageData(pixels, width, height), left, top);
      this.#painted[map] = 1;
    }
  }

  /** Draws a map into a square of `edge` pixels, in its own proportions. */
  draw(target: CanvasRenderingContext2D, map: number, x: number, y: number, edge: number): void {
    const { height, width } = this.#maps;
    const [left, top] = [(map % this.#columns) * width, Math.floor(map / this.#columns) * height];
    this.prepare([map]);
    const [wide, high] = fitSquare(width, height, edge);
    target.drawImage(this.#canvas, left, top, width, height, x, y, wide, high);
  }
}

/** Width and height of a picture that fills a square of `edge` pixels in its own proportions. */
export function fitSquare(width: number, height: number, edge: number): readonly [number, number] {
  const scale = edge / Math.max(width, height);
  return [width * scale, height * scale];
}
