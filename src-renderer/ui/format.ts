/** How numbers, times and sizes are written: one way for the whole window. */

const MINUS = '\u2212';
const TIMES = '\u00d7';

const formatters = new Map<string, Intl.NumberFormat>();

/** Writes a number with thousands separators, a true minus and exactly `digits` decimals; `NaN` and `∞` as words of their own. */
export function formatNumber(value: number, digits = 0): string {
  if (Number.isNaN(value)) return 'NaN';
  const key = `f${digits}`;
  return write(key, { minimumFractionDigits: digits, maximumFractionDigits: digits }, value);
}

/** Writes `digits` significant digits, trailing zeros kept: 0.338, 1.20. */
export function formatSignificant(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return write(
    `s${digits}`,
    { minimumSignificantDigits: digits, maximumSignificantDigits: digits, useGrouping: true },
    value,
  );
}

/** Share 0 to 1 as `94.62`, without its sign. */
export function formatPercent(share: number, digits = 2): string {
  return formatNumber(share * 100, digits);
}

/** Cross-entropy with three significant digits; tiny values do not run off to the right. */
export function formatLoss(loss: number): string {
  return Math.abs(loss) < 0.001 && loss !== 0 && Number.isFinite(loss)
    ? loss.toExponential(1).replace('-', MINUS)
    : formatSignificant(loss, 3);
}

/** A setting as a person would type it: 0.1, 0.0001. */
export function formatSetting(value: number): string {
  const text = Number(value.toPrecision(6));
  return write('setting', { maximumFractionDigits: 12, useGrouping: false }, text);
}

/** A count: whole up to seven digits (175,690), then `15.3 M`, `1.24 G`. */
export function formatCount(value: number): string {
  if (value < 10_000_000) return formatNumber(Math.round(value));
  if (value < 1_000_000_000) return `${formatNumber(value / 1e6, 1)} M`;
  return `${formatNumber(value / 1e9, value < 1e10 ? 2 : 1)} G`;
}

/** A count in three significant digits with its prefix, split into figure and unit: `55.1`, `M`. */
export function formatMagnitude(value: number): { readonly figure: string; readonly prefix: string } {
  for (const [size, prefix] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    if (value >= size) return { figure: formatSignificant(value / (prefix === 'k' ? 1e3 : size), 3), prefix };
  }
  return { figure: formatNumber(Math.round(value)), prefix: '' };
}

/** A difference, always with its sign. */
export function formatDifference(value: number, digits: number): string {
  const text = formatNumber(value, digits);
  return value > 0 ? `+${text}` : text;
}

/** Bytes in powers of 1000: `412 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  for (const [size, unit] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (bytes >= size) return `${formatNumber(bytes / size, bytes / size < 10 ? 1 : 0)} ${unit}`;
  }
  return `${formatNumber(bytes)} B`;
}

/** A length of time: `139 s` below ten minutes, then `24 min`, `4 h 24 min`; days after two. */
export function formatDuration(seconds: number): string {
  return duration(seconds, ' min');
}

/** The same for a narrow column: `4 h 24`. */
export function formatDurationShort(seconds: number): string {
  return duration(seconds, '');
}

/** Sizes: `28 × 28 × 1`. */
export function formatSize(...edges: readonly number[]): string {
  return edges.map((edge) => formatNumber(edge)).join(` ${TIMES} `);
}

/** A moment, as far away as it is: `today 13:58`, `21 Nov 18:02`, `21 Nov 2025`. */
export function formatMoment(iso: string, now: Date = new Date()): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return '';
  const clock = formatClock(moment);
  if (moment.toDateString() === now.toDateString()) return `today ${clock}`;
  const day = moment.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return moment.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${day} ${moment.getFullYear()}`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** `18:36`, local time. */
export function formatClock(moment: Date): string {
  return CLOCK.format(moment);
}

/** `1 run`, `2 runs`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

function duration(seconds: number, minuteUnit: string): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 10) return `${formatNumber(seconds, 1)} s`;
  if (seconds < 600) return `${formatNumber(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return `${hours} h ${String(minutes % 60).padStart(2, '0')}${minuteUnit}`;
}

function write(key: string, options: Intl.NumberFormatOptions, value: number): string {
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat('en-US', options);
    formatters.set(key, formatter);
  }
  const text = formatter.format(value).replace('-', MINUS);
  // What is rounded to zero has no sign.
  return /^−[0.]+$/.test(text) ? text.slice(1) : text;
}
