/**
 * Measures the peak memory of training steps and writes docs/figures/memory.json and memory.md, which calibrate
 * `estimateMemory`. Each case is a process of its own: this program with the case's number as argument. With `stored` it holds the
 * estimate of now against what was measured before.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { PAPER_RECIPE, type TrainingRecipe } from '../../src-main/contract/recipe.ts';
import type { InputShape } from '../../src-main/contract/model.ts';
import type { Kernels, Precision } from '../../src-main/contract/run.ts';
import { compileModel } from '../../src-main/graph/compile.ts';
import { activationElements, estimateMemory } from '../../src-main/model/memory.ts';
import type { Way } from '../../src-main/model/recomputation.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { modelFromName } from '../../src-main/model/presets.ts';
import { loadBinding } from '../../src-main/tensorflow/binding.ts';
import { loadBlockKernels } from '../../src-main/tensorflow/blockKernels.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Tensor, int32Tensor, noiseImages } from '../../src-main/tensorflow/tensor.ts';
import { evaluationBatch } from '../../src-main/model/evaluationBatch.ts';
import { initialState } from '../../src-main/trainer/initialise.ts';
import { workerEnvironment } from '../../src-main/trainer/job.ts';
import { compileSettings } from '../../src-main/trainer/settings.ts';
import { writeState } from '../../src-main/trainer/state.ts';

const FIGURES = 'docs/figures/memory.json';
const CLASSES = 10;
/** The third call still grows TensorFlow's pools a little; later ones do not. */
const STEPS = 4;

interface Case {
  readonly model: string;
  readonly size: number;
  readonly batch: number;
  readonly recomputation: boolean;
  readonly kernels: Kernels;
  readonly precision: Precision;
}

interface Measured extends Case {
  readonly peakBytes: number;
  readonly estimatedBytes: number;
}

type Short = readonly [model: string, size: number, batch: number];

/** In every way to compute, kept and recomputed. */
const DENSE: readonly Short[] = [
  ['densenet-bc-40-12', 32, 64],
  ['densenet-40-12', 32, 64],
  ['densenet-bc-100-12', 32, 64],
  ['densenet121', 64, 32],
];
/** Kept alone; the last ones train so few images at once that an evaluation needs more. */
const KEPT: readonly Short[] = [
  ['densenet-bc-40-12', 32, 256],
  ['densenet-bc-22-24', 28, 64],
  ['densenet121', 128, 16],
  ['densenet-40-12', 32, 4],
  ['densenet121', 224, 2],
];
const RESIDUAL: readonly Short[] = [
  ['resnet-20', 32, 128],
  ['resnet-56', 32, 64],
  ['wide-resnet-16-4', 32, 32],
];
const NATIVE: readonly Way[] = [
  { kernels: 'block', precision: 'float32' },
  { kernels: 'block', precision: 'bfloat16' },
];
const STOCK: readonly Way[] = [
  { kernels: 'stock', precision: 'float32' },
  { kernels: 'stock', precision: 'bfloat16' },
];
const CASES: readonly Case[] = [
  ...casesOf(DENSE, [...NATIVE, ...STOCK], [false, true]),
  ...casesOf(KEPT, [...NATIVE, ...STOCK], [false]),
  ...casesOf(RESIDUAL, STOCK, [false]),
];

function casesOf(shorts: readonly Short[], ways: readonly Way[], manners: readonly boolean[]): readonly Case[] {
  return shorts.flatMap(([model, size, batch]) =>
    ways.flatMap((way) => manners.map((recomputation) => ({ model, size, batch, recomputation, ...way }))),
  );
}

function inputOf({ size }: Case): InputShape {
  return { height: size, width: size, channels: 3 };
}

function recipeOf({ batch, recomputation }: Case): TrainingRecipe {
  return { ...PAPER_RECIPE, batchSize: batch, recomputation };
}

/** In a process of its own: trains some steps on noise, evaluates a batch, and tells the most memory that it ever held, in bytes. */
function measure(each: Case): number {
  const plan = planModel(modelFromName(each.model), inputOf(each), CLASSES);
  if (each.kernels === 'block') loadBlockKernels(process.env['DENSELAB_CACHE'] ?? '');
  const statistics = { mean: [128, 128, 128], standardDeviation: [64, 64, 64], classNames: [] };
  const settings = compileSettings(recipeOf(each), statistics, []);
  const compiled = compileModel(plan, { ...settings, kernels: each.kernels, precision: each.precision });
  const session = openSession(compiled.graph, undefined, 'CPU:0');
  writeState({ compiled, session }, initialState(plan, compiled.variables, 1));
  const { train, evaluate } = compiled;
  for (let step = 0; step < STEPS; step += 1) {
    const [images, labels] = noiseOf(each, each.batch);
    session.run(
      {
        [train.feeds.images]: images,
        [train.feeds.labels]: labels,
        [train.feeds.learningRate]: float32Tensor([], [0.1]),
        [train.feeds.seed]: int32Tensor([2], [1, step]),
      },
      [train.fetches.loss, train.fetches.correct],
    );
  }
  const [images, labels] = noiseOf(each, evaluationBatch(plan.input));
  session.run({ [evaluate.feeds.images]: images, [evaluate.feeds.labels]: labels }, [evaluate.fetches.lossSum]);
  // Kilobytes, as getrusage(2) tells them on Linux.
  return process.resourceUsage().maxRSS * 1024;
}

function noiseOf(each: Case, images: number) {
  const labels = Int32Array.from({ length: images }, (_, index) => index % CLASSES);
  return [noiseImages(images, inputOf(each), 1), int32Tensor([images], labels)] as const;
}

function measureApart(each: Case, index: number): Measured {
  const threads = { intraOp: cpus().length, interOp: Math.min(2, cpus().length) };
  const cacheDirectory = process.env['DENSELAB_CACHE'] ?? '';
  const env = { ...process.env, ...workerEnvironment({ threads, cacheDirectory, device: 'cpu' }) };
  const told = execFileSync(process.execPath, [process.argv[1] ?? '', String(index)], { encoding: 'utf8', env });
  const measured = { ...each, peakBytes: Number(told), estimatedBytes: estimated(each) };
  const plan = planModel(modelFromName(each.model), inputOf(each), CLASSES);
  process.stdout.write(
    `${JSON.stringify({ ...measured, ...activationElements(plan), parameters: plan.parameters })}\n`,
  );
  return measured;
}

function table(measured: readonly Measured[]): string {
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);
  const off = ({ estimatedBytes, peakBytes }: Measured): number => estimatedBytes / peakBytes - 1;
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  const distances = measured.map((each) => Math.abs(off(each))).sort((one, other) => one - other);
  const rows = measured.map((each) => {
    const { model, size, batch, recomputation, kernels, precision, peakBytes, estimatedBytes } = each;
    const cells = [
      model,
      `${String(size)}x${String(size)}`,
      String(batch),
      recomputation ? 'yes' : 'no',
      kernels,
      precision,
    ];
    return `| ${[...cells, gigabytes(peakBytes), gigabytes(estimatedBytes), percent(off(each))].join(' | ')} |`;
  });
  return [
    '# Peak memory of training',
    '',
    `Written by \`npm run bench -- memory\`: ${String(STEPS)} steps and a batch of an evaluation in a process of its own, TensorFlow ` +
      `${loadBinding().TF_Version}, ${String(cpus().length)} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}. GB are 10^9 bytes.`,
    '',
    `The estimate is off by ${percent(distances[distances.length >> 1] ?? 0)} in the median and by ${percent(distances.at(-1) ?? 0)} at most.`,
    '',
    '| model | input | batch | recomputed | kernels | precision | peak GB | estimated GB | off |',
    '|---|---|--:|---|---|---|--:|--:|--:|',
    ...rows,
    '',
  ].join('\n');
}

function estimated(each: Case): number {
  const plan = planModel(modelFromName(each.model), inputOf(each), CLASSES);
  return Math.round(estimateMemory(plan, recipeOf(each), each).total);
}

/** What was measured before, by the estimate of now. */
function measuredBefore(): readonly Measured[] {
  const stored = JSON.parse(readFileSync(FIGURES, 'utf8')) as readonly Measured[];
  return stored.map((each) => ({ ...each, estimatedBytes: estimated(each) }));
}

const [, , asked] = process.argv;
const chosen = CASES[Number(asked)];
if (chosen !== undefined) {
  process.stdout.write(String(measure(chosen)));
} else {
  const measured = asked === 'stored' ? measuredBefore() : CASES.map(measureApart);
  mkdirSync('docs/figures', { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync('docs/figures/memory.md', table(measured));
}
