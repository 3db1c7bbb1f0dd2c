/** `denselab evaluate`. */

import { SPLITS, type Split } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { Evaluation } from '../../contract/exchange.ts';
import type { RunDetail } from '../../contract/run.ts';
import { openDatasetReader, type DatasetReader } from '../../datasets/reader.ts';
import { findByContent } from '../../experiments/linkDatasets.ts';
import { evaluationOf, judgeSplit } from '../../inference/evaluate.ts';
import { usage } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { count, loss, percent } from '../format.ts';
import { table } from '../table.ts';
import { readRun, withNetwork } from '../trainedNetwork.ts';

/** Judges a run's network on a split. */
export const evaluate: Command = {
  name: 'evaluate',
  operands: ['ID'],
  options: ['split', 'dataset', 'dataset-version', 'checkpoint', 'device'],
  summary: "Judge a run's network on a split, class by class",
  details: [
    'On the dataset of the run, or on the one of --dataset, with the best checkpoint by held-out accuracy. With --json: epoch,',
    'device, accuracy, loss, perClass, and confusion (rows are true classes, columns predicted ones).',
  ],
  async run(call) {
    const run = readRun(call);
    const split = SPLITS.find((each) => each === (call.args.text('split') ?? 'test'));
    if (split === undefined) throw usage('The option --split takes train, validation or test.', 'Write --split test.');
    const reader = await openData(call, run);
    return withNetwork(call, run, ({ network, checkpoint }) => {
      const { classNames } = network.description.dataset;
      const evaluation = evaluationOf(judgeSplit(network, reader, split), classNames);
      const { epoch } = checkpoint;
      const used = { run: run.id, epoch, device: network.device.name, split };
      call.output.result({ ...used, ...evaluation }, () => lines(evaluation, split));
      return 0;
    });
  },
};

async function openData({ args, parts, home }: Call, run: RunDetail): Promise<DatasetReader> {
  const datasets = await parts.openDatasets(home);
  const own = run.datasetId === '' ? await findByContent(datasets, run.datasetHash) : seenBy(run);
  const wanted = args.text('dataset') ?? own?.id;
  if (wanted === undefined) throw noDataset(run);
  const version = args.number('dataset-version') ?? (args.text('dataset') === undefined ? own?.version : undefined);
  const detail = await datasets.show(wanted, version);
  if (!isOther(args) && detail.contentHash !== run.datasetHash) {
    throw new DenseLabError(
      'dataset-mismatch',
      `The dataset ${detail.name} is not the one that run ${String(run.id)} saw: its content has changed.`,
      'Add --dataset NAME to judge it on this one all the same.',
    );
  }
  return openDatasetReader(datasets.directoryOf(detail.id), detail.version);
}

function seenBy({ datasetId, datasetVersion }: RunDetail): { readonly id: string; readonly version: number } {
  return { id: datasetId, version: datasetVersion };
}

function noDataset({ id, datasetName }: RunDetail): DenseLabError {
  return datasetName === ''
    ? usage(`Run ${String(id)} was imported and has no dataset.`, 'Add --dataset NAME.')
    : new DenseLabError(
        'dataset-unknown',
        `Run ${String(id)} was imported, and its dataset ${datasetName} is not here.`,
        'Import that dataset, or add --dataset NAME to judge it on another.',
      );
}

/** Whether other images are asked for than the run saw. */
function isOther(args: Call['args']): boolean {
  return args.text('dataset') !== undefined || args.number('dataset-version') !== undefined;
}

function lines({ images, accuracy, loss: mean, perClass }: Evaluation, split: Split): string[] {
  return [
    `${percent(accuracy)} of ${count(images)} ${split} images right, loss ${loss(mean)}`,
    '',
    ...table(
      [{ title: 'CLASS' }, ...['IMAGES', 'RECALL', 'PRECISION'].map((title) => ({ title, align: 'right' }) as const)],
      perClass.map((score) => [
        score.class,
        count(score.images),
        score.recall === null ? '-' : percent(score.recall),
        score.precision === null ? '-' : percent(score.precision),
      ]),
    ),
  ];
}
