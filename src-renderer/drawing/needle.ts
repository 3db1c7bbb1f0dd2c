/** The needle of charts that share an axis. */

import { nearestIndex } from './chartRun.ts';
import { zoomKey, type Range } from './zoom.ts';

/** Where a key brings the needle: arrows by `stride` stops, Home, End; null takes it away (Esc), undefined is no such key. */
export function moveNeedle(
  key: string,
  stride: number,
  step: number | null,
  stops: readonly number[],
): number | null | undefined {
  const last = stops.length - 1;
  const index = step === null ? last : nearestIndex(stops, step);
  const to = (target: number): number | null => stops[Math.min(last, Math.max(0, target))] ?? null;
  switch (key) {
    case 'ArrowLeft':
      return to(index - stride);
    case 'ArrowRight':
      return to(index + stride);
    case 'Home':
      return to(0);
    case 'End':
      return to(last);
    case 'Escape':
      return step === null ? undefined : null;
    default:
      return undefined;
  }
}

/** What a key does to charts that share needle and zoom: moves one of them; null for any other key. */
export type ChartMove = { readonly needle: number | null } | { readonly zoom: Range | null };

/** The keys of a chart. `needle` and `around` are the same place, as one of `stops` and on the axis. */
export function chartKey(
  {
    key,
    shiftKey,
    ctrlKey,
    metaKey,
    altKey,
  }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  charts: {
    readonly needle: number | null;
    readonly stops: readonly number[];
    readonly full: Range;
    readonly zoom: Range | null;
    readonly around: number | null;
    readonly log?: boolean;
  },
): ChartMove | null {
  if (ctrlKey || metaKey || altKey) return null;
  const needle = moveNeedle(key, shiftKey ? 10 : 1, charts.needle, charts.stops);
  if (needle !== undefined) return { needle };
  const zoom = zoomKey(key, charts.full, charts.zoom, charts.around, charts.log);
  return zoom === undefined ? null : { zoom };
}
