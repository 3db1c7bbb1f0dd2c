/** Text in columns. */

import { plain } from './format.ts';

/** A column: its title, and on which side its texts stand. Numbers stand right. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** Lines of a table: titles, then rows; two spaces between columns. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plain))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => width(row[index] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align === 'right'))
      .join('  ')
      .trimEnd(),
  );
}

/** Lines `label  value` with the values below one another. */
export function facts(pairs: readonly (readonly [label: string, value: string])[]): string[] {
  const longest = Math.max(...pairs.map(([label]) => width(label)));
  return pairs.map(([label, value]) => `${pad(label, longest, false)}  ${plain(value)}`.trimEnd());
}

function pad(text: string, columns: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? space + text : text + space;
}

/** Columns of a terminal that a text takes: wide for East Asian letters and emoji. */
function width(text: string): number {
  let columns = 0;
  for (const letter of text) {
    if (/\p{M}/u.test(letter)) continue;
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/u.test(
      letter,
    )
      ? 2
      : 1;
  }
  return columns;
}
