/** A table as CSV (RFC 4180). */

/** Header and rows, each line ended by CRLF. */
export function csvTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** Quoted where a comma, a quote or a line end would break the row; text that a spreadsheet would compute is quoted by an apostrophe. */
export function csvCell(text: string): string {
  const harmless = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
