import type { RunSummary } from '../../../src-main/contract/run.ts';
import { secondsLeft, shareDone } from '../../state/runProgress.ts';
import type { LiveReading } from '../../state/runProgress.ts';
import { passesState, statusWord } from './runWords.ts';
import type { StateFilter } from './runWords.ts';

/** Columns that the table can be sorted by. */
export const SORT_KEYS = ['created', 'name', 'progress', 'best', 'last', 'rate', 'left'] as const;

/** One of them. */
export type SortKey = (typeof SORT_KEYS)[number];

/** How the table is sorted. */
export interface RunOrder {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Newest first. */
export const DEFAULT_ORDER: RunOrder = { key: 'created', descending: true };

/** What a click on a column's head makes of the order: largest first, then smallest, then newest first again. */
export function nextOrder(order: RunOrder, key: SortKey): RunOrder {
  const firstDescending = key !== 'name' && key !== 'left';
  if (order.key !== key) return { key, descending: firstDescending };
  return order.descending === firstDescending ? { key, descending: !firstDescending } : DEFAULT_ORDER;
}

/** Rows whose name, dataset, model, state, folder or tags have every word of `query`, in order. Rows without the value come last. */
export function arrangeRuns(
  rows: readonly RunSummary[],
  query: string,
  state: StateFilter,
  order: RunOrder,
  reading: (id: number) => LiveReading,
): readonly RunSummary[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = rows.filter((run) => {
    const text =
      `${run.name} ${run.datasetName} ${run.modelTitle} ${statusWord(run)} ${run.folder} ${run.tags.join(' ')}`.toLowerCase();
    return passesState(run, state) && words.every((word) => text.includes(word));
  });
  const direction = order.descending ? -1 : 1;
  return found.sort((a, b) => {
    const left = valueOf(a, order.key, reading);
    const right = valueOf(b, order.key, reading);
    if (left === right) return b.id - a.id;
    if (left === null) return 1;
    if (right === null) return -1;
    if (typeof left === 'string') return direction * left.localeCompare(String(right), 'en', { numeric: true });
    return direction * (left - Number(right));
  });
}

function valueOf(run: RunSummary, key: SortKey, reading: (id: number) => LiveReading): number | string | null {
  switch (key) {
    case 'created':
      return run.id;
    case 'name':
      return run.name;
    case 'progress':
      return shareDone(run);
    case 'best':
      return run.best?.accuracy ?? null;
    case 'last':
      return run.last?.heldOut.accuracy ?? null;
    case 'rate':
      return reading(run.id).imagesPerSecond;
    case 'left':
      return secondsLeft(run, reading(run.id));
  }
}

/** Path of the small curve in `width` x `height` pixels; empty below two points. Points without a value are left out. */
export function sparklinePath(values: readonly number[], share: number, width: number, height: number): string {
  const points = values.flatMap((value, index) => (Number.isFinite(value) ? [{ value, index }] : []));
  if (points.length < 2) return '';
  const low = Math.min(...points.map((point) => point.value));
  const high = Math.max(...points.map((point) => point.value));
  const span = high - low || 1;
  const reach = Math.max(4, (width - 2) * share);
  return points
    .map(({ value, index }, position) => {
      const x = 1 + (index / (values.length - 1)) * reach;
      const y = height - 2 - ((value - low) / span) * (height - 4);
      return `${position === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
