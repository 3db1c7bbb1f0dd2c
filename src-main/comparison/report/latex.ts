/** A table as LaTeX, for a paper: needs the package booktabs. */

import type { ReportColumn } from './table.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  θ: '$\\theta$',
  '×': '$\\times$',
};

/** A `tabular` with one line per run, numbers to the right. */
export function toLatex(columns: readonly ReportColumn[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map(({ cells }) => cells[row] ?? '')) ?? [];
  const line = (cells: readonly string[]): string => `  ${cells.map(escapeLatex).join(' & ')} \\\\`;
  return [
    `\\begin{tabular}{${columns.map(({ isNumber }) => (isNumber ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(columns.map(({ title }) => title)),
    '  \\midrule',
    ...rows.map(line),
    '  \\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n');
}

/** Text that TeX prints as it stands. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\~^θ×]|[&%$#_{}]/gu, (sign) => ESCAPES[sign] ?? `\\${sign}`);
}
