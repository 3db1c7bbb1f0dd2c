/** Contender: DenseLab's compiled graph. Prints a `Measurement`; the argument is a `DenselabTask`. */

import { NO_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { compileModel, type CompileSettings } from '../../src-main/graph/compile.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { loadBinding } from '../../src-main/tensorflow/binding.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Tensor, int32Tensor, scalarValue, uint8Tensor } from '../../src-main/tensorflow/tensor.ts';
import { chooseKernels, type KernelsWish } from '../../src-main/trainer/blockKernels.ts';
import { initialState } from '../../src-main/trainer/initialise.ts';
import { writeState } from '../../src-main/trainer/state.ts';
import {
  BATCH,
  CLASSES,
  DEVIATION,
  fixedBatch,
  INPUT,
  LEARNING_RATE,
  MEAN,
  measure,
  MOMENTUM,
  specOf,
  WEIGHT_DECAY,
  type Task,
} from './workload.ts';

/** A task with what the compiler is told besides. */
export interface DenselabTask extends Task {
  readonly compile: Partial<CompileSettings>;
  /** As the app chooses when absent. */
  readonly kernels?: KernelsWish;
}

async function main({ network, task, steps, compile, kernels }: DenselabTask): Promise<void> {
  const plan = planModel(specOf(network), INPUT, CLASSES);
  const compiled = compileModel(plan, {
    mean: [MEAN, MEAN, MEAN],
    standardDeviation: [DEVIATION, DEVIATION, DEVIATION],
    augmentation: NO_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: MOMENTUM, nesterov: true },
    weightDecay: WEIGHT_DECAY,
    kernels: chooseKernels(
      plan,
      { wish: kernels ?? 'auto', precision: compile.precision ?? 'float32', onDevice: 'CPU' },
      cacheDirectory(),
    ),
    ...compile,
  });
  const session = openSession(compiled.graph);
  writeState({ compiled, session }, initialState(plan, compiled.variables, 1));
  const { pixels, labels } = fixedBatch();
  const { feeds } = compiled.train;
  const batch = {
    [feeds.images]: uint8Tensor([BATCH, INPUT.height, INPUT.width, INPUT.channels], pixels),
    [feeds.labels]: int32Tensor([BATCH], labels),
  };
  const rate = {
    [feeds.learningRate]: float32Tensor([], [LEARNING_RATE]),
    [feeds.seed]: int32Tensor([2], [1, 1]),
  };
  const step = (): number =>
    task === 'train'
      ? scalarValue(session.run({ ...batch, ...rate }, [compiled.train.fetches.loss])[0])
      : scalarValue(session.run(batch, [compiled.evaluate.fetches.lossSum])[0]) / BATCH;
  const version = `TensorFlow ${loadBinding().TF_Version}`;
  process.stdout.write(JSON.stringify(await measure(steps, version, () => Promise.resolve(step()))));
}

void main(JSON.parse(process.argv[2] ?? '{}') as DenselabTask);
