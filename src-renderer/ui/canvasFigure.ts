/** Pictures made of pixels as drawings that stand alone: the pixels, what they are, and their scale. */

import type { Limits } from '../drawing/featureMaps.ts';
import { rampTokens, type RampKind } from '../drawing/mapRamp.ts';
import { documentOf, escaped, type Figure } from './figure.ts';
import { formatSignificant } from './format.ts';

/** What stands beside the pixels. */
export interface CanvasFigureParts {
  readonly title: string;
  /** Null where each map has a scale of its own, which the drawing then says. */
  readonly limits: Limits | null;
  readonly ramp: RampKind;
}

const MARGIN = 12;
const RAMP = { width: 120, height: 10 };
const FOOT = 44;
const LEAST_WIDTH = 320;

/** A drawing of a canvas at its size in pixels, above its scale. */
export function canvasFigure(canvas: HTMLCanvasElement, { title, limits, ramp }: CanvasFigureParts): Figure {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const ink = token('--ink');
  const top = MARGIN + canvas.height + 8;
  const [width, height] = [Math.max(LEAST_WIDTH, canvas.width + 2 * MARGIN), top + FOOT];
  const text = (x: number, y: number, written: string, anchor = 'start'): string =>
    `<text x="${x}" y="${y}" font-size="11" fill="${ink}" text-anchor="${anchor}">${escaped(written)}</text>`;
  const stops = rampTokens(ramp).map((name, stop) => `<stop offset="${stop / 8}" stop-color="${token(name)}"/>`);
  const scale =
    limits === null
      ? [text(MARGIN, top + 30, 'each map on a scale of its own')]
      : [
          `<defs><linearGradient id="ramp">${stops.join('')}</linearGradient></defs>`,
          text(MARGIN + 60, top + 30, formatSignificant(limits.least, 3), 'end'),
          `<rect x="${MARGIN + 66}" y="${top + 21}" width="${RAMP.width}" height="${RAMP.height}" fill="url(#ramp)"/>`,
          text(MARGIN + 66 + RAMP.width + 6, top + 30, formatSignificant(limits.most, 3)),
        ];
  const body = [
    `<image x="${MARGIN}" y="${MARGIN}" width="${canvas.width}" height="${canvas.height}" href="${canvas.toDataURL('image/png')}"/>`,
    text(MARGIN, top + 12, title),
    ...scale,
  ];
  return { width, height, svg: documentOf(width, height, title, token('--page'), body.join('\n')) };
}
