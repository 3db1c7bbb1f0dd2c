import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { runCommand } from '../support/commandLine.ts';

const home = mkdtempSync(path.join(tmpdir(), 'denselab-forecast-'));
const REQUEST = ['--dataset', 'Shapes-10', '--model', 'densenet-bc-22-12', '--limit', '640', '--epochs', '1'];
const forecastSchema = z.object({
  stepsPerEpoch: z.number(),
  memory: z.object({ bytes: z.number(), fits: z.boolean() }),
  time: z.object({ secondsPerEpoch: z.number(), source: z.string(), basis: z.string() }).nullable(),
});

async function asked(...words: readonly string[]): Promise<unknown> {
  const { status, stdout, stderr } = await runCommand(home, [...words, '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function foretold() {
  return forecastSchema.parse(await asked('forecast', ...REQUEST));
}

describe('a forecast', () => {
  beforeAll(async () => {
    await asked('datasets', 'add', 'sample:shapes', '--name', 'Shapes-10');
  }, 120_000);

  it('knows memory at once, time after a calibration, and better after a run of the same kind', async () => {
    const before = await foretold();
    expect(before.stepsPerEpoch).toBe(10);
    expect(before.memory.bytes).toBeGreaterThan(4e8);
    expect(before.time).toBeNull();

    const state = z.object({ stale: z.null(), fitError: z.number() }).parse(await asked('calibrate'));
    // The median of its own measurements: a busy machine blurs it, a broken fit loses it.
    expect(state.fitError).toBeLessThan(0.5);
    const calibrated = await foretold();
    expect(calibrated.time?.source).toBe('calibrated');

    await asked('train', ...REQUEST);
    const shown = z
      .object({ forecast: z.object({ source: z.string(), secondsPerEpoch: z.number() }) })
      .parse(await asked('runs', 'show', '1'));
    // The run keeps what was foretold when it was created.
    expect(shown.forecast).toEqual({ source: 'calibrated', secondsPerEpoch: calibrated.time?.secondsPerEpoch });
    const measured = await foretold();
    expect(measured.time).toMatchObject({ source: 'measured', basis: 'Run 1 on this machine' });
    // Foretold and measured speak of the same thing: wrong units would be off a thousandfold.
    const share = (calibrated.time?.secondsPerEpoch ?? 0) / (measured.time?.secondsPerEpoch ?? 1);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(5);
  }, 300_000);

  it('of a sweep is one of each of its runs: ten of the story, and nothing is queued', async () => {
    const sweep = ['--sweep', 'k=6,12', '--sweep', 'depth=22,40', '--beside', 'resnet-20', '--seeds', '1,2'];
    const plan = z
      .object({
        runs: z.array(z.object({ modelTitle: z.string() })),
        totals: z.object({ runs: z.number(), seconds: z.number() }),
      })
      .parse(await asked('queue', 'add', ...REQUEST, ...sweep, '--dry-run'));
    expect(plan.totals.runs).toBe(10);
    expect(new Set(plan.runs.map(({ modelTitle }) => modelTitle))).toEqual(
      new Set([
        'DenseNet-BC (L=22, k=6)',
        'DenseNet-BC (L=40, k=6)',
        'DenseNet-BC (L=22, k=12)',
        'DenseNet-BC (L=40, k=12)',
        'ResNet-20 (A)',
      ]),
    );
    expect(await asked('queue', 'list')).toMatchObject({ entries: [] });
  }, 60_000);

  it('is estimated once the calibration is of another machine, and says so', async () => {
    const file = path.join(home, 'calibration.json');
    const changed = readFileSync(file, 'utf8').replace(/"intraOpThreads":\d+/, '"intraOpThreads":1023');
    writeFileSync(file, changed);
    const other = forecastSchema.parse(
      await asked('forecast', ...REQUEST.map((word) => (word === 'densenet-bc-22-12' ? 'resnet-20' : word))),
    );
    expect(other.time?.source).toBe('estimated');
    expect(other.time?.basis).toContain('1023 threads');
  }, 60_000);
});
