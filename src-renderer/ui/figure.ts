/** Charts as drawings that stand alone: SVG with every colour and font resolved, in the theme that is shown. */

import { CHART_PADDING, type ChartGeometry } from './chartGeometry.ts';
import type { PlacedLabels } from './chartLabels.ts';
import { bandEdges, dashOf, strokeOf } from './chartPlot.ts';
import type { ChartAxes, ChartBand, ChartLine, Emphasis } from './chartPlot.ts';

/** A drawing. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  /** A whole SVG document. */
  readonly svg: string;
}

/** Attributes that a copied drawing needs to look as it does on the page. */
const COPIED = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'stroke-linejoin'],
  ...['opacity', 'font-size', 'font-weight', 'text-anchor', 'paint-order', 'shape-rendering'],
];
/** Space around a copied drawing in pixels. */
const MARGIN = 12;
const FONT = "'Plex', 'IBM Plex Sans', system-ui, sans-serif";

/** What a chart draws. */
export interface ChartFigureParts {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
  readonly emphasis: readonly Emphasis[];
  readonly axes: ChartAxes;
  readonly labels: PlacedLabels;
  readonly geometry: ChartGeometry;
  readonly width: number;
  readonly height: number;
  /** Whose tokens are read. */
  readonly host: Element;
}

/** A chart of lines as a drawing; the needle is left out. */
export function chartFigure(parts: ChartFigureParts): Figure {
  const { width, height, host, title, geometry } = parts;
  const styles = getComputedStyle(host);
  const token = (name: string): string => styles.getPropertyValue(name).trim();
  const runColour = (run: number | undefined): string =>
    run === undefined || run === 0 ? token('--c') || token('--d1') : token(`--run-${String(run)}`);
  const clip = `<clipPath id="plot"><rect x="${CHART_PADDING.left}" y="${CHART_PADDING.top}" width="${fixed(geometry.inner)}" height="${fixed(geometry.depth)}"/></clipPath>`;
  const body = [
    `<defs>${clip}</defs>`,
    ...axisMarkup(parts, token),
    '<g clip-path="url(#plot)">',
    ...parts.bands.map(
      ({ x, low, high, run }) =>
        `<path d="${pathOf(bandEdges(x, low, high), geometry)}Z" fill="${runColour(run)}" fill-opacity="0.14"/>`,
    ),
    ...parts.lines.map((line, index) =>
      lineMarkup(line, parts.emphasis[index] ?? 'plain', geometry, runColour(line.run)),
    ),
    '</g>',
    ...labelMarkup(parts.labels, token, runColour),
  ];
  return { width, height, svg: documentOf(width, height, title, token('--page'), body.join('\n')) };
}

/** A copy of a drawing of the page. @param title what it shows, for screen readers of the file */
export function copiedFigure(drawing: SVGSVGElement, title: string): Figure {
  const { width, height } = drawing.getBoundingClientRect();
  const page = getComputedStyle(drawing).getPropertyValue('--page').trim();
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const [sources, copies] = [drawing.querySelectorAll('*'), copy.querySelectorAll('*')];
  sources.forEach((source, index) => {
    const target = copies[index];
    if (target !== undefined) resolve(source, target);
  });
  copy.querySelectorAll('[data-transient]').forEach((part) => part.remove());
  const inner = new XMLSerializer().serializeToString(copy).replace(/^<svg[^>]*>|<\/svg>$/g, '');
  const [wide, high] = [Math.ceil(width) + 2 * MARGIN, Math.ceil(height) + 2 * MARGIN];
  const body = `<g transform="translate(${MARGIN} ${MARGIN})">${inner}</g>`;
  return { width: wide, height: high, svg: documentOf(wide, high, title, page, body) };
}

function resolve(source: Element, target: Element): void {
  const styles = getComputedStyle(source);
  for (const name of COPIED) {
    const value = styles.getPropertyValue(name);
    if (value !== '') target.setAttribute(name, value);
  }
  for (const name of ['class', 'style', 'tabindex', 'role']) target.removeAttribute(name);
  for (const { name } of [...target.attributes])
    if (/^(aria-|data-(?!transient))/.test(name)) target.removeAttribute(name);
}

/** A whole SVG document on paper of the colour `page`. */
export function documentOf(width: number, height: number, title: string, page: string, body: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${page}"/>`,
    body,
    '</svg>\n',
  ].join('\n');
}

function axisMarkup({ axes, geometry }: ChartFigureParts, token: (name: string) => string): readonly string[] {
  const [left, right] = [CHART_PADDING.left, CHART_PADDING.left + geometry.inner];
  const bottom = CHART_PADDING.top + geometry.depth;
  const text = (x: number, y: number, anchor: string, written: string): string =>
    `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" font-size="11" fill="${token('--ink-3')}">${escaped(written)}</text>`;
  const rule = (x1: number, y1: number, x2: number, y2: number, stroke: string, dash = ''): string =>
    `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${stroke}"${dash}/>`;
  const strong = token('--line-strong');
  return [
    ...axes.y.ticks.flatMap((tick) => {
      const y = geometry.toY(tick);
      return [rule(left, y, right, y, token('--grid')), text(left - 7, y + 4, 'end', axes.formatY(tick))];
    }),
    ...axes.x.ticks.flatMap((tick) => {
      const x = geometry.toX(tick);
      return [
        rule(x, CHART_PADDING.top, x, bottom, token('--grid')),
        rule(x, bottom, x, bottom + 6, strong),
        text(x, bottom + 18, 'middle', axes.formatX(tick)),
      ];
    }),
    ...axes.marks
      .filter((mark) => mark >= axes.x.range[0] && mark <= axes.x.range[1])
      .map((mark) => {
        const x = geometry.toX(mark);
        return rule(x, CHART_PADDING.top, x, bottom, strong, ' stroke-dasharray="2 2"');
      }),
    rule(left, bottom, right, bottom, strong),
  ];
}

function lineMarkup(line: ChartLine, emphasis: Emphasis, geometry: ChartGeometry, colour: string): string {
  const { width, alpha } = strokeOf(line, emphasis);
  const dash = line.style === 'raw' ? [] : dashOf(line);
  let path = '';
  let points: (readonly [number, number])[] = [];
  const flush = (): void => {
    if (points.length > 0) path += pathOf(points, geometry);
    points = [];
  };
  line.x.forEach((x, index) => {
    const y = line.y[index] ?? null;
    if (y === null) flush();
    else points.push([x, y]);
  });
  flush();
  const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${alpha}" stroke-linejoin="round"${dashes}/>`;
}

function labelMarkup(
  { dots, texts }: PlacedLabels,
  token: (name: string) => string,
  colour: (run: number | undefined) => string,
): readonly string[] {
  return [
    ...dots.map(
      ({ x, y, run }) =>
        `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="3" fill="${colour(run)}" stroke="${token('--page')}"/>`,
    ),
    ...texts.map(({ x, y, end, text, name, run, leader }) => {
      const led = leader === null ? '' : `<path d="${leader}" fill="none" stroke="${colour(run)}" opacity="0.6"/>`;
      const named =
        name === undefined ? '' : `<tspan dx="5" font-weight="400" fill="${token('--ink-2')}">${escaped(name)}</tspan>`;
      return `${led}<text x="${fixed(x)}" y="${fixed(y)}" font-size="11" font-weight="600" fill="${token('--ink')}" text-anchor="${end ? 'end' : 'start'}">${escaped(text)}${named}</text>`;
    }),
  ];
}

function pathOf(points: readonly (readonly [number, number])[], { toX, toFreeY }: ChartGeometry): string {
  return points
    .filter(([x, y]) => Number.isFinite(toX(x)) && Number.isFinite(toFreeY(y)))
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${fixed(toX(x))} ${fixed(toFreeY(y))}`)
    .join('');
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text inside markup. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
