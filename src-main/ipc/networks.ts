/** Answers about what trained networks give: predictions for image files, and exports. */

import { DenseLabError } from '../contract/errors.ts';
import type { DatasetDetail } from '../contract/dataset.ts';
import type { ExportFormat, RunJudgement } from '../contract/exchange.ts';
import type { RunDetail } from '../contract/run.ts';
import { exportNetwork, judgeRun, predictFiles, type NetworkParts } from '../inference/askNetwork.ts';
import { chooseCheckpoint, describeChoice } from '../inference/chooseCheckpoint.ts';
import { runDirectory } from '../runs/directory.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface NetworkHandlerParts extends NetworkParts {
  readonly home: string;
  readonly runs: { show(id: number): RunDetail };
  /** @throws DenseLabError `dataset-unknown`, `dataset-version-unknown`, `dataset-damaged` */
  readonly showDataset: (id: string, version: number) => Promise<Pick<DatasetDetail, 'name' | 'contentHash'>>;
  readonly datasetDirectory: (id: string) => string;
  /** The system's dialog for a new file, or for the folder of a SavedModel; null when it was closed. */
  readonly chooseOutput: (name: string) => Promise<string | null>;
  /** The system's dialog for image files; an empty list when it was closed. */
  readonly chooseImages: () => Promise<readonly string[]>;
  /** Shows a file in the system's file manager. */
  readonly showItem: (path: string) => void;
}

/** Judgements that are kept: a comparison needs two, and going back and forth should cost nothing. */
const MOST_JUDGED = 8;
/** Names of files: what a file system or a shell may take amiss becomes a hyphen. */
const AWKWARD = /[^\p{L}\p{N}._=()+-]+/gu;
const ENDINGS: Readonly<Record<ExportFormat, string>> = {
  savedmodel: '-savedmodel',
  onnx: '.onnx',
  safetensors: '.safetensors',
};

/** Handlers of `runs/predict`, `runs/chooseImages` and of exports. */
export function networkHandlers(parts: NetworkHandlerParts) {
  const { home, runs, showDataset, datasetDirectory, chooseOutput, chooseImages, showItem } = parts;
  const judged = new Map<string, RunJudgement>();
  // A page may write only where a person has said so.
  const chosen = new Set<string>();
  const requireChosen = (out: string): void => {
    if (chosen.has(out)) return;
    throw new DenseLabError('payload-invalid', `${out} was not chosen.`, 'Choose where to export to first.');
  };
  const bestOf = (id: number) => {
    const run = runs.show(id);
    const checkpoint = chooseCheckpoint(run);
    return { run, checkpoint, stored: { directory: runDirectory(home, id), checkpoint } };
  };
  return {
    'runs/chooseImages': () => chooseImages(),
    'runs/predict': async ({ id, paths }) => {
      const { run, checkpoint, stored } = bestOf(id);
      return { network: describeChoice(run, checkpoint), ...(await predictFiles(stored, paths, parts)) };
    },
    'runs/judge': async ({ id, split }) => {
      const { run, checkpoint, stored } = bestOf(id);
      const key = `${String(id)} ${checkpoint.sha256} ${split}`;
      const known = judged.get(key);
      if (known !== undefined) return known;
      const detail = await showDataset(run.datasetId, run.datasetVersion);
      if (detail.contentHash !== run.datasetHash) throw changedDataset(run.name, detail.name);
      const dataset = { directory: datasetDirectory(run.datasetId), version: run.datasetVersion };
      const judgement = {
        network: describeChoice(run, checkpoint),
        ...(await judgeRun(stored, dataset, split, parts)),
      };
      judged.set(key, judgement);
      for (const old of [...judged.keys()].slice(0, -MOST_JUDGED)) judged.delete(old);
      return judgement;
    },
    'runs/chooseExport': async ({ id, format }) => {
      const name = bestOf(id)
        .run.name.replace(AWKWARD, '-')
        .replace(/^[-.]+|-+$/g, '');
      const out = await chooseOutput(`${name === '' ? 'network' : name}${ENDINGS[format]}`);
      if (out !== null) chosen.add(out);
      return out;
    },
    'runs/export': async ({ id, format, out }) => {
      requireChosen(out);
      const { checkpoint, stored } = bestOf(id);
      return { out, bytes: await exportNetwork(stored, { format, out }, parts), epoch: checkpoint.epoch };
    },
    'runs/showExport': ({ out }) => {
      requireChosen(out);
      showItem(out);
      return null;
    },
  } satisfies Partial<Handlers>;
}

function changedDataset(run: string, dataset: string): DenseLabError {
  return new DenseLabError(
    'dataset-mismatch',
    `The dataset ${dataset} is not the one that ${run} saw: its content has changed.`,
    'Evaluate it on the command line with --dataset, to judge it on this one all the same.',
  );
}
