import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src-main/comparison/compare.ts';
import { toCsv } from '../../../src-main/comparison/report/csv.ts';
import { csvCell } from '../../../src-main/contract/csv.ts';
import { toHtml } from '../../../src-main/comparison/report/html.ts';
import { escapeLatex, toLatex } from '../../../src-main/comparison/report/latex.ts';
import { lineChart } from '../../../src-main/comparison/report/lineChart.ts';
import { DARK, LIGHT } from '../../../src-main/comparison/report/palette.ts';
import { fullColumns, shortColumns } from '../../../src-main/comparison/report/table.ts';
import { buildRunDetail } from '../../support/buildRun.ts';
import { buildEpoch } from '../../support/runs.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

const entries = [HOSTILE, 'B & 100%'].map((name, index) => {
  const run = buildRunDetail({ id: index + 1, name, colour: index + 1, status: 'finished', modelTitle: 'BC-22' });
  return {
    run: { ...run, recipe: { ...run.recipe, seed: index + 1, learningRate: 0.1 / (index + 1) } },
    epochs: [1, 2].map((epoch) => buildEpoch(epoch, { heldOut: { loss: 1, accuracy: 0.25 * (epoch + index) } })),
  };
});
const comparison = compareRuns(entries, () => 0.5);
const html = toHtml({
  comparison,
  epochs: entries.map(({ epochs }) => epochs),
  writtenAt: '2026-11-24T12:00:00.000Z',
  version: '0.1.0',
});

describe('the table of a comparison', () => {
  it('has one CSV line per run, with differing settings and best and last of each metric', () => {
    const [head, first, second] = toCsv(fullColumns(comparison)).split('\r\n');
    const cell = (line: string | undefined, name: string): string | undefined =>
      line?.split(',')[(head ?? '').split(',').indexOf(name)];
    expect(cell(first, 'recipe.learningRate')).toBe('0.1');
    expect(cell(second, 'recipe.learningRate')).toBe('0.05');
    expect(cell(second, 'heldOutAccuracy.best')).toBe('0.75');
    expect(cell(second, 'heldOutAccuracy.bestEpoch')).toBe('2');
    expect(cell(first, 'heldOutAccuracy.last')).toBe('0.5');
  });

  it('quotes what would break a CSV row, and disarms what a spreadsheet would compute', () => {
    expect(csvCell('a,b')).toBe('"a,b"');
    expect(csvCell('say "hi"\n')).toBe('"say ""hi""\n"');
    expect(csvCell('=1+1')).toBe("'=1+1");
    expect(csvCell('-cmd')).toBe("'-cmd");
    expect(csvCell('-0.5')).toBe('-0.5');
  });

  it('is LaTeX that TeX prints as it stands', () => {
    expect(escapeLatex('50% of a_b & c\\d ^ ~ {θ}')).toBe(
      '50\\% of a\\_b \\& c\\textbackslash{}d \\textasciicircum{} \\textasciitilde{} \\{$\\theta$\\}',
    );
    const latex = toLatex(shortColumns(comparison));
    expect(latex).toContain('B \\& 100\\%');
    const columns = shortColumns(comparison).length;
    for (const line of latex.split('\n').filter((text) => text.endsWith('\\\\')))
      expect(line.split(' & ')).toHaveLength(columns);
  });
});

describe('the report', () => {
  it('shows names as text, whatever they hold', () => {
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(html).toContain(`default-src 'none'`);
    expect(html).not.toMatch(/<script|https?:|src="|href="/);
  });

  it('shows results in percent and what differs', () => {
    expect(html).toContain('75.00');
    expect(html).toContain('Learning rate');
  });

  it('has the colours of the window in both themes', () => {
    const tokens = readFileSync('src-renderer/ui/tokens.css', 'utf8');
    const found = [...tokens.matchAll(/--run-(\d+): (#[0-9a-f]{6})/g)].map(([, , colour]) => colour);
    expect(found).toEqual([...LIGHT.runs, ...DARK.runs]);
    for (const { page, ink, quiet } of [LIGHT, DARK]) {
      expect(tokens).toContain(`--page: ${page}`);
      expect(tokens).toContain(`--ink: ${ink}`);
      expect(tokens).toContain(`--ink-3: ${quiet}`);
    }
  });
});

describe('the chart of the report', () => {
  const format = (value: number): string => String(value);

  it('leaves a gap where a value is no number', () => {
    const chart = lineChart([{ name: 'A', colour: 1, x: [1, 2, 3, 4], y: [0, Number.NaN, 1, 0.5] }], 'epochs', format);
    const path = /class="run run-1" d="([^"]+)"/.exec(chart)?.[1] ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
    expect(chart).not.toContain('NaN');
  });

  it('keeps the names of lines that end together apart', () => {
    const lines = [1, 2, 3].map((colour) => ({ name: `Run ${String(colour)}`, colour, x: [1, 2], y: [0.1, 0.9] }));
    const places = [...lineChart(lines, 'epochs', format).matchAll(/class="name[^>]* y="([\d.]+)"/g)].map((hit) =>
      Number(hit[1]),
    );
    expect(places).toHaveLength(3);
    places.slice(1).forEach((place, index) => expect(place - (places[index] ?? 0)).toBeGreaterThanOrEqual(14));
  });

  it('says so when there is nothing to draw', () => {
    expect(lineChart([{ name: 'A', colour: 1, x: [], y: [] }], 'epochs', format)).toContain('No epoch');
  });
});
