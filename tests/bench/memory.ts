/**
 * Measures the peak memory of training steps and writes docs/figures/memory.json and memory.md, which calibrate
 * `estimateMemory`. Each case is a process of its own: this program with the case's number as argument.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { PAPER_RECIPE, type TrainingRecipe } from '../../src-main/contract/recipe.ts';
import type { InputShape } from '../../src-main/contract/model.ts';
import { compileModel } from '../../src-main/graph/compile.ts';
import { activationElements, estimateMemory } from '../../src-main/model/memory.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName } from '../../src-main/model/presets.ts';
import { loadBinding } from '../../src-main/tensorflow/binding.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Tensor, int32Tensor, uint8Tensor } from '../../src-main/tensorflow/tensor.ts';
import { initialState } from '../../src-main/trainer/initialise.ts';
import { workerEnvironment } from '../../src-main/trainer/job.ts';
import { compileSettings } from '../../src-main/trainer/settings.ts';
import { writeState } from '../../src-main/trainer/state.ts';

const CLASSES = 10;
/** The third call still grows TensorFlow's pools a little; later ones do not. */
const STEPS = 6;

interface Case {
  readonly model: string;
  readonly size: number;
  readonly batch: number;
  readonly recomputation: boolean;
}

interface Measured extends Case {
  readonly peakBytes: number;
  readonly estimatedBytes: number;
}

const SMALL: readonly (readonly [string, number, number])[] = [
  ['densenet-bc-40-12', 32, 64],
  ['densenet-bc-40-12', 32, 256],
  ['densenet-40-12', 32, 64],
  ['densenet-bc-100-12', 32, 64],
  ['densenet121', 64, 32],
  ['densenet121', 128, 16],
];
const CASES: readonly Case[] = SMALL.flatMap(([model, size, batch]) =>
  [false, true].map((recomputation) => ({ model, size, batch, recomputation })),
);

function inputOf({ size }: Case): InputShape {
  return { height: size, width: size, channels: 3 };
}

function recipeOf({ batch, recomputation }: Case): TrainingRecipe {
  return { ...PAPER_RECIPE, batchSize: batch, recomputation };
}

/** In a process of its own: trains some steps on noise, and tells the most memory that it ever held, in bytes. */
function measure(each: Case): number {
  const plan = planModel(modelFromName(each.model), inputOf(each), CLASSES);
  const statistics = { mean: [128, 128, 128], standardDeviation: [64, 64, 64], classNames: [] };
  const compiled = compileModel(plan, compileSettings(recipeOf(each), statistics, []));
  const session = openSession(compiled.graph, undefined, 'CPU:0');
  writeState({ compiled, session }, initialState(plan, compiled.variables, 1));
  const { feeds, fetches } = compiled.train;
  const { batch, size } = each;
  const pixels = new Uint8Array(batch * size * size * 3).map((_, index) => (index * 131) & 255);
  for (let step = 0; step < STEPS; step += 1) {
    session.run(
      {
        [feeds.images]: uint8Tensor([batch, size, size, 3], pixels),
        [feeds.labels]: int32Tensor(
          [batch],
          Int32Array.from({ length: batch }, (_, index) => index % CLASSES),
        ),
        [feeds.learningRate]: float32Tensor([], [0.1]),
        [feeds.seed]: int32Tensor([2], [1, step]),
      },
      [fetches.loss, fetches.correct],
    );
  }
  // Kilobytes, as getrusage(2) tells them on Linux.
  return process.resourceUsage().maxRSS * 1024;
}

function measureApart(each: Case, index: number): Measured {
  const threads = { intraOp: cpus().length, interOp: Math.min(2, cpus().length) };
  const cacheDirectory = process.env['DENSELAB_CACHE'] ?? '';
  const env = { ...process.env, ...workerEnvironment({ threads, cacheDirectory, device: 'cpu' }) };
  const told = execFileSync(process.execPath, [process.argv[1] ?? '', String(index)], { encoding: 'utf8', env });
  const plan = planModel(modelFromName(each.model), inputOf(each), CLASSES);
  const { total } = estimateMemory(plan, recipeOf(each));
  const measured = { ...each, peakBytes: Number(told), estimatedBytes: Math.round(total) };
  process.stdout.write(
    `${JSON.stringify({ ...measured, ...activationElements(plan), parameters: plan.parameters })}\n`,
  );
  return measured;
}

function table(measured: readonly Measured[]): string {
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);
  const rows = measured.map(({ model, size, batch, recomputation, peakBytes, estimatedBytes }) => {
    const off = ((estimatedBytes / peakBytes - 1) * 100).toFixed(0);
    const cells = [model, `${String(size)}x${String(size)}`, String(batch), recomputation ? 'yes' : 'no'];
    return `| ${[...cells, gigabytes(peakBytes), gigabytes(estimatedBytes), `${off}%`].join(' | ')} |`;
  });
  return [
    '# Peak memory of training',
    '',
    `Written by \`npm run bench -- memory\`: ${String(STEPS)} steps in a process of its own, float32, stock kernels, TensorFlow ` +
      `${loadBinding().TF_Version}, ${String(cpus().length)} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}. GB are 10^9 bytes.`,
    '',
    '| model | input | batch | recomputed | peak GB | estimated GB | off |',
    '|---|---|--:|---|--:|--:|--:|',
    ...rows,
    '',
  ].join('\n');
}

const chosen = process.argv[2] === undefined ? undefined : CASES[Number(process.argv[2])];
if (chosen !== undefined) {
  process.stdout.write(String(measure(chosen)));
} else {
  const measured = CASES.map(measureApart);
  mkdirSync('docs/figures', { recursive: true });
  writeFileSync('docs/figures/memory.json', `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync('docs/figures/memory.md', table(measured));
}
