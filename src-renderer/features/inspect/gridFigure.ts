import { ownLimits, type DrawnMaps, type Limits } from '../../drawing/featureMaps.ts';
import { MapAtlas } from '../../drawing/mapAtlas.ts';
import { rampFor, type RampKind } from '../../drawing/mapRamp.ts';
import { canvasFigure } from '../../ui/canvasFigure.ts';
import type { Figure } from '../../ui/figure.ts';

const CELL = 48;
const GAP = 2;

/** What of a layer is drawn. */
export interface GridFigureParts {
  readonly title: string;
  readonly maps: DrawnMaps;
  /** Maps in the order of their cells. */
  readonly positions: Uint32Array;
  readonly limits: Limits | null;
  readonly ramp: RampKind;
}

/** All maps of a layer as one drawing, in their order and on their scale; null where nothing can be drawn. */
export function gridFigure({ title, maps, positions, limits, ramp }: GridFigureParts): Figure | null {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) return null;
  const columns = Math.ceil(Math.sqrt(positions.length));
  canvas.width = columns * (CELL + GAP) - GAP;
  canvas.height = Math.ceil(positions.length / columns) * (CELL + GAP) - GAP;
  context.imageSmoothingEnabled = false;
  const colours = rampFor(ramp, document.documentElement);
  const atlas = new MapAtlas(maps, (map) => limits ?? ownLimits(maps, map), colours);
  positions.forEach((map, cell) => {
    const [x, y] = [(cell % columns) * (CELL + GAP), Math.floor(cell / columns) * (CELL + GAP)];
    atlas.draw(context, map, x, y, CELL);
  });
  return canvasFigure(canvas, { title, limits, ramp });
}
