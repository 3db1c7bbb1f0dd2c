/**
 * `npm run bench`: DenseLab and tfjs-layers in turn, each time in a new process. Writes docs/figures/bench.json and
 * bench.md, and fails when what is promised does not hold. Arguments: rounds, then steps of DenseLab's and of tfjs-layers'
 * rounds.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ALLOCATION } from '../../src-main/trainer/job.ts';
import { brokenPromises, summarise, toMarkdown } from './figures.ts';
import type { Figures } from './figures.ts';
import { BATCH } from './workload.ts';
import type { Measurement } from './workload.ts';

const [rounds = 5, ourSteps = 10, theirSteps = 2] = process.argv.slice(2).map(Number);
const FIGURES = join(process.cwd(), 'docs', 'figures');
/** A step of seconds on a busy machine must not be taken for a hang. */
const PATIENCE = 600_000;

/** @param environment what the contender's own program sets for itself, besides the threads that both get */
async function contend(
  entry: string,
  steps: number,
  environment: Readonly<Record<string, string>>,
): Promise<Measurement> {
  const cores = String(os.cpus().length);
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, entry), String(steps)], {
    env: {
      ...process.env,
      ...environment,
      TF_NUM_INTRAOP_THREADS: cores,
      TF_NUM_INTEROP_THREADS: cores,
      TF_CPP_MIN_LOG_LEVEL: '2',
    },
    timeout: PATIENCE,
    maxBuffer: 1e7,
  });
  return JSON.parse(stdout) as Measurement;
}

async function main(): Promise<void> {
  const before = os.loadavg()[0] ?? NaN;
  const [ours, theirs, tuned]: [Measurement[], Measurement[], Measurement[]] = [[], [], []];
  for (let round = 1; round <= rounds; round += 1) {
    const [us, them] = [
      await contend('denselab.cjs', ourSteps, ALLOCATION),
      await contend('tfjsLayers.cjs', theirSteps, {}),
    ];
    ours.push(us);
    theirs.push(them);
    tuned.push(await contend('tfjsLayers.cjs', theirSteps, ALLOCATION));
    const [fast, slow] = [Math.min(...us.milliseconds), Math.min(...them.milliseconds)];
    console.error(`round ${round} of ${rounds}: DenseLab ${fast.toFixed(0)} ms, tfjs-layers ${slow.toFixed(0)} ms`);
  }
  const [denselab, tfjs] = [summarise('DenseLab', ours), summarise('tfjs-layers', theirs)];
  const figures: Figures = {
    measuredAt: new Date().toISOString(),
    workload: `DenseNet-BC (L=40, k=12), batch ${String(BATCH)}, 32x32x3, float32: forward, backward, Nesterov momentum, weight decay`,
    machine: {
      processor: os.cpus()[0]?.model.trim() ?? os.arch(),
      cores: os.cpus().length,
      memoryBytes: os.totalmem(),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      node: process.versions.node,
      tensorflow: ours[0]?.tensorflow ?? 'unknown',
      load: [before, os.loadavg()[0] ?? NaN],
    },
    denselab,
    tfjs,
    tfjsHugePages: summarise('tfjs-layers, huge pages', tuned),
    timesFaster: {
      median: tfjs.medianMilliseconds / denselab.medianMilliseconds,
      minimum: tfjs.minimumMilliseconds / denselab.minimumMilliseconds,
    },
  };
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(join(FIGURES, 'bench.json'), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(FIGURES, 'bench.md'), toMarkdown(figures));
  console.log(toMarkdown(figures));
  for (const line of brokenPromises(figures)) {
    console.error(`bench: ${line}`);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
