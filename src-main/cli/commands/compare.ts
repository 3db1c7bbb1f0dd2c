/** `denselab compare`. */

import path from 'node:path';
import { shortColumns } from '../../comparison/report/table.ts';
import { viewComparison, writeComparison } from '../../comparison/view.ts';
import { COMPARED_RUNS, type Comparison, type GroupTest } from '../../contract/comparison.ts';
import { createRandom } from '../../datasets/random.ts';
import { placeOutput, requireFree } from '../../exchange/output.ts';
import { readRunId, usage } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { percent } from '../format.ts';
import { table } from '../table.ts';

/** Only reads the data folder, so that it works while the app is open. */
export const compare: Command = {
  name: 'compare',
  operands: ['ID...'],
  options: ['csv', 'latex', 'html', 'force'],
  summary: 'Put runs beside each other: what differs, what came of it, and whether it means anything',
  details: [
    'Takes 2 to 50 runs. --csv and --latex print a table; --html writes a report that needs no other file. Runs that',
    'differ in their seed alone are taken together: mean, 95% interval, and Welch tests between such groups.',
  ],
  run: compareCommand,
};

function compareCommand(call: Call): number {
  const { args, output, parts, home } = call;
  const ids = [...new Set(args.operands.map(readRunId))];
  const { least, most } = COMPARED_RUNS;
  if (ids.length < least || ids.length > most) {
    throw usage(
      `A comparison takes ${String(least)} to ${String(most)} different runs.`,
      'Write, say, denselab compare 1 2.',
    );
  }
  const html = args.text('html');
  const out = html === undefined ? undefined : path.resolve(html);
  if (out !== undefined) requireFree(out, { folder: false, names: [] }, args.flag('force'));
  const reader = parts.readRuns(home);
  try {
    const random = createRandom(...ids);
    const view = viewComparison(ids, reader, () => random.uniform());
    const written = { at: new Date().toISOString(), version: parts.version };
    if (args.flag('csv')) output.text(writeComparison(view, 'csv', written));
    else if (args.flag('latex')) output.text(writeComparison(view, 'latex', written));
    else if (out !== undefined) {
      const chunks = [Buffer.from(writeComparison(view, 'html', written))];
      placeOutput(out, { folder: false, entries: [{ name: '', chunks }] }, args.flag('force'));
      output.result({ out, runs: ids }, () => [`Wrote ${out}.`]);
    } else output.result(view.comparison, () => describeComparison(view.comparison));
    return 0;
  } finally {
    reader.close();
  }
}

function describeComparison(comparison: Comparison): string[] {
  const { differences, runs, equalSettings } = comparison;
  const kept = differences.filter(({ trivial }) => !trivial);
  const columns = shortColumns(comparison);
  const rows = runs.map((_, row) => columns.map(({ cells }) => cells[row] ?? ''));
  return [
    ...table(
      columns.map(({ title, isNumber }) => ({ title: title.toUpperCase(), ...(isNumber ? { align: 'right' } : {}) })),
      rows,
    ),
    '',
    kept.length === 0
      ? `Nothing differs but chance; ${String(equalSettings)} settings are equal.`
      : `Differing: ${kept.map(({ title }) => title).join(', ')}; ${String(equalSettings)} settings are equal.`,
    ...comparison.groups.flatMap(({ runs: members, accuracy }) =>
      members.length < 2 || accuracy === null
        ? []
        : [
            `${namesOf(comparison, members)}: mean ${percent(accuracy.mean)}${accuracy.interval === null ? '' : `, 95% interval ${accuracy.interval.map(percent).join(' to ')}`}`,
          ],
    ),
    ...comparison.tests.map((test) => testLine(comparison, test)),
  ];
}

function testLine(comparison: Comparison, { groups: [one, other], difference, note }: GroupTest): string {
  const members = (group: number): readonly number[] => comparison.groups[group]?.runs ?? [];
  const points = (100 * difference).toFixed(2);
  return `${namesOf(comparison, members(one))} less ${namesOf(comparison, members(other))}: ${points} points. ${note}`;
}

function namesOf({ runs }: Comparison, members: readonly number[]): string {
  return members.map((index) => runs[index]?.name ?? '').join(', ');
}
