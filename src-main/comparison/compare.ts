/** Puts runs beside each other. */

import { costOf } from '../contract/comparison.ts';
import type { Comparison, ComparedRun, Cost, GroupTest, RunGroup } from '../contract/comparison.ts';
import type { EpochMetrics, RunDetail } from '../contract/run.ts';
import { differencesOf } from './differences.ts';
import { frontierOf } from './frontier.ts';
import { importanceOf } from './importance.ts';
import { metricsOf } from './metrics.ts';
import { configurationKey } from './settings.ts';
import { mean, spreadOf, welchTest } from './statistics.ts';

/** Groups beyond which tests of every pair would find differences by chance alone. */
const MOST_TESTED_GROUPS = 20;
/** Probability below which a difference is called more than chance, before it is corrected for the number of tests. */
const SIGNIFICANT = 0.05;

/** A run with its epochs. */
export interface RunWithEpochs {
  readonly run: RunDetail;
  readonly epochs: readonly EpochMetrics[];
}

/**
 * Compares runs.
 * @param random numbers in [0, 1) for the reorderings behind `importance`; seeded, so that a report repeats
 */
export function compareRuns(entries: readonly RunWithEpochs[], random: () => number): Comparison {
  const details = entries.map(({ run }) => run);
  const keys = details.map(configurationKey);
  const distinct = [...new Set(keys)];
  const runs = entries.map(({ run, epochs }, index) => comparedRun(run, epochs, distinct.indexOf(keys[index] ?? '')));
  const { differences, equal } = differencesOf(details);
  const groups = distinct.map((_, group): RunGroup => groupOf(runs, group));
  return {
    runs,
    equalSettings: equal,
    differences,
    groups,
    tests: testsOf(runs, groups),
    importance: importanceOf(differences, runs.map(accuracyOf), random),
    frontier: {
      parameters: frontier(runs, 'parameters'),
      multiplyAdds: frontier(runs, 'multiplyAdds'),
      trainSeconds: frontier(runs, 'trainSeconds'),
      memoryBytes: frontier(runs, 'memoryBytes'),
    },
  };
}

function comparedRun(run: RunDetail, epochs: readonly EpochMetrics[], group: number): ComparedRun {
  const { id, name, colour, status, modelTitle, datasetName, datasetVersion, heldOutSplit } = run;
  return {
    ...{ id, name, colour, status, modelTitle, datasetName, datasetVersion, heldOutSplit, group },
    parameters: run.parameters,
    multiplyAdds: run.multiplyAdds,
    epochs: run.epochs,
    epochsDone: run.epochsDone,
    stepsPerEpoch: run.stepsPerEpoch,
    batchSize: run.recipe?.batchSize ?? null,
    seed: run.recipe?.seed ?? null,
    metrics: metricsOf(run, epochs),
  };
}

/** What runs are judged by. */
function accuracyOf({ metrics }: ComparedRun): number | null {
  return metrics.heldOutAccuracy.best ?? metrics.testAccuracy.best;
}

function groupOf(runs: readonly ComparedRun[], group: number): RunGroup {
  const members = runs.flatMap((run, index) => (run.group === group ? [index] : []));
  return { runs: members, accuracy: spreadOf(accuraciesOf(runs, members), [0, 1]) };
}

function accuraciesOf(runs: readonly ComparedRun[], members: readonly number[]): readonly number[] {
  return members.flatMap((index) => {
    const run = runs[index];
    const accuracy = run === undefined ? null : accuracyOf(run);
    return accuracy === null ? [] : [accuracy];
  });
}

function frontier(runs: readonly ComparedRun[], cost: Cost): readonly number[] {
  return frontierOf(runs.map((run) => ({ accuracy: accuracyOf(run), cost: costOf(run, cost) })));
}

function testsOf(runs: readonly ComparedRun[], groups: readonly RunGroup[]): readonly GroupTest[] {
  const repeated = groups.flatMap((group, index) => {
    const values = accuraciesOf(runs, group.runs);
    return values.length < 2 ? [] : [{ index, values }];
  });
  if (repeated.length > MOST_TESTED_GROUPS) return [];
  const pairs = repeated.flatMap((one, position) => repeated.slice(position + 1).map((other) => [one, other] as const));
  return pairs.map(([one, other]): GroupTest => {
    const pValue = welchTest(one.values, other.values);
    const difference = mean(one.values) - mean(other.values);
    const smaller = Math.min(one.values.length, other.values.length);
    return { groups: [one.index, other.index], difference, pValue, note: noteOf(pValue, pairs.length, smaller) };
  });
}

/** The threshold is divided by the number of tests (Bonferroni). */
function noteOf(pValue: number | null, tests: number, seeds: number): string {
  const few = seeds < 5 ? ` With ${String(seeds)} seeds only large differences can show.` : '';
  if (pValue === null) return `The seeds give the same results, so there is nothing to test.${few}`;
  const among = tests === 1 ? '' : ` among ${String(tests)} comparisons`;
  if (pValue < SIGNIFICANT / tests) return `More than the seeds explain${among} (Welch's t-test).${few}`;
  return `Could be the seeds alone${among} (Welch's t-test).${few}`;
}
