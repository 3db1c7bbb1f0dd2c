import { describe, expect, it } from 'vitest';
import { chartGeometry } from '../../src-renderer/ui/chartGeometry.ts';
import { placeLabels, type ChartLabel } from '../../src-renderer/ui/chartLabels.ts';
import type { ChartAxes, ChartLine } from '../../src-renderer/ui/chartPlot.ts';
import { chartFigure, copiedFigure } from '../../src-renderer/ui/figure.ts';

const AXES: ChartAxes = {
  x: { range: [0, 10], ticks: [0, 5, 10], whole: true },
  y: { range: [0, 100], ticks: [0, 50, 100], log: false },
  formatX: String,
  formatY: String,
  marks: [],
};
const [WIDTH, HEIGHT, GUTTER] = [500, 234, 140];
const GEOMETRY = chartGeometry(AXES, WIDTH, HEIGHT, GUTTER);

function labelled(count: number): readonly ChartLabel[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ x: 5, y: 90, text: `${String(index)}%`, name: `Run ${String(index)}`, run: 1, edge: 88 },
  }));
}

describe('labels of a chart with a gutter', () => {
  it('stand right of the plot and never over each other, also where all curves end at one height', () => {
    const { texts, dots } = placeLabels(labelled(6), AXES, GEOMETRY, true);
    const heights = texts.map(({ y }) => y).sort((one, other) => one - other);
    expect(texts.every(({ x }) => x > GEOMETRY.toX(10))).toBe(true);
    expect(heights.slice(1).every((y, index) => y - (heights[index] ?? 0) >= 12.99)).toBe(true);
    expect(dots.every(({ x }) => x === GEOMETRY.toX(5))).toBe(true);
  });

  it('are as many as fit, the first ones; every line keeps its dot', () => {
    const { texts, dots } = placeLabels(labelled(50), AXES, GEOMETRY, true);
    expect(dots).toHaveLength(50);
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.length).toBeLessThan(20);
    expect(texts.map(({ text }) => text)).toContain('0%');
    expect(texts.every(({ y }) => y >= 0 && y <= HEIGHT)).toBe(true);
  });

  it('are led to where their lines end', () => {
    const [first] = placeLabels(labelled(2), AXES, GEOMETRY, true).texts;
    expect(first?.leader).toContain(` ${GEOMETRY.toY(88).toFixed(1)}`);
  });
});

function draw(lines: readonly ChartLine[]): Document {
  const host = document.createElement('div');
  for (const [name, value] of [
    ['--page', '#fcfcfa'],
    ['--ink', '#17191c'],
    ['--ink-2', '#4c5056'],
    ['--ink-3', '#62666c'],
    ['--grid', '#ebece8'],
    ['--line-strong', '#b9bbb4'],
    ['--run-2', '#ec670c'],
  ] as const) {
    host.style.setProperty(name, value);
  }
  document.body.append(host);
  const labels = placeLabels([{ x: 5, y: 50, text: '50%', name: 'a < b & "c"', run: 2 }], AXES, GEOMETRY, true);
  const parts = { lines, bands: [], emphasis: [], axes: AXES, labels, geometry: GEOMETRY, host, title: 'Accuracy' };
  const { svg } = chartFigure({ ...parts, width: WIDTH, height: HEIGHT });
  host.remove();
  return new DOMParser().parseFromString(svg, 'image/svg+xml');
}

describe('a chart as a file', () => {
  const line: ChartLine = { x: [0, 5, 6, 10], y: [0, 50, null, 100], style: 'solid', run: 2, repeat: 1 };

  it('is a whole document with every colour written out and every name as it is', () => {
    const drawing = draw([line]);
    expect(drawing.querySelector('parsererror')).toBeNull();
    expect(drawing.documentElement.outerHTML).not.toContain('var(');
    expect(drawing.querySelector('title')?.textContent).toBe('Accuracy');
    expect(drawing.querySelector('tspan')?.textContent).toBe('a < b & "c"');
  });

  it('draws lines in their colour and dash, with gaps as gaps', () => {
    const path = draw([line]).querySelector('path[stroke="#ec670c"]');
    expect(path?.getAttribute('stroke-dasharray')).toBe('5 3');
    expect(path?.getAttribute('d')?.match(/M/g)).toHaveLength(2);
  });
});

describe('a drawing of the page as a file', () => {
  it('carries what it looks like, and nothing that only serves the pointer', () => {
    const host = document.createElement('div');
    host.innerHTML =
      '<svg width="10" height="10"><rect class="x" style="fill: rgb(1, 2, 3)" tabindex="0" aria-label="a"></rect><path data-transient d="M0 0"></path></svg>';
    document.body.append(host);
    const drawing = host.querySelector('svg');
    if (drawing === null) throw new Error('there is no drawing');
    const { svg } = copiedFigure(drawing, 'Boxes');
    host.remove();
    expect(svg).toContain('fill="rgb(1, 2, 3)"');
    expect(svg).not.toMatch(/class=|tabindex|aria-label|<path/);
    expect(svg).toContain('<title>Boxes</title>');
  });
});
