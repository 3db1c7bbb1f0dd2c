/** One reading: what it is, its figure, and its unit or condition. */
export interface Stat {
  readonly label: string;
  /** Empty while unknown: a hairline is drawn. */
  readonly value: string;
  readonly unit?: string;
  /** Something is off with it; always beside a word in `unit`. */
  readonly state?: 'bad' | 'warn';
}
