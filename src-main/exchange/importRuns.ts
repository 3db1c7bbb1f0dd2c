/** Runs from files: bundles of other data folders, and logs of other software. */

import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import type { LogFormat, LogRoles, RunFile, RunImport } from '../contract/exchange.ts';
import type { RunCurves, RunDetail } from '../contract/run.ts';
import type { ForeignRun } from '../runs/runTable.ts';
import type { RunStore } from '../runs/store.ts';
import { openBundle, readManifest } from './bundles/read.ts';
import type { Manifest } from './bundles/manifest.ts';
import { curvesOf } from './logs/curvesOf.ts';
import { findLogs, readLog } from './logs/find.ts';
import { summaryOf, type Log } from './logs/log.ts';
import { guessRoles } from './logs/roles.ts';
import { isZip } from './zipSniff.ts';

/** What wrote a log, as the model of its run is told. */
const TITLES: Readonly<Record<LogFormat, string>> = { tensorboard: 'TensorBoard log', csv: 'CSV log' };
const LONGEST_NAME = 120;

/**
 * What the given files and folders could become; empty where nothing of them is a run. Stores nothing.
 * @param isHere whether a dataset with this content is in the data folder
 * @throws DenseLabError `path-missing`, `bundle-invalid`, `source-damaged`
 */
export async function previewRuns(
  paths: readonly string[],
  isHere: (contentHash: string) => Promise<boolean>,
): Promise<readonly RunFile[]> {
  const found: RunFile[] = [];
  for (const path of paths) {
    await requireThere(path);
    const manifest = (await isZip(path)) ? await readManifest(path) : null;
    if (manifest !== null) found.push(await bundleFile(path, manifest, isHere));
    else if (!(await isZip(path))) for (const log of await findLogs(path)) found.push(logFile(await readLog(log)));
  }
  return found;
}

/**
 * Stores one run.
 * @param home the data folder, which the caller owns
 * @throws DenseLabError as `previewRuns` and `openBundle`; `format-unknown`, `log-empty`; `disk-full`; nothing is left of the run then
 */
export async function importRun(
  { path, name, roles }: RunImport,
  { home, runs }: { readonly home: string; readonly runs: Pick<RunStore, 'adopt'> },
): Promise<RunDetail> {
  await requireThere(path);
  if (!(await isZip(path))) {
    const log = await readLog(await logOf(path));
    const curves = curvesOf(log, rolesOf(log, roles));
    requireCurves(log, curves);
    return runs.adopt(foreignOfLog(log, curves, name), curves, () => Promise.resolve([]));
  }
  const parent = join(home, 'runs');
  await mkdir(parent, { recursive: true });
  const bundle = await openBundle(path, parent);
  try {
    return await runs.adopt(foreignOfBundle(path, bundle.manifest, name), bundle.curves, (to) => bundle.place(to));
  } finally {
    await bundle.close();
  }
}

async function bundleFile(
  path: string,
  { run, dataset, checkpoints, exportedAt }: Manifest,
  isHere: (contentHash: string) => Promise<boolean>,
): Promise<RunFile> {
  const { name, modelTitle, epochs } = run;
  return {
    ...{ kind: 'bundle', path: resolve(path), bytes: (await stat(path)).size, name, modelTitle, epochs, exportedAt },
    datasetName: dataset.name,
    datasetHere: dataset.contentHash !== '' && (await isHere(dataset.contentHash)),
    checkpoints: checkpoints.length,
  };
}

function logFile(log: Log): RunFile {
  const { path, format, name, damage, series } = log;
  return { kind: 'log', path, format, name, damage, series: series.map(summaryOf), roles: guessRoles(series) };
}

/** The one log at a path. */
async function logOf(path: string): Promise<string> {
  const found = await findLogs(path);
  const [only] = found;
  if (only !== undefined && (found.length === 1 || found.includes(resolve(path)))) {
    return found.includes(resolve(path)) ? resolve(path) : only;
  }
  throw new DenseLabError(
    'format-unknown',
    only === undefined ? `${path} is no run bundle and no log.` : `${path} holds ${String(found.length)} logs.`,
    only === undefined
      ? 'Give a .denselab file, TensorBoard event files, or the CSV log of Keras, Lightning or DenseLab.'
      : `Choose one of them, say ${only}.`,
  );
}

function rolesOf({ series, path }: Log, chosen: LogRoles | undefined): LogRoles {
  const tags = new Set(series.map(({ tag }) => tag));
  const unknown = Object.values(chosen ?? {}).find((tag) => !tags.has(tag));
  if (unknown === undefined) return chosen ?? guessRoles(series);
  throw new DenseLabError('usage', `${path} has no series ${unknown}.`, `It has ${[...tags].slice(0, 12).join(', ')}.`);
}

function requireCurves({ path }: Log, { steps, epochs }: RunCurves): void {
  if (steps.step.length > 0 || epochs.length > 0) return;
  throw new DenseLabError(
    'log-empty',
    `No series of ${path} is taken for a loss or an accuracy.`,
    'Say which series is which, and import it again.',
  );
}

function foreignOfLog(log: Log, { steps, epochs }: RunCurves, name: string | undefined): ForeignRun {
  const last = epochs.at(-1);
  const times = log.series.map(({ time }) => time.at(-1) ?? Number.NaN).filter(Number.isFinite);
  return {
    name: (name ?? log.name).slice(0, LONGEST_NAME),
    dataset: { id: '', name: '', version: 0, contentHash: '', classNames: [] },
    heldOutSplit: log.series.some(({ tag }) => /val/i.test(tag)) ? 'validation' : 'test',
    ...{ model: null, modelTitle: TITLES[log.format], recipe: null, parameters: null, multiplyAdds: null },
    epochs: last?.epoch ?? 0,
    stepsPerEpoch:
      last === undefined ? 0 : Math.max(1, Math.round(Math.max(last.step, steps.step.at(-1) ?? 0) / last.epoch)),
    ...{ deviceWish: null, environment: null, test: null, error: null, notes: '', tags: [], forecast: null },
    startedAt: isoOf(log.startedAt),
    endedAt: times.length === 0 ? null : isoOf(Math.max(...times)),
    origin: 'log',
    source: log.path,
  };
}

function isoOf(seconds: number): string | null {
  return Number.isFinite(seconds) && Math.abs(seconds) < 8e12 ? new Date(1000 * seconds).toISOString() : null;
}

function foreignOfBundle(path: string, { run, dataset }: Manifest, name: string | undefined): ForeignRun {
  const { test, origin } = run;
  const { name: datasetName, version, contentHash, classNames } = dataset;
  return {
    ...run,
    name: name ?? run.name,
    origin: origin === 'here' ? 'bundle' : origin,
    source: resolve(path),
    dataset: { id: '', name: datasetName, version, contentHash, classNames },
    test: test === null ? null : { loss: test.loss ?? Number.NaN, accuracy: test.accuracy ?? Number.NaN },
  };
}

async function requireThere(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null) return;
  throw new DenseLabError(
    'path-missing',
    `There is nothing at ${path}.`,
    `Check the path; its folder is ${dirname(path)}.`,
  );
}
