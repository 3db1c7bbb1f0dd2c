/** Run bundles: out of one data folder and into another, and what is refused. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readZipEntry } from '../../../src-main/datasets/archives/zip.ts';
import { exportRun } from '../../../src-main/exchange/exportRun.ts';
import { importRun, previewRuns } from '../../../src-main/exchange/importRuns.ts';
import { planModel, tensorsOf } from '../../../src-main/model/plan.ts';
import { runDirectory } from '../../../src-main/runs/directory.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { readCheckpoint, writeCheckpoint } from '../../../src-main/trainer/checkpoint.ts';
import { zipOf, type TestEntry } from '../../support/datasets/archives.ts';
import {
  buildEpoch,
  buildRun,
  buildStep,
  ENVIRONMENT,
  epochDone,
  SQLITE,
  started,
  steps,
  temporaryHome,
} from '../../support/runs.ts';
import { buildCheckpoint } from '../../support/trainer/checkpoints.ts';

const MANIFEST = 'denselab-run.json';
const CHECKPOINT = 'checkpoints/epoch-0003.safetensors';
const INPUT = { height: 8, width: 8, channels: 1 };

let one: ReturnType<typeof temporaryHome>;
let other: ReturnType<typeof temporaryHome>;
let from: RunStore;
let to: RunStore;
let file: string;

beforeEach(async () => {
  [one, other] = [temporaryHome(), temporaryHome()];
  [from, to] = [openRunStore(one.home, SQLITE), openRunStore(other.home, SQLITE)];
  file = path.join(one.home, 'first.denselab');
  trainedRun();
  await exported();
});

afterEach(() => {
  from.close();
  to.close();
  one.remove();
  other.remove();
});

/** A finished run with every kind of record. */
function trainedRun(): void {
  const run = buildRun({ forecast: { secondsPerEpoch: 2.5, source: 'calibrated' } });
  const { id } = from.create(run);
  from.recordEvent(id, started());
  from.recordEvent(id, steps(buildStep(1, { loss: Number.NaN }), ...[2, 3, 4, 5, 6].map((step) => buildStep(step))));
  for (const epoch of [1, 2, 3]) from.recordEvent(id, epochDone(buildEpoch(epoch)));
  const plan = planModel(run.model, INPUT, 2);
  const tensors = tensorsOf(plan).map(({ name, shape }, index) => {
    const size = shape.reduce((product, edge) => product * edge, 1);
    return { name, shape, data: Float32Array.from({ length: size }, (_, at) => Math.sin(index + at)) };
  });
  const dataset = {
    contentHash: run.dataset.contentHash,
    classNames: run.dataset.classNames,
    mean: [1],
    standardDeviation: [2],
  };
  const { description } = buildCheckpoint({ model: run.model, recipe: run.recipe, input: INPUT, dataset });
  const checkpoint = writeCheckpoint(runDirectory(one.home, id), { description, tensors });
  from.recordEvent(id, { event: 'checkpoint', checkpoint, removed: [] });
  from.recordEvent(id, { event: 'finished', test: { loss: Number.NaN, accuracy: 0.75 } });
  from.annotate(id, { notes: '# Why\n', tags: ['paper'] });
}

function exported(): Promise<number> {
  const source = {
    run: from.show(1),
    curves: from.curves(1, Infinity),
    directory: runDirectory(one.home, 1),
    denselab: '0.1.0',
  };
  return exportRun('bundle', file, source, true);
}

/** What the bundle holds under a name. */
async function entry(name: string): Promise<Buffer> {
  return (await readZipEntry(file, name, 1e6)) ?? Buffer.alloc(0);
}

/** The checkpoint as it was stored. */
function readStored(): Buffer {
  return readFileSync(path.join(runDirectory(one.home, 1), CHECKPOINT));
}

/** The entries of the bundle, of which some are changed, as a new bundle. */
async function tampered(
  change: (manifest: Record<string, unknown>) => unknown,
  ...more: readonly TestEntry[]
): Promise<void> {
  const description: Record<string, unknown> = JSON.parse((await entry(MANIFEST)).toString());
  const entries: TestEntry[] = [
    { name: MANIFEST, content: Buffer.from(JSON.stringify(change(description))) },
    { name: 'curves.csv', content: await entry('curves.csv') },
    { name: CHECKPOINT, content: readStored(), stored: true },
  ];
  const names = new Set(more.map(({ name }) => name));
  writeFileSync(file, zipOf([...entries.filter(({ name }) => !names.has(name)), ...more]));
}

describe('a run bundle', () => {
  it('says what it holds before it is imported', async () => {
    expect(await previewRuns([file], () => Promise.resolve(true))).toEqual([
      expect.objectContaining({
        kind: 'bundle',
        path: file,
        name: 'First look',
        datasetName: 'Shapes',
        datasetHere: true,
        checkpoints: 1,
      }),
    ]);
  });

  it('brings all of a run but its dataset to another data folder', async () => {
    const { id } = await importRun({ path: file }, { home: other.home, runs: to });
    const [before, after] = [from.show(1), to.show(id)];
    const kept = [
      'name',
      'model',
      'recipe',
      'parameters',
      'best',
      'last',
      'test',
      'notes',
      'tags',
      'checkpoints',
      'datasetHash',
      'forecast',
    ] as const;
    for (const key of kept) expect(after[key], key).toEqual(before[key]);
    expect(after).toMatchObject({
      status: 'imported',
      origin: 'bundle',
      datasetId: '',
      environment: ENVIRONMENT,
      source: file,
    });
    expect(to.curves(id, Infinity)).toEqual(from.curves(1, Infinity));
    const [record] = after.checkpoints;
    const checkpoint = readCheckpoint(path.join(runDirectory(other.home, id), record?.file ?? ''), record?.sha256);
    expect(checkpoint).toEqual(readCheckpoint(path.join(runDirectory(one.home, 1), CHECKPOINT)));
    expect(readdirSync(path.join(other.home, 'runs'))).toEqual(['0001']);
  });

  it('is not written over another file, nor of a run that is being trained', async () => {
    const source = {
      run: from.show(1),
      curves: from.curves(1),
      directory: runDirectory(one.home, 1),
      denselab: '0.1.0',
    };
    await expect(exportRun('bundle', file, source, false)).rejects.toMatchObject({
      failure: { code: 'output-exists' },
    });
    const run = { ...source.run, status: 'running' as const };
    await expect(exportRun('bundle', file, { ...source, run }, true)).rejects.toMatchObject({
      failure: { code: 'run-active' },
    });
  });

  it('is not written with a checkpoint that is damaged', async () => {
    const stored = path.join(runDirectory(one.home, 1), CHECKPOINT);
    const bytes = readFileSync(stored);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(stored, bytes);
    await expect(exported()).rejects.toMatchObject({ failure: { code: 'checkpoint-damaged' } });
  });
});

describe('a hostile bundle (hazards 17, 20, 21)', () => {
  const flipped = (): Uint8Array => {
    const bytes = Uint8Array.from(readStored());
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return bytes;
  };
  const cases: readonly [string, () => Promise<void> | void, string][] = [
    ['that is cut', () => writeFileSync(file, readFileSync(file).subarray(0, -200)), 'source-damaged'],
    ['of a newer version', () => tampered((manifest) => ({ ...manifest, version: 2 })), 'bundle-invalid'],
    ['with a field that nobody knows', () => tampered((manifest) => ({ ...manifest, run: 1 })), 'bundle-invalid'],
    [
      'whose weights were changed',
      () => tampered((manifest) => manifest, { name: CHECKPOINT, content: flipped(), stored: true }),
      'checkpoint-damaged',
    ],
    [
      'whose curves were changed',
      () => tampered((manifest) => manifest, { name: 'curves.csv', content: Buffer.from('step,loss\n1,2\n') }),
      'bundle-invalid',
    ],
    [
      'that writes outside',
      () => tampered((manifest) => manifest, { name: '../../outside', content: Buffer.from('x') }),
      'bundle-invalid',
    ],
    [
      'that names a checkpoint outside',
      () =>
        tampered((manifest) => ({
          ...manifest,
          checkpoints: [{ ...from.show(1).checkpoints[0], file: 'checkpoints/../../../x.safetensors' }],
        })),
      'bundle-invalid',
    ],
    [
      'that is a bomb',
      () => tampered((manifest) => manifest, { name: 'zeros', content: new Uint8Array(80 << 20) }),
      'source-unsupported',
    ],
  ];

  it('that names a checkpoint outside is told so, whatever lies there', async () => {
    const [record] = from.show(1).checkpoints;
    await tampered((manifest) => ({ ...manifest, checkpoints: [{ ...record, file: 'checkpoints/../x.safetensors' }] }));
    const importing = importRun({ path: file }, { home: other.home, runs: to });
    await expect(importing).rejects.toThrow('must be a checkpoint of a run');
  });

  it.each(cases)('%s is refused, and nothing of it stays', async (_title, make, code) => {
    await make();
    await expect(importRun({ path: file }, { home: other.home, runs: to })).rejects.toMatchObject({
      failure: { code },
    });
    expect(to.list()).toEqual([]);
    const left = existsSync(path.join(other.home, 'runs')) ? readdirSync(path.join(other.home, 'runs')) : [];
    expect(left).toEqual([]);
    expect(existsSync(path.join(other.home, 'outside'))).toBe(false);
  });
});
