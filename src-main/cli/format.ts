/** Numbers and times for people. */

/** `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A share as `86.2%`. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)}%` : '-';
}

/** A loss with three digits after the point; `NaN` and `Infinity` by name. */
export function loss(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : String(value);
}

/** `999 B`, `2.8 MB`, `1.3 GB`: powers of 1,000. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${scaled.toFixed(power === 0 || scaled >= 100 ? 0 : 1)} ${units[power] ?? ''}`;
}

/** Seconds as `0:07`, `12:30`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${String(hours)}:${pad(minutes)}:${pad(whole % 60)}` : `${String(minutes)}:${pad(whole % 60)}`;
}

/** An ISO time as `2026-11-24 07:30` on this machine's clock; `-` for none. */
export function localTime(iso: string | null): string {
  if (iso === null) return '-';
  const time = new Date(iso);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(time.getFullYear())}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${day} ${pad(time.getHours())}:${pad(time.getMinutes())}`;
}

/** Sizes as `32x32x3`. */
export function shape(sizes: readonly number[]): string {
  return sizes.join('x');
}

/** One line, whatever a name holds: control characters would move a terminal's cursor. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}
