/** `denselab runs export`. */

import path from 'node:path';
import { RUN_EXPORT_FORMATS } from '../../contract/exchange.ts';
import { exportRun } from '../../exchange/exportRun.ts';
import { runDirectory } from '../../runs/directory.ts';
import { readChoice, readRunId } from '../arguments.ts';
import type { Command } from '../command.ts';

/** Only reads the data folder, so that it works while the app is open. */
export const runsExport: Command = {
  name: 'runs export',
  operands: ['ID'],
  options: ['format', 'out', 'force'],
  summary: 'Write a run for another DenseLab, or its curves for other software: bundle, CSV, TensorBoard',
  details: [
    '--format bundle writes one file (.denselab) with settings, notes, all curves, the best and the last checkpoint, and the hash of',
    'the dataset, whose images stay here. --format csv writes one line per step and one per epoch to the file --out. --format',
    'tensorboard makes the folder --out with an event file, for tensorboard --logdir. Every step is there, none is thinned away.',
  ],
  async run({ args, output, parts, home }) {
    const id = readRunId(args.operands[0] ?? '');
    const format = readChoice(args, 'format', RUN_EXPORT_FORMATS);
    const out = path.resolve(args.required('out'));
    const reader = parts.readRuns(home);
    try {
      const [run, curves] = [reader.show(id), reader.curves(id, Number.POSITIVE_INFINITY)];
      const source = { run, curves, directory: runDirectory(home, id), denselab: parts.version };
      const bytes = await exportRun(format, out, source, args.flag('force'));
      output.result({ run: id, format, out, bytes }, () => [`Wrote ${out}.`]);
      return 0;
    } finally {
      reader.close();
    }
  },
};
