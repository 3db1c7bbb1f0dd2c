/** The needle of charts that share an axis. */

import { nearestIndex } from './chartRun.ts';

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
