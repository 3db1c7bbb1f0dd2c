/** How long real steps of a network take here, on images of noise: what calibrates forecasts. */

import { DenseLabError } from '../contract/errors.ts';
import type { CaseTiming, TimedCase } from '../contract/forecast.ts';
import { PAPER_RECIPE, type TrainingRecipe } from '../contract/recipe.ts';
import { compileModel } from '../graph/compile.ts';
import type { CompiledModel } from '../graph/node.ts';
import { planModel } from '../model/plan.ts';
import { loadBlockKernels } from '../tensorflow/blockKernels.ts';
import { openSession, type Session } from '../tensorflow/session.ts';
import { int32Tensor, noiseImages } from '../tensorflow/tensor.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { initialState } from './initialise.ts';
import { compileSettings } from './settings.ts';
import { writeState } from './state.ts';
import { runStep, type Stepping } from './step.ts';

/** The first call prepares kernels, the second still grows TensorFlow's pools. */
const WARM_UPS = 2;
/** Timed calls: at least so many, then more until so much time has passed. */
const LEAST_CALLS = 3;
const MOST_CALLS = 12;
const ENOUGH_MILLISECONDS = 600;

/**
 * Trains some steps and evaluates some batches, as a run would but for the images, which are noise.
 * @param cache the folder of the runtimes
 * @throws DenseLabError `kernels-unavailable` when the case asks for native kernels that are not there
 */
export function timeCase(each: TimedCase, cache: string): CaseTiming {
  requireKernels(each, cache);
  const started = performance.now();
  const plan = planModel(each.model, each.input, each.classes);
  const recipe = recipeOf(each);
  const statistics = { mean: channels(each, 128), standardDeviation: channels(each, 74), classNames: [] };
  const settings = { ...compileSettings(recipe, statistics, []), kernels: each.kernels, precision: each.precision };
  const compiled = compileModel(plan, settings);
  const session = openSession(compiled.graph, undefined, 'CPU:0');
  try {
    writeState({ compiled, session }, initialState(plan, compiled.variables, recipe.seed));
    const train = trainCall({ compiled, session, job: { recipe } }, each);
    train(0);
    const preparationSeconds = (performance.now() - started) / 1000;
    const stepMilliseconds = quartileOf(train, 1);
    const evaluationImages = evaluationBatch(each.input);
    const evaluationMilliseconds = quartileOf(evaluateCall(compiled, session, each, evaluationImages), 0);
    return { stepMilliseconds, evaluationMilliseconds, evaluationImages, preparationSeconds };
  } finally {
    session.close();
  }
}

function requireKernels({ kernels, precision }: TimedCase, cache: string): void {
  if (kernels === 'stock') return;
  const status = loadBlockKernels(cache);
  if (status.available && (precision === 'float32' || status.bfloat16)) return;
  throw new DenseLabError(
    'kernels-unavailable',
    `DenseLab's block kernels cannot be timed: ${status.available ? 'this processor lacks AVX512_BF16' : status.problem}.`,
    'Calibrate with the stock kernels alone.',
  );
}

function recipeOf({ batchSize, recomputation }: TimedCase): TrainingRecipe {
  return { ...PAPER_RECIPE, batchSize, recomputation };
}

function channels({ input }: TimedCase, value: number): number[] {
  return new Array<number>(input.channels).fill(value);
}

function trainCall(stepping: Stepping, { input, batchSize, classes }: TimedCase): (call: number) => void {
  const batch = { images: noiseImages(batchSize, input, 1), labels: labelsOf(batchSize, classes) };
  return (call) => {
    // A rate of zero keeps a network on noise from running away.
    runStep(stepping, batch, { learningRate: 0, seed: [1, call] });
  };
}

function evaluateCall(
  { evaluate: { feeds, fetches } }: CompiledModel,
  session: Session,
  { input, classes }: TimedCase,
  images: number,
): () => void {
  const inputs = { [feeds.images]: noiseImages(images, input, 1), [feeds.labels]: labelsOf(images, classes) };
  return () => {
    session.run(inputs, [fetches.lossSum, fetches.correct]);
  };
}

function labelsOf(images: number, classes: number) {
  return int32Tensor(
    [images],
    Int32Array.from({ length: images }, (_, index) => index % classes),
  );
}

/**
 * The time that a quarter of the calls stay below: what else the machine does now and then hardly counts.
 * @param warmedUp warm-ups that are done already
 */
function quartileOf(call: (index: number) => void, warmedUp: number): number {
  for (let index = warmedUp; index < WARM_UPS; index++) call(index);
  const times: number[] = [];
  let all = 0;
  while (times.length < LEAST_CALLS || (all < ENOUGH_MILLISECONDS && times.length < MOST_CALLS)) {
    const started = performance.now();
    call(WARM_UPS + times.length);
    const taken = performance.now() - started;
    times.push(taken);
    all += taken;
  }
  times.sort((one, other) => one - other);
  return times[times.length >> 2] ?? 0;
}
