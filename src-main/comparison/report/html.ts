/** A comparison as one HTML file that needs nothing else: no script, no network, both themes. */

import type { Comparison, GroupTest } from '../../contract/comparison.ts';
import type { EpochMetrics } from '../../contract/run.ts';
import { lineChart } from './lineChart.ts';
import { escapeMarkup } from './markup.ts';
import { DARK, LIGHT, type Palette } from './palette.ts';
import { fullColumns, percent, shortColumns, type ReportColumn } from './table.ts';

/** What a report is made from. */
export interface ReportContent {
  readonly comparison: Comparison;
  /** Epochs of each run, in the order of `comparison.runs`. */
  readonly epochs: readonly (readonly EpochMetrics[])[];
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
  /** Version of DenseLab. */
  readonly version: string;
}

/** The whole file. */
export function toHtml({ comparison, epochs, writtenAt, version }: ReportContent): string {
  const title = comparison.runs.map(({ name }) => name).join(' · ');
  const isLong = title.length > 120;
  const heading = isLong ? `${String(comparison.runs.length)} runs compared` : title;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(heading)} - DenseLab</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(heading)}</h1>
<p class="quiet">Written by DenseLab ${escapeMarkup(version)} on ${escapeMarkup(writtenAt.slice(0, 10))}.</p>
<h2>Results</h2>
${htmlTable(shortColumns(comparison))}
<h2>Held-out accuracy over epochs</h2>
${accuracyChart(comparison, epochs)}
<h2>Only what differs</h2>
${differences(comparison)}
${seeds(comparison)}
<h2>Everything measured</h2>
<div class="wide">${htmlTable(fullColumns(comparison))}</div>
</body>
</html>
`;
}

function accuracyChart({ runs }: Comparison, epochs: ReportContent['epochs']): string {
  const lines = runs.map(({ name, colour }, index) => ({
    name,
    colour,
    x: (epochs[index] ?? []).map(({ epoch }) => epoch),
    y: (epochs[index] ?? []).map(({ heldOut }) => heldOut.accuracy),
  }));
  return lineChart(lines, 'epochs', (share) => `${String(Number((100 * share).toPrecision(4)))}%`);
}

function differences({ differences: found, equalSettings, runs }: Comparison): string {
  const equal = `<p class="quiet">${String(equalSettings)} settings are equal in all runs.</p>`;
  if (found.length === 0) return `<p>Nothing but chance.</p>${equal}`;
  const columns: ReportColumn[] = [
    { title: 'Setting', isNumber: false, cells: found.map(({ title }) => title) },
    ...runs.map(({ name }, index) => ({
      title: name,
      isNumber: false,
      cells: found.map(({ values }) => (values[index] === null ? '' : String(values[index]))),
    })),
  ];
  return `<div class="wide">${htmlTable(columns)}</div>${equal}`;
}

/** Groups over seeds, where any run was repeated. */
function seeds({ groups, runs, tests }: Comparison): string {
  if (groups.every((group) => group.runs.length < 2)) return '';
  const nameOf = (group: number): string => {
    const first = groups[group]?.runs[0];
    return (first === undefined ? undefined : runs[first]?.name) ?? '';
  };
  const columns: ReportColumn[] = [
    { title: 'As', isNumber: false, cells: groups.map((_, index) => nameOf(index)) },
    { title: 'Runs', isNumber: true, cells: groups.map((group) => String(group.runs.length)) },
    { title: 'Mean %', isNumber: true, cells: groups.map(({ accuracy }) => percent(accuracy?.mean ?? null)) },
    {
      title: '95% interval of the mean',
      isNumber: true,
      cells: groups.map(({ accuracy }) => {
        const interval = accuracy?.interval ?? null;
        return interval === null ? '' : `${percent(interval[0])} to ${percent(interval[1])}`;
      }),
    },
  ];
  return `<h2>Over seeds</h2>${htmlTable(columns)}${tests.map((test) => testLine(test, nameOf)).join('')}`;
}

function testLine(
  { groups: [one, other], difference, pValue, note }: GroupTest,
  nameOf: (group: number) => string,
): string {
  const chance = pValue === null ? '' : `, p = ${pValue < 1e-4 ? 'below 0.0001' : pValue.toFixed(4)}`;
  const points = `${difference < 0 ? '−' : '+'}${(100 * Math.abs(difference)).toFixed(2)} points`;
  return `<p>${escapeMarkup(`${nameOf(one)} against ${nameOf(other)}: ${points}${chance}. ${note}`)}</p>`;
}

function htmlTable(columns: readonly ReportColumn[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map(({ cells }) => cells[row] ?? '')) ?? [];
  const kind = (index: number): string => (columns[index]?.isNumber === true ? ' class="number"' : '');
  const heads = columns.map(({ title }, index) => `<th scope="col"${kind(index)}>${escapeMarkup(title)}</th>`).join('');
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell, index) => `<td${kind(index)}>${escapeMarkup(cell)}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${heads}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

function themed({ page, ink, quiet, runs }: Palette): string {
  const colours = runs.map((colour, index) => `--run-${String(index + 1)}:${colour}`).join(';');
  return `:root{--page:${page};--ink:${ink};--quiet:${quiet};${colours}}`;
}

const RUN_CLASSES = LIGHT.runs
  .map((_, index) => `.run-${String(index + 1)}{--c:var(--run-${String(index + 1)})}`)
  .join('');

const STYLE = `
${themed(LIGHT)}
@media (prefers-color-scheme:dark){${themed(DARK)}}
${RUN_CLASSES}
body{background:var(--page);color:var(--ink);font:13px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem;font-variant-numeric:tabular-nums}
h1{font-size:22px}h2{font-size:15px;margin-top:2rem}
.quiet,svg text{color:var(--quiet);fill:var(--quiet)}
table{border-collapse:collapse}th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid color-mix(in srgb,var(--quiet) 30%,transparent)}
th{font-weight:500;color:var(--quiet)}.number{text-align:right}
.wide{overflow-x:auto}svg{width:100%;height:auto;font-size:11px}
.grid{stroke:var(--quiet);stroke-opacity:.2}.run{fill:none;stroke:var(--c);stroke-width:1.6}svg .name{fill:var(--ink)}
`;
