import type { ComparedRun, MetricName } from '../../../src-main/contract/comparison.ts';
import { METRICS } from '../../../src-main/contract/comparison.ts';
import { formatBytes, formatCount, formatDuration, formatLoss, formatNumber, formatPercent } from '../../ui/format.ts';

/** One column of the table of a comparison. */
export interface CompareColumn {
  readonly key: string;
  readonly title: string;
  /** What it is sorted by; null comes last. */
  readonly value: (run: ComparedRun) => number | string | null;
  readonly text: (run: ComparedRun) => string;
  /** Whose best value is marked; absent where there is no better. */
  readonly better?: 'more' | 'less';
}

/** All columns, the name first. */
export const COMPARE_COLUMNS: readonly CompareColumn[] = [
  { key: 'name', title: 'Name', value: ({ name }) => name, text: ({ name }) => name },
  { key: 'model', title: 'Network', value: ({ modelTitle }) => modelTitle, text: ({ modelTitle }) => modelTitle },
  metric('heldOutAccuracy', 'best', 'Best %'),
  metric('heldOutAccuracy', 'last', 'Last %'),
  metric('heldOutLoss', 'best', 'Best loss'),
  metric('heldOutLoss', 'last', 'Last loss'),
  metric('testAccuracy', 'last', 'Test %'),
  metric('testLoss', 'last', 'Test loss'),
  count('parameters', 'Parameters'),
  count('multiplyAdds', 'Multiply-adds'),
  metric('trainSeconds', 'last', 'Time'),
  metric('memoryBytes', 'last', 'Memory'),
  metric('imagesPerSecond', 'best', 'img/s'),
  metric('imagesPerSecond', 'last', 'Last img/s'),
  metric('trainAccuracy', 'best', 'Best train %'),
  metric('trainAccuracy', 'last', 'Last train %'),
  metric('trainLoss', 'best', 'Best train loss'),
  metric('trainLoss', 'last', 'Last train loss'),
];

/** Rows in the order of a column; runs without a value come last, whatever the direction. */
export function sortCompared(
  runs: readonly ComparedRun[],
  { value }: Pick<CompareColumn, 'value'>,
  descending: boolean,
): readonly ComparedRun[] {
  return [...runs].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
    return descending ? -order : order;
  });
}

/** Ids of the runs with the best value of a column; none where all are alike. */
export function bestOf(runs: readonly ComparedRun[], { value, better }: CompareColumn): ReadonlySet<number> {
  const values = runs.map(value).filter((found) => typeof found === 'number');
  if (better === undefined || new Set(values).size < 2) return new Set();
  const best = better === 'more' ? Math.max(...values) : Math.min(...values);
  return new Set(runs.filter((run) => value(run) === best).map(({ id }) => id));
}

function metric(name: MetricName, which: 'best' | 'last', title: string): CompareColumn {
  const { unit, better } = METRICS[name];
  const value = ({ metrics }: ComparedRun): number | null => metrics[name][which];
  const written = {
    share: formatPercent,
    nats: formatLoss,
    'images/s': formatNumber,
    seconds: formatDuration,
    bytes: formatBytes,
  }[unit];
  return {
    key: `${name}.${which}`,
    title,
    better,
    value,
    text: (run) => {
      const found = value(run);
      return found === null ? '' : written(found);
    },
  };
}

/** A count, or nothing where there is none. */
export function countText(value: number | null): string {
  return value === null ? '' : formatCount(value);
}

function count(key: 'parameters' | 'multiplyAdds', title: string): CompareColumn {
  return { key, title, better: 'less', value: (run) => run[key], text: (run) => countText(run[key]) };
}
