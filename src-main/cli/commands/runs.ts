/** `denselab runs ...`. */

import type { EpochMetrics, RunDetail, RunSummary } from '../../contract/run.ts';
import { recipeWords } from '../../contract/recipeWords.ts';
import type { RunReader } from '../../runs/reader.ts';
import { readRunId } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { count, duration, localTime, loss, percent } from '../format.ts';
import { facts, table } from '../table.ts';

const list: Command = {
  name: 'runs list',
  operands: [],
  options: [],
  summary: 'List the runs, newest first; also while the app is open',
  run: (call) =>
    reading(call, (reader) => {
      const runs = reader.list();
      call.output.result({ runs }, () => describeList(runs));
    }),
};

const show: Command = {
  name: 'runs show',
  operands: ['ID'],
  options: [],
  summary: 'Show one run: settings, epochs, result; with --json also its curves',
  run: (call) =>
    reading(call, (reader) => {
      const id = readRunId(call.args.operands[0] ?? '');
      const run = reader.show(id);
      const curves = reader.curves(id);
      call.output.result({ ...run, curves }, () => describeRun(run, curves.epochs));
    }),
};

/** The commands about runs. */
export const runs: readonly Command[] = [list, show];

function reading({ parts, home }: Call, read: (reader: RunReader) => void): number {
  const reader = parts.readRuns(home);
  try {
    read(reader);
    return 0;
  } finally {
    reader.close();
  }
}

function describeList(found: readonly RunSummary[]): string[] {
  if (found.length === 0) return ['No runs yet. Start one with: denselab train --dataset NAME --model MODEL'];
  return table(
    [
      { title: 'ID', align: 'right' },
      { title: 'STATUS' },
      { title: 'NAME' },
      { title: 'MODEL' },
      { title: 'DATASET' },
      { title: 'EPOCHS', align: 'right' },
      { title: 'BEST', align: 'right' },
      { title: 'LAST', align: 'right' },
      { title: 'CREATED' },
    ],
    found.map((run) => [
      String(run.id),
      run.status,
      run.name,
      run.modelTitle,
      run.datasetName,
      `${count(run.epochsDone)}/${count(run.epochs)}`,
      run.best === null ? '-' : percent(run.best.accuracy),
      run.last === null ? '-' : percent(run.last.heldOut.accuracy),
      localTime(run.createdAt),
    ]),
  );
}

function describeRun(run: RunDetail, epochs: readonly EpochMetrics[]): string[] {
  return [
    ...facts([
      ['Run', `${String(run.id)}: ${run.name}`],
      ['Status', run.status],
      ...(run.error === null ? [] : [['Why', `${run.error.message} ${run.error.action}`] as const]),
      ['Dataset', datasetText(run)],
      ['Model', modelText(run)],
      ...(run.source === null ? [] : [['From', run.source] as const]),
      ...(run.recipe === null ? [] : recipeWords(run.recipe).map(({ name, value }) => [name, value] as const)),
      ['Device', deviceText(run)],
      ['Started', localTime(run.startedAt)],
      ['Ended', localTime(run.endedAt)],
      ['Steps', stepsText(run)],
      ['Best', run.best === null ? '-' : `${percent(run.best.accuracy)} after epoch ${String(run.best.epoch)}`],
      ...earlyStop(run),
      ['Test', run.test === null ? '-' : `${percent(run.test.accuracy)}, loss ${loss(run.test.loss)}`],
    ]),
    ...(epochs.length === 0 ? [] : ['', ...epochTable(run, epochs)]),
  ];
}

/** Of a run that ended before its last epoch: when, and which weights were tested. */
function earlyStop({ status, epochs, epochsDone, best }: RunDetail): (readonly [string, string])[] {
  if (status !== 'finished' || epochsDone >= epochs || best === null) return [];
  return [
    ['Stopped early', `at epoch ${String(epochsDone)}, best epoch ${String(best.epoch)}: its weights are tested`],
  ];
}

function stepsText({ stepsDone, epochs, stepsPerEpoch, origin }: RunDetail): string {
  return origin === 'log' ? count(stepsDone) : `${count(stepsDone)} of ${count(epochs * stepsPerEpoch)}`;
}

function modelText({ modelTitle, parameters, multiplyAdds }: RunDetail): string {
  if (parameters === null || multiplyAdds === null) return modelTitle;
  return `${modelTitle}, ${count(parameters)} parameters, ${count(multiplyAdds)} multiply-adds`;
}

function datasetText({ datasetName, datasetId, datasetVersion, datasetHash, classNames }: RunDetail): string {
  if (datasetName === '') return 'not known';
  const here = datasetId === '' && datasetHash !== '' ? ', not here' : '';
  return `${datasetName} (version ${String(datasetVersion)}, ${count(classNames.length)} classes${here})`;
}

function deviceText({ environment }: RunDetail): string {
  if (environment === null) return '-';
  const { device, deviceReason, intraOpThreads, tensorflow } = environment;
  const why = deviceReason === undefined ? '' : ` (${deviceReason})`;
  return `${device}, ${String(intraOpThreads)} threads, TensorFlow ${tensorflow}${why}`;
}

function epochTable({ heldOutSplit }: RunDetail, epochs: readonly EpochMetrics[]): string[] {
  const judged = heldOutSplit.toUpperCase();
  return table(
    [
      { title: 'EPOCH', align: 'right' },
      { title: 'TRAIN LOSS', align: 'right' },
      { title: 'TRAIN', align: 'right' },
      { title: `${judged} LOSS`, align: 'right' },
      { title: judged, align: 'right' },
      { title: 'RATE', align: 'right' },
      { title: 'IMAGES/S', align: 'right' },
      { title: 'TIME', align: 'right' },
    ],
    epochs.map((epoch) => [
      String(epoch.epoch),
      loss(epoch.train.loss),
      percent(epoch.train.accuracy),
      loss(epoch.heldOut.loss),
      percent(epoch.heldOut.accuracy),
      String(Number(epoch.learningRate.toPrecision(3))),
      count(Math.round(epoch.imagesPerSecond)),
      duration(epoch.trainSeconds + epoch.evaluationSeconds),
    ]),
  );
}
