/** `denselab datasets ...`. */

import { statSync } from 'node:fs';
import path from 'node:path';
import {
  SPLITS,
  type DatasetDetail,
  type DatasetList,
  type DatasetSummary,
  type ImportRequest,
  type Split,
} from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';

import type { ImportProgress } from '../../datasets/importing.ts';
import { usage } from '../arguments.ts';
import type { Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { CONVERSION_OPTIONS, readConversion } from '../conversion.ts';
import { edit, exportDataset, undo, versions } from './datasetVersions.ts';
import { count, duration, localTime, percent, shape } from '../format.ts';
import { facts, table } from '../table.ts';

/** Skipped files that are listed for a person; JSON has more. */
const SHOWN_SKIPPED = 10;

const add: Command = {
  name: 'datasets add',
  operands: ['PATH|sample:shapes...'],
  options: ['name', 'choose', ...CONVERSION_OPTIONS],
  summary: 'Import images: folders, tables, arrays, or the generated sample',
  details: [
    'PATH is a folder or a file, judged by what is in it: one folder of images per class (with train, test and val above it, or',
    'split by a seed); images beside a CSV that lists file and label; IDX files (MNIST, Fashion-MNIST, EMNIST, gzipped or not);',
    "CIFAR-10 and CIFAR-100, binary or Python version; SVHN's train_32x32.mat; .npz and .npy arrays of images and labels;",
    'Parquet files as the Hugging Face hub has them. Where several datasets are found, --choose names one of them.',
    'sample:shapes makes Shapes-10: ten classes of drawn shapes, 5,000 images to train and 1,000 to test.',
  ],
  run: addDataset,
};

const list: Command = {
  name: 'datasets list',
  operands: [],
  options: [],
  summary: 'List the datasets',
  async run({ output, parts, home }) {
    const found = await (await parts.openDatasets(home)).list();
    output.result(found, () => describeList(found));
    return 0;
  },
};

const show: Command = {
  name: 'datasets show',
  operands: ['NAME'],
  options: ['dataset-version'],
  summary: 'Show one dataset: classes, splits, statistics, duplicates, versions, skipped files',
  async run({ args, output, parts, home }) {
    const store = await parts.openDatasets(home);
    const name = args.operands[0] ?? '';
    const version = args.number('dataset-version');
    await store.show(name, version);
    output.status('Comparing all images; the next time their duplicates are known.');
    await store.findDuplicates(name, new AbortController().signal);
    const detail = await store.show(name, version);
    output.clearStatus();
    output.result(detail, () => describeDataset(detail));
    return 0;
  },
};

const remove: Command = {
  name: 'datasets remove',
  operands: ['NAME'],
  options: [],
  summary: 'Delete a dataset; what it was imported from stays',
  async run({ args, output, parts, home }) {
    const name = args.operands[0] ?? '';
    const owner = parts.takeOwnership(home);
    try {
      const store = await parts.openDatasets(home);
      await store.remove(name);
    } finally {
      owner.release();
    }
    output.result({ removed: name }, () => [`Removed the dataset ${name}.`]);
    return 0;
  },
};

/** The commands about datasets. */
export const datasets: readonly Command[] = [add, list, show, versions, edit, undo, exportDataset, remove];

async function addDataset({ args, output, parts, home }: Call): Promise<number> {
  const request = readRequest(args);
  const owner = parts.takeOwnership(home);
  const cancelling = new AbortController();
  const stopListening = parts.onInterrupt(() => {
    cancelling.abort();
  });
  try {
    const store = await parts.openDatasets(home);
    const dataset = await store.import(request, {
      signal: cancelling.signal,
      onProgress: (progress) => {
        output.status(describeProgress(progress));
      },
    });
    output.clearStatus();
    output.result(dataset, () => [`Imported ${dataset.name}.`, '', ...describeDataset(dataset)]);
    return 0;
  } finally {
    stopListening();
    owner.release();
  }
}

function readRequest(args: Arguments): ImportRequest {
  const [name, choice] = [args.text('name'), args.text('choose')];
  return {
    source: readSource(args.operands),
    conversion: readConversion(args),
    ...(name === undefined ? {} : { name }),
    ...(choice === undefined ? {} : { choice }),
  };
}

function readSource(sources: readonly string[]): ImportRequest['source'] {
  const sample = sources.find((source) => source.startsWith('sample:'));
  if (sample === undefined) return { kind: 'paths', paths: sources.map(existingPath) };
  if (sources.length > 1) throw usage(`${sample} stands alone.`, 'Import the paths with a call of their own.');
  if (sample === 'sample:shapes') return { kind: 'sample', sample: 'shapes' };
  throw usage(`There is no sample "${sample.slice('sample:'.length)}".`, 'Write sample:shapes.');
}

function existingPath(source: string): string {
  const absolute = path.resolve(source);
  if (statSync(absolute, { throwIfNoEntry: false }) !== undefined) return absolute;
  throw new DenseLabError(
    'path-missing',
    `There is no file or folder ${absolute}.`,
    'Check the path, or write sample:shapes for the generated sample.',
  );
}

function describeProgress({ title, done, total, skipped, rate, secondsLeft }: ImportProgress): string {
  const parts = [
    total === null
      ? `${count(done)} found`
      : `${count(done)} of ${count(total)} (${percent(done / Math.max(1, total))})`,
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
    ...(total === null ? [] : [`${count(Math.round(rate))}/s`]),
    ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return `${title}: ${parts.join(', ')}`;
}

function describeList({ datasets: found, damaged }: DatasetList): string[] {
  if (found.length + damaged.length === 0)
    return ['No datasets yet. Make one with: denselab datasets add sample:shapes'];
  const rows = found.map((dataset) => [
    dataset.name,
    sizeOf(dataset),
    String(dataset.classNames.length),
    ...SPLITS.map((split) => count(dataset.splits[split].images)),
    count(dataset.skippedCount),
    localTime(dataset.createdAt),
  ]);
  const lines = table(
    [
      { title: 'NAME' },
      { title: 'SIZE' },
      { title: 'CLASSES', align: 'right' },
      { title: 'TRAIN', align: 'right' },
      { title: 'VALIDATION', align: 'right' },
      { title: 'TEST', align: 'right' },
      { title: 'SKIPPED', align: 'right' },
      { title: 'IMPORTED' },
    ],
    rows,
  );
  return [...lines, ...damaged.map(({ id, failure }) => `${id}: ${failure.message} ${failure.action}`)];
}

function describeDataset(dataset: DatasetDetail): string[] {
  return [
    ...facts([
      ['Name', dataset.name],
      ['Id', dataset.id],
      ['Source', dataset.source],
      ['Images', `${count(dataset.images)} of ${sizeOf(dataset)}`],
      ['Conversion', dataset.conversion],
      ['Mean', dataset.mean.map((value) => value.toFixed(2)).join(', ')],
      ['Deviation', dataset.standardDeviation.map((value) => value.toFixed(2)).join(', ')],
      ['Skipped', count(dataset.skippedCount)],
      ['Imported', localTime(dataset.createdAt)],
      ['Version', versionText(dataset)],
      ['Hash', dataset.contentHash],
      ...SPLITS.flatMap((split) => splitFacts(dataset, split)),
      ...duplicateFacts(dataset),
    ]),
    '',
    ...classTable(dataset),
    ...skippedLines(dataset),
  ];
}

function versionText({ version, versions: all }: DatasetDetail): string {
  const note = all.find(({ number }) => number === version)?.note ?? '';
  return `${String(version)} of ${String(all.length)} (${note})`;
}

/** Balance and source sizes of a split that has images. */
function splitFacts({ statistics }: DatasetDetail, split: Split): [string, string][] {
  const { imbalance, sourceSizes, differentSizes } = statistics[split];
  if (imbalance === null) return [];
  const [commonest] = sourceSizes;
  const sizes =
    commonest === undefined
      ? ''
      : `; source images ${shape([commonest.height, commonest.width])}${differentSizes > 1 ? ` and ${count(differentSizes - 1)} other sizes` : ''}`;
  return [[`In ${split}`, `largest class ${imbalance.toFixed(2)} times the smallest${sizes}`]];
}

function duplicateFacts({ duplicates }: DatasetDetail): [string, string][] {
  if (duplicates === null) return [];
  const { exact, near } = duplicates;
  const told = ({ groups, surplus, acrossSplits }: typeof exact): string =>
    groups === 0
      ? 'none'
      : `${count(surplus)} in ${count(groups)} groups, ${count(acrossSplits)} of them across splits`;
  return [
    ['Exact duplicates', told(exact)],
    ['Near duplicates', told(near)],
  ];
}

function classTable({ classNames, splits }: DatasetSummary): string[] {
  const shown = SPLITS.filter((split) => splits[split].images > 0);
  const cell = (split: Split, index: number): string => count(splits[split].perClass[index] ?? 0);
  return table(
    [{ title: 'CLASS' }, ...shown.map((split) => ({ title: split.toUpperCase(), align: 'right' as const }))],
    [
      ...classNames.map((name, index) => [name, ...shown.map((split) => cell(split, index))]),
      ['all', ...shown.map((split) => count(splits[split].images))],
    ],
  );
}

function skippedLines({ skipped, skippedCount }: DatasetDetail): string[] {
  if (skippedCount === 0) return [];
  const shown = skipped.slice(0, SHOWN_SKIPPED);
  const more = skippedCount - shown.length;
  return [
    '',
    ...table(
      [{ title: 'SKIPPED' }, { title: 'WHY' }, { title: 'REMEDY' }],
      shown.map((file) => [file.path, file.reason, file.remedy]),
    ),
    ...(more > 0 ? [`and ${count(more)} more; --json lists them`] : []),
  ];
}

function sizeOf({ height, width, channels }: DatasetSummary): string {
  return shape([height, width, channels]);
}
