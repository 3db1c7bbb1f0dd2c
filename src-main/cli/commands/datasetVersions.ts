/** `denselab datasets versions`, `edit`, `undo` and `export`. */

import path from 'node:path';
import type { DatasetDetail } from '../../contract/dataset.ts';
import type { DatasetExportFormat } from '../../contract/datasetVersion.ts';
import { readChoice } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { readEdit, EDIT_HELP } from '../datasetEdits.ts';
import { count, localTime } from '../format.ts';
import { table } from '../table.ts';

const FORMATS: readonly DatasetExportFormat[] = ['folder', 'npz'];

/** Lists the history of a dataset. */
export const versions: Command = {
  name: 'datasets versions',
  operands: ['NAME'],
  options: [],
  summary: 'List the versions of a dataset, and how each was made',
  async run({ args, output, parts, home }) {
    const detail = await (await parts.openDatasets(home)).show(args.operands[0] ?? '');
    output.result({ dataset: detail.name, versions: detail.versions }, () => versionTable(detail));
    return 0;
  },
};

/** Makes a new version. */
export const edit: Command = {
  name: 'datasets edit',
  operands: ['NAME', 'ACTION', 'VALUE...'],
  options: ['dataset-version', 'seed'],
  summary: 'Make a new version of a dataset; the one before stays, and no pixel is copied',
  details: EDIT_HELP,
  run: (call) =>
    owning(call, async () => {
      const { args, output, parts, home } = call;
      const [name = '', action = '', ...values] = args.operands;
      const store = await parts.openDatasets(home);
      const before = await store.show(name, args.number('dataset-version'));
      const made = readEdit(action, values, { detail: before, seed: args.number('seed') });
      const after = await store.edit(before.id, before.version, [made]);
      output.result(after, () => [`${after.name} has a new version.`, '', ...versionTable(after)]);
      return 0;
    }),
};

/** Deletes the latest version. */
export const undo: Command = {
  name: 'datasets undo',
  operands: ['NAME'],
  options: [],
  summary: 'Delete the latest version of a dataset, unless a run saw it',
  run: (call) =>
    owning(call, async () => {
      const { args, output, parts, home } = call;
      const store = await parts.openDatasets(home);
      const { id, version } = await store.show(args.operands[0] ?? '');
      const runs = parts.openRuns(home);
      try {
        const detail = await store.undoEdit(id, version, runs.versionsUsed(id));
        output.result(detail, () => [
          `Version ${String(version)} of ${detail.name} is gone.`,
          '',
          ...versionTable(detail),
        ]);
      } finally {
        runs.close();
      }
      return 0;
    }),
};

/** Writes a version for other software, or for an import elsewhere. */
export const exportDataset: Command = {
  name: 'datasets export',
  operands: ['NAME'],
  options: ['format', 'out', 'dataset-version'],
  summary: 'Write a dataset as a folder of PNG files, or as NumPy arrays',
  details: [
    '--format takes folder (SPLIT/CLASS/00042.png) or npz (x_train, y_train, ..., class_names).',
    'A folder of images takes --out itself when that is new or empty; else it is made inside, by the name of the dataset, as',
    'the file of arrays always is. Nothing is overwritten.',
  ],
  async run({ args, output, parts, home }) {
    const format = readChoice(args, 'format', FORMATS);
    const directory = path.resolve(args.required('out'));
    const cancelling = new AbortController();
    const stopListening = parts.onInterrupt(() => cancelling.abort());
    try {
      const store = await parts.openDatasets(home);
      const made = await store.export(args.operands[0] ?? '', args.number('dataset-version'), {
        format,
        directory,
        signal: cancelling.signal,
        onProgress: ({ done, total, rate }) =>
          output.status(`${count(done)} of ${count(total ?? done)} images, ${count(Math.round(rate))} a second`),
      });
      output.clearStatus();
      output.result({ format, path: made }, () => [`Wrote ${made}.`]);
      return 0;
    } finally {
      stopListening();
    }
  },
};

async function owning(call: Call, task: () => Promise<number>): Promise<number> {
  const owner = call.parts.takeOwnership(call.home);
  try {
    return await task();
  } finally {
    owner.release();
  }
}

function versionTable({ versions: all }: DatasetDetail): string[] {
  return table(
    [{ title: 'VERSION', align: 'right' }, { title: 'IMAGES', align: 'right' }, { title: 'MADE' }, { title: 'WHAT' }],
    all.map(({ number, images, createdAt, note }) => [String(number), count(images), localTime(createdAt), note]),
  );
}
