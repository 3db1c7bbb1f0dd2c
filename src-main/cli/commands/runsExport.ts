/** `denselab runs export`. */

import path from 'node:path';
import { assertNever } from '../../contract/errors.ts';
import type { RunCurves, RunDetail } from '../../contract/run.ts';
import { toCurvesCsv } from '../../exchange/curves/csv.ts';
import { eventFileName, toEventFile } from '../../exchange/curves/tensorboard.ts';
import { placeOutput, type OutputFiles } from '../../exchange/output.ts';
import { readChoice, readRunId } from '../arguments.ts';
import type { Command } from '../command.ts';

/** What the curves of a run can become. */
const FORMATS = ['csv', 'tensorboard'] as const;

/** Only reads the data folder, so that it works while the app is open. */
export const runsExport: Command = {
  name: 'runs export',
  operands: ['ID'],
  options: ['format', 'out', 'force'],
  summary: 'Write the curves of a run for other software: CSV, TensorBoard',
  details: [
    '--format csv writes one line per step and one per epoch to the file --out. --format tensorboard makes the folder --out',
    'with an event file, for tensorboard --logdir. Every step is there, none is thinned away.',
  ],
  run({ args, output, parts, home }) {
    const id = readRunId(args.operands[0] ?? '');
    const format = readChoice(args, 'format', FORMATS);
    const out = path.resolve(args.required('out'));
    const reader = parts.readRuns(home);
    try {
      const run = reader.show(id);
      const curves = reader.curves(id, Number.POSITIVE_INFINITY);
      placeOutput(out, filesOf(run, curves, format), args.flag('force'));
      output.result({ run: id, format, out }, () => [`Wrote ${out}.`]);
      return 0;
    } finally {
      reader.close();
    }
  },
};

function filesOf(run: RunDetail, curves: RunCurves, format: (typeof FORMATS)[number]): OutputFiles {
  switch (format) {
    case 'csv':
      return { folder: false, entries: [{ name: '', chunks: [Buffer.from(toCurvesCsv(curves))] }] };
    case 'tensorboard': {
      const startedAt = Date.parse(run.startedAt ?? run.createdAt) / 1000;
      return { folder: true, entries: [{ name: eventFileName(run.id), chunks: toEventFile(curves, startedAt) }] };
    }
    default:
      return assertNever(format);
  }
}
