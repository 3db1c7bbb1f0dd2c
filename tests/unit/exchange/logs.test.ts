/** Logs that real software wrote (tests/fixtures/logs/make.py), and what is made of damaged ones. */

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunCurves } from '../../../src-main/contract/run.ts';
import { toCurvesCsv } from '../../../src-main/exchange/curves/csv.ts';
import { eventFileName, toEventFile } from '../../../src-main/exchange/curves/tensorboard.ts';
import { curvesOf } from '../../../src-main/exchange/logs/curvesOf.ts';
import { findLogs, readLog } from '../../../src-main/exchange/logs/find.ts';
import { guessRoles } from '../../../src-main/exchange/logs/roles.ts';
import { buildEpoch } from '../../support/runs.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/logs');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-logs-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function read(file: string) {
  const log = await readLog(file);
  const roles = guessRoles(log.series);
  return { log, roles, curves: curvesOf(log, roles) };
}

const CURVES: RunCurves = {
  steps: {
    step: [1, 2, 3, 4, 5],
    loss: [2.5, Number.NaN, 1.25, Number.POSITIVE_INFINITY, 1 / 3],
    learningRate: [0.1, 0.1, 0.01, 0.01, 0.01],
    gradientNorm: [1, Number.NaN, 0.5, 0.5, 0.1],
  },
  epochs: [
    buildEpoch(1, { step: 2, trainSeconds: 8.25, evaluationSeconds: 2, residentBytes: 1_234_567 }),
    buildEpoch(2, { step: 4, learningRate: 0.01, heldOut: { loss: Number.NaN, accuracy: 1 / 3 } }),
  ],
};

describe('a table of DenseLab', () => {
  it('comes back as the same curves, bit for bit', async () => {
    const file = path.join(folder, 'curves.csv');
    writeFileSync(file, toCurvesCsv(CURVES));
    expect(await findLogs(folder)).toEqual([]);
    expect(await findLogs(file)).toEqual([file]);
    expect((await read(file)).curves).toEqual(CURVES);
  });
});

describe('event files', () => {
  it('of Keras are one run: tensors of train/ and validation/, their histograms left out', async () => {
    expect(await findLogs(path.join(FIXTURES, 'keras'))).toEqual([path.join(FIXTURES, 'keras')]);
    const { log, roles, curves } = await read(path.join(FIXTURES, 'keras'));
    expect(log.damage).toEqual([]);
    expect(log.series.some(({ tag }) => tag.includes('kernel'))).toBe(false);
    expect(roles).toMatchObject({ trainLoss: 'train/epoch_loss', heldOutAccuracy: 'validation/epoch_accuracy' });
    const table = await read(path.join(FIXTURES, 'keras.csv'));
    expect(curves.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([1, 2, 3, 4].map((epoch) => [epoch, epoch]));
    for (const [index, epoch] of curves.epochs.entries()) {
      const other = table.curves.epochs[index];
      expect(epoch.heldOut.loss).toBeCloseTo(other?.heldOut.loss ?? 0, 6);
      expect(epoch.train.accuracy).toBeCloseTo(other?.train.accuracy ?? 0, 6);
      expect(epoch.trainSeconds).toBeGreaterThan(0);
    }
  });

  it('of torch: steps from 1, percent as shares, the rate that holds, epochs as they are counted', async () => {
    const { roles, curves } = await read(path.join(FIXTURES, 'torch'));
    expect(roles).toMatchObject({
      stepLoss: 'Loss/train',
      heldOutLoss: 'Loss/val',
      learningRate: 'lr-SGD',
      epoch: 'epoch',
    });
    expect(curves.steps.step).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(curves.steps.loss[3]).toBeCloseTo(0.5, 6);
    expect(curves.steps.learningRate[11]).toBeCloseTo(0.01, 6);
    expect(curves.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 4],
      [2, 8],
      [3, 12],
    ]);
    expect(curves.epochs[2]?.heldOut.accuracy).toBeCloseTo(0.71, 6);
  });

  it('of DenseLab come back, as exactly as their 32 bits are', async () => {
    const file = path.join(folder, eventFileName(1));
    writeFileSync(file, Buffer.concat(toEventFile(CURVES, 1000)));
    const { curves } = await read(folder);
    expect(curves.steps.step).toEqual(CURVES.steps.step);
    expect(curves.steps.loss).toEqual(CURVES.steps.loss.map(Math.fround));
    expect(curves.epochs[1]).toMatchObject({ epoch: 2, step: 4, trainSeconds: 8, evaluationSeconds: 1 });
  });

  it('that are damaged lose what is damaged, which is named by its place, and nothing else', async () => {
    const [name = ''] = readdirSync(path.join(FIXTURES, 'torch'));
    const bytes = readFileSync(path.join(FIXTURES, 'torch', name));
    const records = toEventFile(CURVES, 1000);
    const at = records[0]?.length ?? 0;
    const ours = Buffer.concat(records);
    // The content of the first step, then the length of the second one.
    ours[at + 30] = (ours[at + 30] ?? 0) ^ 0xff;
    const second = at + (records[1]?.length ?? 0);
    ours[second + 2] = (ours[second + 2] ?? 0) ^ 0xff;
    const file = path.join(folder, 'events.out.tfevents.1');
    writeFileSync(file, ours);
    const { log, curves } = await read(file);
    expect(log.damage).toEqual([
      `The record at byte ${String(at)} is damaged: its checksum is wrong.`,
      expect.stringMatching(new RegExp(`^Bytes ${String(second)} to \\d+ are damaged\\.$`)),
    ]);
    expect(curves.steps.step).toEqual([3, 4, 5]);
    expect(curves.epochs).toHaveLength(2);
    writeFileSync(file, bytes.subarray(0, bytes.length - 5));
    expect((await read(file)).log.damage).toEqual([expect.stringContaining('as a file that is still written does')]);
  });

  it('of several runs are several', async () => {
    const [name = ''] = readdirSync(path.join(FIXTURES, 'torch'));
    for (const run of ['a', 'b/train', 'b/val']) {
      mkdirSync(path.join(folder, run), { recursive: true });
      copyFileSync(path.join(FIXTURES, 'torch', name), path.join(folder, run, name));
    }
    expect(await findLogs(folder)).toEqual([path.join(folder, 'a'), path.join(folder, 'b')]);
  });
});

describe('tables', () => {
  it('of Lightning: rows of steps and of epochs apart', async () => {
    const top = path.join(FIXTURES, 'lightning');
    const [file = ''] = await findLogs(top);
    expect(file).toBe(path.join(top, 'version_0/metrics.csv'));
    const { log, roles, curves } = await read(file);
    expect(log.name).toBe('version_0');
    expect(roles).toMatchObject({
      stepLoss: 'train_loss_step',
      trainLoss: 'train_loss_epoch',
      heldOutAccuracy: 'val_acc',
    });
    expect(curves.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(curves.epochs[1]?.train.loss).toBeCloseTo(1.2 / 8);
  });

  it.each([
    ['of images and their classes', 'file,label\na.png,cat\n'],
    ['of measurements that nobody learnt from', 'step,temperature\n1,20\n2,21\n'],
    ['whose loss is words', 'epoch,loss\n1,high\n'],
  ])('%s are no logs', async (_title, text) => {
    const file = path.join(folder, 'metrics.csv');
    writeFileSync(file, text);
    expect(await findLogs(file)).toEqual([]);
  });
});
