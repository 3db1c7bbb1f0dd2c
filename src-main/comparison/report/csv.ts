/** A table as CSV (RFC 4180). */

import type { ReportColumn } from './table.ts';

/** Header and one line per run, CRLF. */
export function toCsv(columns: readonly ReportColumn[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map(({ cells }) => cells[row] ?? '')) ?? [];
  return [columns.map(({ title }) => title), ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** Quoted where a comma, a quote or a line end would break the row; text that a spreadsheet would compute is quoted by an apostrophe. */
export function csvCell(text: string): string {
  const harmless = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
