/** A comparison as a table of text: one row per run. */

import {
  METRIC_NAMES,
  METRICS,
  type Comparison,
  type ComparedRun,
  type MetricName,
} from '../../contract/comparison.ts';

/** A column: what it is called, and its text for each run; empty where nothing is known. */
export interface ReportColumn {
  readonly title: string;
  readonly isNumber: boolean;
  readonly cells: readonly string[];
}

/** Facts, the settings that differ, then best and last of every metric that any run has. Numbers in full. */
export function fullColumns(comparison: Comparison): readonly ReportColumn[] {
  const { runs, differences } = comparison;
  return [
    column('id', true, runs, ({ id }) => String(id)),
    column('name', false, runs, ({ name }) => name),
    column('status', false, runs, ({ status }) => status),
    column('model', false, runs, ({ modelTitle }) => modelTitle),
    column('dataset', false, runs, ({ datasetName, datasetVersion }) =>
      datasetName === '' ? '' : `${datasetName} v${String(datasetVersion)}`,
    ),
    column('parameters', true, runs, ({ parameters }) => String(parameters ?? '')),
    column('multiplyAdds', true, runs, ({ multiplyAdds }) => String(multiplyAdds ?? '')),
    column('epochs', true, runs, ({ epochsDone }) => String(epochsDone)),
    ...differences.map(({ key, values }) => ({
      title: key,
      isNumber: values.every((value) => typeof value === 'number'),
      cells: values.map((value) => (value === null ? '' : String(value))),
    })),
    ...METRIC_NAMES.flatMap((metric) => metricColumns(metric, runs)),
  ];
}

function metricColumns(metric: MetricName, runs: readonly ComparedRun[]): readonly ReportColumn[] {
  if (runs.every(({ metrics }) => metrics[metric].last === null && metrics[metric].best === null)) return [];
  const text = (value: number | null): string => (value === null ? '' : String(value));
  const last = column(metric, true, runs, ({ metrics }) => text(metrics[metric].last));
  if (runs.every(({ metrics }) => metrics[metric].bestEpoch === null)) return [last];
  return [
    column(`${metric}.best`, true, runs, ({ metrics }) => text(metrics[metric].best)),
    column(`${metric}.bestEpoch`, true, runs, ({ metrics }) => text(metrics[metric].bestEpoch)),
    { ...last, title: `${metric}.last` },
  ];
}

/** What a page has room for: name, the settings that matter, cost and accuracy, as a person reads them. */
export function shortColumns(comparison: Comparison): readonly ReportColumn[] {
  const { runs, differences } = comparison;
  const accuracy = (run: ComparedRun, which: 'best' | 'last'): string => percent(run.metrics.heldOutAccuracy[which]);
  return [
    column('Run', false, runs, ({ name }) => name),
    column('Network', false, runs, ({ modelTitle }) => modelTitle),
    ...differences
      .filter(({ trivial, key }) => !trivial && !key.startsWith('environment.') && !key.startsWith('model.'))
      .map(({ title, values }) => ({
        title,
        isNumber: values.every((value) => typeof value === 'number'),
        cells: values.map((value) => (value === null ? '' : String(value))),
      })),
    column('Parameters', true, runs, ({ parameters }) => parameters?.toLocaleString('en') ?? ''),
    column(`${METRICS.heldOutAccuracy.title}, best %`, true, runs, (run) => accuracy(run, 'best')),
    column('last %', true, runs, (run) => accuracy(run, 'last')),
    column(`${METRICS.testAccuracy.title} %`, true, runs, ({ metrics }) => percent(metrics.testAccuracy.last)),
  ];
}

function column(
  title: string,
  isNumber: boolean,
  runs: readonly ComparedRun[],
  cell: (run: ComparedRun) => string,
): ReportColumn {
  return { title, isNumber, cells: runs.map(cell) };
}

/** `94.62`; empty where nothing is known. */
export function percent(share: number | null): string {
  return share === null ? '' : (100 * share).toFixed(2);
}
