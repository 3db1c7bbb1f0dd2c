/**
 * What recording gradient flow costs while training: `npm run bench -- recording`. DenseNet (40, 12) in batches of 64, with native
 * kernels where they can be had. Prints a table in Markdown. Goal: under 2% of an epoch.
 */

import { modelFromName } from '../../src-main/model/presets.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { NO_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { compileModel } from '../../src-main/graph/compile.ts';
import type { CompiledModel, Graph } from '../../src-main/graph/node.ts';
import { loadBlockKernels } from '../../src-main/tensorflow/blockKernels.ts';
import { openSession, type Session } from '../../src-main/tensorflow/session.ts';
import { int32Tensor, noiseImages } from '../../src-main/tensorflow/tensor.ts';
import { watchStep } from '../../src-main/trainer/flow.ts';
import { initialState } from '../../src-main/trainer/initialise.ts';
import { writeState } from '../../src-main/trainer/state.ts';
import { runStep } from '../../src-main/trainer/step.ts';

const INPUT = { height: 28, width: 28, channels: 1 };
const STEPS = 40;
/** Of an epoch of 6,000 images. */
const STEPS_OF_EPOCH = Math.ceil(6000 / 64);

const plan = planModel(modelFromName('densenet-40-12'), INPUT, 10);
const model = compileModel(plan, {
  mean: [128],
  standardDeviation: [74],
  augmentation: NO_AUGMENTATION,
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
  weightDecay: 1e-4,
  kernels: loadBlockKernels().available ? 'block' : 'stock',
});

/** The same training without keeping the gradient: nothing waits for that assignment any more. */
function without({ graph, flow }: CompiledModel): Graph {
  const read = graph.nodes.find(({ name }) => name === flow.gradient);
  const kept = read?.inputs[0]?.node.inputs[0]?.node;
  return {
    nodes: graph.nodes.map((node) => ({
      ...node,
      controlInputs: node.controlInputs.filter(
        ({ op, inputs }) => !(op === 'AssignVariableOp' && inputs[0]?.node === kept),
      ),
    })),
  };
}

function open(graph: Graph): Session {
  const session = openSession(graph);
  writeState({ compiled: model, session }, initialState(plan, model.variables, 1));
  return session;
}

const images = noiseImages(64, INPUT, 1);
const labels = int32Tensor(
  [64],
  Int32Array.from({ length: 64 }, (_, at) => at % 10),
);

function step(session: Session, number: number): number {
  const started = performance.now();
  runStep({ compiled: model, session }, { images, labels }, { learningRate: 0.01, seed: [1, number] });
  return performance.now() - started;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? NaN;
}

const [kept, bare] = [open(model.graph), open(without(model))];
for (const session of [kept, bare]) step(session, 0);
const times: { readonly kept: number[]; readonly bare: number[]; readonly watched: number[] } = {
  kept: [],
  bare: [],
  watched: [],
};
for (let number = 1; number <= STEPS; number++) {
  times.kept.push(step(kept, number));
  times.bare.push(step(bare, number));
  if (number % 5 > 0) continue;
  const started = performance.now();
  const watching = watchStep({ compiled: model, session: kept });
  const between = step(kept, number);
  watching.measure();
  times.watched.push(performance.now() - started - between);
}
const [keptStep, bareStep, watching] = [median(times.kept), median(times.bare), median(times.watched)];
const share = keptStep / bareStep - 1 + watching / (STEPS_OF_EPOCH * bareStep);
console.log('| What | Milliseconds |');
console.log('| --- | --- |');
console.log(`| a step that keeps no gradient | ${bareStep.toFixed(1)} |`);
console.log(`| a step that keeps it | ${keptStep.toFixed(1)} |`);
console.log(
  `| measuring once an epoch, the first time ${(times.watched[0] ?? NaN).toFixed(0)} | ${watching.toFixed(1)} |`,
);
console.log(`| share of an epoch of ${String(STEPS_OF_EPOCH)} steps | ${(100 * share).toFixed(2)}% |`);
kept.close();
bare.close();
