import type { ImagePage } from '../../../../src-main/contract/dataset.ts';
import { CELL } from '../../../drawing/imageGrid.ts';
import { toRgba, type PixelShape } from '../../../drawing/pixels.ts';

/** Where an image stands on a painted page, in pixels of the sheet. */
export interface Tile {
  readonly sheet: HTMLCanvasElement;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Most tiles in one row of a sheet. */
const COLUMNS = 16;

/**
 * Pages as painted sheets, so that scrolling only copies; a sheet is let go together with its page. Images larger than a cell
 * are made smaller once, when they are painted.
 */
export class TileCache {
  readonly #sheets = new WeakMap<ImagePage, HTMLCanvasElement>();
  readonly #edge: number;

  /** @param ratio pixels of the screen for each pixel of the window */
  constructor(ratio: number) {
    this.#edge = Math.round(CELL * ratio);
  }

  /** The tile of an image of a page. */
  tile(page: ImagePage, channels: number, offset: number): Tile {
    const shape = { height: page.height, width: page.width, channels };
    const scale = Math.min(1, this.#edge / Math.max(shape.width, shape.height));
    const width = Math.max(1, Math.round(shape.width * scale));
    const height = Math.max(1, Math.round(shape.height * scale));
    let sheet = this.#sheets.get(page);
    if (sheet === undefined) {
      sheet = paintSheet(page, shape, { width, height });
      this.#sheets.set(page, sheet);
    }
    return { sheet, left: (offset % COLUMNS) * width, top: Math.floor(offset / COLUMNS) * height, width, height };
  }
}

function paintSheet(
  page: ImagePage,
  shape: PixelShape,
  tile: { readonly width: number; readonly height: number },
): HTMLCanvasElement {
  const count = page.images.length;
  const sheet = document.createElement('canvas');
  sheet.width = Math.min(COLUMNS, Math.max(1, count)) * tile.width;
  sheet.height = Math.max(1, Math.ceil(count / COLUMNS)) * tile.height;
  const context = sheet.getContext('2d');
  const whole = tile.width === shape.width && tile.height === shape.height;
  const scratch = whole ? null : new OffscreenCanvas(shape.width, shape.height);
  for (let offset = 0; offset < count; offset += 1) {
    const image = new ImageData(toRgba(page.pixels, shape, offset), shape.width, shape.height);
    const left = (offset % COLUMNS) * tile.width;
    const top = Math.floor(offset / COLUMNS) * tile.height;
    if (scratch === null) {
      context?.putImageData(image, left, top);
    } else {
      scratch.getContext('2d')?.putImageData(image, 0, 0);
      if (context !== null) context.imageSmoothingQuality = 'high';
      context?.drawImage(scratch, left, top, tile.width, tile.height);
    }
  }
  return sheet;
}
