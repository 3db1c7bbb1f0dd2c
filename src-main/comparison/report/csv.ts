/** The table of a report as CSV. */

import { csvTable } from '../../contract/csv.ts';
import type { ReportColumn } from './table.ts';

/** Header and one line per run. */
export function toCsv(columns: readonly ReportColumn[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map(({ cells }) => cells[row] ?? '')) ?? [];
  return csvTable(
    columns.map(({ title }) => title),
    rows,
  );
}
