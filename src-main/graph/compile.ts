/** From a layer plan to one TensorFlow graph that trains, evaluates and predicts. */

import type { LayerPlan } from '../contract/model.ts';
import type { Augmentation, Optimizer, TrainingRecipe } from '../contract/recipe.ts';
import type { Kernels } from '../contract/run.ts';
import { recomputes } from '../model/recomputation.ts';
import { endpointsOf, exposeLayers, inspectable } from './endpoints.ts';
import { isCheapToRepeat } from './gradients/recompute.ts';
import { gradientsOf } from './gradients/reverse.ts';
import { at, lookUp } from './illegal.ts';
import { addPart, clearAccumulators, wholeBatch } from './lower/accumulation.ts';
import { joined } from './lower/activation.ts';
import { blockSegments } from './lower/blocks.ts';
import { lowerForEvaluation } from './lower/evaluation.ts';
import { placesOfLayers, toCheckpoint } from './lower/layout.ts';
import { countCorrect, predictedClasses } from './lower/score.ts';
import { updateMovingAverages } from './lower/movingAverages.ts';
import { meanLoss, objectiveOf, sumsOf, type ObjectiveSettings } from './lower/objective.ts';
import { normalise, type Normalisation } from './lower/preprocess.ts';
import { declareState, exposeState, tensorsOf, tensorsOfBlocks, type NetworkState } from './lower/state.ts';
import { lowerForTraining, type TrainingInputs } from './lower/training.ts';
import { trainingImages } from './lower/trainingImages.ts';
import type { CompiledModel, FloatingType, GraphNode, Tensor } from './node.ts';
import { assignVariable } from './ops/assignVariable.ts';
import { checkNumbers } from './ops/checkNumbers.ts';
import { integers } from './ops/constant.ts';
import { crossEntropy } from './ops/crossEntropy.ts';
import { identity } from './ops/identity.ts';
import { placeholder } from './ops/placeholder.ts';
import { readVariable } from './ops/readVariable.ts';
import { softmax } from './ops/softmax.ts';
import { sum } from './ops/sum.ts';
import type { Variable } from './ops/variable.ts';
import { BROKEN_LOSS, updateParameters, type UpdateSettings } from './optimizers/update.ts';
import { fetchName, Scope } from './scope.ts';
import { verifyGraph } from './verify.ts';

/** What, besides the network, decides the graph. */
export interface CompileSettings extends Normalisation {
  readonly augmentation: Augmentation;
  readonly optimizer: Optimizer;
  readonly weightDecay: number;
  /** `all` when absent. */
  readonly weightDecayOn?: TrainingRecipe['weightDecayOn'];
  /** 0 when absent. */
  readonly labelSmoothing?: number;
  /** One for each class; all alike when absent or null. */
  readonly classWeights?: readonly number[] | null;
  /** Largest global norm of the gradient; none when absent or null. */
  readonly gradientClipping?: number | null;
  /** Parts of a batch; 1 when absent. */
  readonly accumulation?: number;
  /**
   * Whether concatenations and normalisations are computed again in the backward pass instead of being kept: less than
   * half the memory for a fifth more time. When absent, for networks of 70 layers and more.
   */
  readonly recomputation?: boolean;
  /** `block`: dense blocks are native operations of our own, which the session's process must have loaded. `stock` when absent. */
  readonly kernels?: Kernels;
  /**
   * What maps and their gradients are computed in while training, float32 when absent. Weights, BatchNorm's parameters and
   * statistics, the first convolution, the classifier and the update are float32 in either case, as is evaluation.
   */
  readonly precision?: FloatingType;
  /** Whether the maps of a training step can be looked at, to find where numbers end; not when absent. */
  readonly inspection?: boolean;
}

/** What training and evaluation share. */
interface Common {
  readonly root: Scope;
  readonly plan: LayerPlan;
  readonly settings: CompileSettings;
  readonly state: NetworkState;
  /** uint8 [n, h, w, channels]. */
  readonly images: Tensor;
  /** int32 [n]. */
  readonly labels: Tensor;
  /** The vectors as they are before the step. */
  readonly parameters: Tensor;
  readonly movingAverages: Tensor;
  /** Parameters and moving averages by name. */
  readonly values: ReadonlyMap<string, Tensor>;
}

/**
 * Compiles a network: one optimisation step, evaluation, prediction, every layer's activations, and reading and writing
 * of all state. The batch size is free. Throws `internal` when the result is not legal, before TensorFlow sees it.
 */
export function compileModel(plan: LayerPlan, settings: CompileSettings): CompiledModel {
  const common = prepare(plan, settings);
  const { train, accumulate, inspection, gradients, flow } = addTraining(common);
  const { evaluate, predict, layers } = addEvaluation(common);
  const { variables, state } = exposeState(common.root, common.state);
  const { input, classes } = plan;
  const graph = common.root.graph();
  const training = { train, accumulate, inspection, gradients, flow };
  const model = { graph, input, classes, variables, ...training, evaluate, predict, layers, state };
  verifyGraph(graph, endpointsOf(model));
  return model;
}

function prepare(plan: LayerPlan, settings: CompileSettings): Common {
  const root = Scope.root();
  const { height, width, channels } = plan.input;
  const images = placeholder(root, 'images', 'uint8', [-1, height, width, channels]);
  const labels = placeholder(root, 'labels', 'int32', [-1]);
  const { optimizer, accumulation = 1 } = settings;
  const state = declareState(root, plan, { optimizer, accumulation });
  const parameters = readVariable(root.child('parameters'), state.parameters);
  const movingAverages = readVariable(root.child('movingAverages'), state.movingAverages);
  const values = new Map([
    ...tensorsOf(root.child('parameters'), parameters, state.layout.parameters),
    ...tensorsOf(root.child('movingAverages'), movingAverages, state.layout.movingAverages),
  ]);
  return { root, plan, settings, state, images, labels, parameters, movingAverages, values };
}

function addTraining(
  common: Common,
): Pick<CompiledModel, 'train' | 'accumulate' | 'inspection' | 'gradients' | 'flow'> {
  const { root, plan, settings, state, labels } = common;
  const learningRate = placeholder(root, 'learningRate', 'float32', []);
  const seed = placeholder(root, 'seed', 'int32', [2]);
  const { mixup } = settings.augmentation;
  const share = mixup === null ? undefined : placeholder(root, 'mixup', 'float32', []);
  const images = trainingImages(root, common.images, settings, { seed, share });
  const precision = settings.precision ?? 'float32';
  const inputs = {
    images,
    seed,
    precision,
    recomputes: recomputesOf(common),
    movingAverages: common.values,
    ...trainedParts(common),
  };
  const { logits, statistics, activations } = lowerForTraining(root, plan, inputs);
  const scoring = root.child('score');
  const objective = objectiveOf(scoring, logits, labels, objectiveSettings(settings), share);
  const sums = state.accumulators === null ? undefined : sumsOf(scoring, objective);
  const loss = sums === undefined ? meanLoss(scoring, objective) : sums.loss;
  const correct = countCorrect(scoring, predictedClasses(scoring, logits), labels);
  const inspection = settings.inspection === true ? inspectable(root.child('inspection'), activations) : null;
  const gradient = gradientOf(common, loss);
  const optimizer = root.child('optimizer');
  const averages = (checks: readonly GraphNode[]) =>
    updateMovingAverages(optimizer.after(checks), plan, state, common.movingAverages, statistics);
  const feeds = {
    images: fetchName(common.images),
    labels: fetchName(labels),
    seed: fetchName(seed),
    ...(share === undefined ? {} : { mixup: fetchName(share) }),
  };
  if (state.accumulators === null || sums === undefined) {
    const step = { loss, correct, gradient, learningRate, averages };
    return { ...addStep(common, step, feeds), accumulate: null, inspection };
  }
  const accumulation = root.child('accumulation');
  const part = { gradient, ...sums, correct };
  const check = checkNumbers(accumulation, sums.loss, BROKEN_LOSS);
  const added = [...addPart(accumulation.after([check]), state.accumulators, part), averages([check])];
  const done = identity(root.after(added), integers(root, [0], []), 'accumulated');
  const step = { ...wholeBatch(accumulation, state.accumulators, part), learningRate, averages };
  return {
    ...addStep(common, step, feeds),
    accumulate: { feeds, fetches: { done: fetchName(done) } },
    inspection,
  };
}

/** What an optimisation step is made of. */
interface Step {
  /** The batch's mean loss, its gradient by all parameters, and its right answers. */
  readonly loss: Tensor;
  readonly gradient: Tensor;
  readonly correct: Tensor;
  readonly learningRate: Tensor;
  /** Adds the update of the moving averages, which waits for the checks. */
  readonly averages: (checks: readonly GraphNode[]) => GraphNode;
}

function addStep(
  common: Common,
  { loss, gradient, correct, learningRate, averages }: Step,
  feeds: Omit<CompiledModel['train']['feeds'], 'learningRate'>,
): Pick<CompiledModel, 'train' | 'gradients' | 'flow'> {
  const { root, settings, state, parameters } = common;
  const optimizer = root.child('optimizer');
  const update = updateParameters(
    optimizer,
    { state, parameters, gradient, learningRate, loss },
    updateSettings(settings),
  );
  const kept = keepGradient(optimizer.after(update.checks), common, gradient);
  const updates = [...update.nodes, kept.node, averages(update.checks)];
  const cleared =
    state.accumulators === null ? [] : clearAccumulators(optimizer.after(update.nodes), state.accumulators);
  const done = root.after([...updates, ...cleared]);
  return {
    train: {
      feeds: { ...feeds, learningRate: fetchName(learningRate) },
      fetches: {
        loss: fetchName(identity(done, loss, 'loss')),
        correct: fetchName(identity(done, correct, 'correct')),
        gradientNorm: fetchName(identity(done, update.norm, 'gradientNorm')),
      },
    },
    gradients: exposeGradients(common, update.gradient),
    flow: kept.flow,
  };
}

/** The blocks that are native operations, and parameters cut to suit them. */
function trainedParts({
  root,
  plan,
  settings,
  state,
  parameters,
  values,
}: Common): Pick<TrainingInputs, 'parameters' | 'blocks'> {
  const blocks = settings.kernels === 'block' ? blockSegments(plan) : [];
  if (blocks.length === 0) return { parameters: values, blocks };
  const scope = root.child('parameters/blocks');
  return { parameters: tensorsOfBlocks(scope, parameters, state.layout.parameters, blocks), blocks };
}

function recomputesOf({ plan, settings }: Common): boolean {
  return recomputes(plan, settings.recomputation ?? null);
}

function gradientOf(common: Common, loss: Tensor): Tensor {
  const { root, parameters } = common;
  const repeats = recomputesOf(common) ? isCheapToRepeat : undefined;
  return at(gradientsOf(root.child('gradients'), root.graph(), loss, [parameters], repeats), 0);
}

function objectiveSettings({ labelSmoothing = 0, classWeights = null }: CompileSettings): ObjectiveSettings {
  return { labelSmoothing, classWeights };
}

function updateSettings(settings: CompileSettings): UpdateSettings {
  const { optimizer, weightDecay, weightDecayOn = 'all', gradientClipping = null } = settings;
  return { optimizer, weightDecay, weightDecayOn, gradientClipping };
}

/** Keeps the gradient until the next step, so that it can be read without computing the step in another way. */
function keepGradient(
  scope: Scope,
  { root, plan, state }: Common,
  gradient: Tensor,
): { readonly node: GraphNode; readonly flow: CompiledModel['flow'] } {
  if (state.gradient === null) throw new Error('a network that is not trained has no gradient');
  const inside = root.child('flow');
  const read = (name: string, from: Variable) =>
    fetchName(identity(inside, readVariable(inside.child(name), from), name));
  const flow = {
    parameters: read('parameters', state.parameters),
    gradient: read('gradient', state.gradient),
    layers: placesOfLayers(plan, state.layout.parameters),
  };
  return { node: assignVariable(scope, state.gradient, gradient), flow };
}

function exposeGradients({ root, state }: Common, gradient: Tensor): Readonly<Record<string, string>> {
  return Object.fromEntries(
    state.layout.parameters.map((tensor) => {
      const { name } = tensor.planned;
      const whole = toCheckpoint(root.child(`gradients/${name}`), gradient, tensor);
      return [name, fetchName(identity(root, whole, `${name}/gradient`))];
    }),
  );
}

function addEvaluation(common: Common): Pick<CompiledModel, 'evaluate' | 'predict' | 'layers'> {
  const { root, plan, settings, labels } = common;
  const scope = root.child('evaluate');
  const images = normalise(scope.child('preprocess'), common.images, settings);
  const activations = lowerForEvaluation(scope, plan, { images, values: common.values });
  const last = at(plan.layers, plan.layers.length - 1);
  const logits = joined(scope, lookUp(activations, last.name));
  const predicted = predictedClasses(scope.child('score'), logits);
  const lossSum = sum(scope.child('score'), crossEntropy(scope.child('score'), logits, labels));
  const correct = countCorrect(scope.child('score'), predicted, labels);
  const feeds = { images: fetchName(common.images), labels: fetchName(labels) };
  const predict = root.child('predict');
  return {
    evaluate: {
      feeds,
      fetches: {
        lossSum: fetchName(identity(scope, lossSum, 'lossSum')),
        correct: fetchName(identity(scope, correct, 'correct')),
        predicted: fetchName(identity(scope, predicted, 'predicted')),
      },
    },
    predict: {
      feeds: { images: feeds.images },
      fetches: {
        logits: fetchName(identity(predict, logits, 'logits')),
        probabilities: fetchName(identity(predict, softmax(predict, logits), 'probabilities')),
      },
    },
    layers: exposeLayers(root.child('layers'), activations),
  };
}
