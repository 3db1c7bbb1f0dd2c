/** Answers about what trained networks say of whole splits: of one run, and of two against each other. */

import { contrastOf } from '../comparison/contrast.ts';
import type { DatasetDetail, Split } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { RunJudgement } from '../contract/exchange.ts';
import type { RunDetail } from '../contract/run.ts';
import { judgeRun, type NetworkParts } from '../inference/askNetwork.ts';
import { chooseCheckpoint, describeChoice } from '../inference/chooseCheckpoint.ts';
import { runDirectory } from '../runs/directory.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface JudgementHandlerParts extends Pick<NetworkParts, 'spawn' | 'runtime'> {
  readonly home: string;
  readonly runs: { show(id: number): RunDetail };
  /** @throws DenseLabError `dataset-unknown`, `dataset-version-unknown`, `dataset-damaged` */
  readonly showDataset: (id: string, version: number) => Promise<Pick<DatasetDetail, 'name' | 'contentHash'>>;
  readonly datasetDirectory: (id: string) => string;
}

/** Judgements that are kept: a comparison needs two, and going back and forth should cost nothing. */
const MOST_KEPT = 8;

/** Handlers of `runs/judge` and `runs/contrast`. */
export function judgementHandlers(parts: JudgementHandlerParts) {
  const { home, runs, showDataset, datasetDirectory } = parts;
  const kept = new Map<string, RunJudgement>();
  const judge = async (id: number, split: Split): Promise<RunJudgement> => {
    const run = runs.show(id);
    const checkpoint = chooseCheckpoint(run);
    const key = `${String(id)} ${checkpoint.sha256} ${split}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const detail = await showDataset(run.datasetId, run.datasetVersion);
    if (detail.contentHash !== run.datasetHash) throw changedDataset(run.name, detail.name);
    const stored = { directory: runDirectory(home, id), checkpoint };
    const dataset = { directory: datasetDirectory(run.datasetId), version: run.datasetVersion };
    const found = await judgeRun(stored, dataset, split, parts);
    const judgement = { network: describeChoice(run, checkpoint), ...found };
    kept.set(key, judgement);
    for (const old of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(old);
    return judgement;
  };
  return {
    'runs/judge': ({ id, split }) => judge(id, split),
    'runs/contrast': async ({ a, b, split }) => {
      const [one, other] = [runs.show(a), runs.show(b)];
      if (one.datasetHash !== other.datasetHash) throw differentData(one.name, other.name);
      // One after the other: each takes all cores.
      const first = await judge(a, split);
      return contrastOf(first, await judge(b, split));
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

function differentData(one: string, other: string): DenseLabError {
  return new DenseLabError(
    'dataset-mismatch',
    `${one} and ${other} saw different data, so their mistakes cannot be set against each other.`,
    'Choose two runs on the same version of a dataset.',
  );
}
