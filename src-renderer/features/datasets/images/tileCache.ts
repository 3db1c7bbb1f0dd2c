import type { ImagePage } from '../../../../src-main/contract/dataset.ts';
import { toRgba, type PixelShape } from '../../../drawing/pixels.ts';

/** Where an image stands on a painted page. */
export interface Tile {
  readonly sheet: HTMLCanvasElement;
  readonly left: number;
  readonly top: number;
}

const COLUMNS = 16;

/** Pages as painted sheets, so that scrolling only copies; a sheet is let go together with its page. */
export class TileCache {
  readonly #sheets = new WeakMap<ImagePage, HTMLCanvasElement>();

  /** The tile of an image of a page. */
  tile(page: ImagePage, shape: PixelShape, offset: number): Tile {
    let sheet = this.#sheets.get(page);
    if (sheet === undefined) {
      sheet = paintSheet(page, shape);
      this.#sheets.set(page, sheet);
    }
    return { sheet, left: (offset % COLUMNS) * shape.width, top: Math.floor(offset / COLUMNS) * shape.height };
  }
}

function paintSheet(page: ImagePage, shape: PixelShape): HTMLCanvasElement {
  const sheet = document.createElement('canvas');
  sheet.width = COLUMNS * shape.width;
  sheet.height = Math.max(1, Math.ceil(page.images.length / COLUMNS)) * shape.height;
  const context = sheet.getContext('2d');
  page.images.forEach((_, offset) => {
    const image = new ImageData(toRgba(page.pixels, shape, offset), shape.width, shape.height);
    context?.putImageData(image, (offset % COLUMNS) * shape.width, Math.floor(offset / COLUMNS) * shape.height);
  });
  return sheet;
}
