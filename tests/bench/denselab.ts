/** Contender: DenseLab's compiled training step. Prints a `Measurement`; the argument is the number of steps. */

import { NO_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { compileModel } from '../../src-main/graph/compile.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { loadBinding } from '../../src-main/tensorflow/binding.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Tensor, int32Tensor, scalarValue, uint8Tensor } from '../../src-main/tensorflow/tensor.ts';
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
  SPEC,
  WEIGHT_DECAY,
} from './workload.ts';

const plan = planModel(SPEC, INPUT, CLASSES);
const compiled = compileModel(plan, {
  mean: [MEAN, MEAN, MEAN],
  standardDeviation: [DEVIATION, DEVIATION, DEVIATION],
  augmentation: NO_AUGMENTATION,
  optimizer: { kind: 'sgd', momentum: MOMENTUM, nesterov: true },
  weightDecay: WEIGHT_DECAY,
});
const session = openSession(compiled.graph);
writeState({ compiled, session }, initialState(plan, compiled.variables, 1));

const { pixels, labels } = fixedBatch();
const { feeds, fetches } = compiled.train;
const batch = {
  [feeds.images]: uint8Tensor([BATCH, INPUT.height, INPUT.width, INPUT.channels], pixels),
  [feeds.labels]: int32Tensor([BATCH], labels),
  [feeds.learningRate]: float32Tensor([], [LEARNING_RATE]),
  [feeds.seed]: int32Tensor([2], [1, 1]),
};

const steps = Number(process.argv[2]);
void measure(steps, loadBinding().TF_Version, () =>
  Promise.resolve(scalarValue(session.run(batch, [fetches.loss])[0])),
).then((measurement) => {
  process.stdout.write(JSON.stringify(measurement));
});
