/**
 * A network to look into: every layer by itself, weights in variables so that those of another checkpoint can take their
 * place. What a person may ask for is fetched all at once, because TensorFlow prepares each set of fetches anew, for seconds.
 */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { gradientsOf } from './gradients/reverse.ts';
import { at, lookUp } from './illegal.ts';
import { joinedWithoutPadding } from './lower/activation.ts';
import { poolGlobally } from './lower/layers.ts';
import type { Normalisation } from './lower/preprocess.ts';
import type { Shape, Tensor } from './node.ts';
import { exposeAs, openNetwork, verified, type OpenGraph } from './openNetwork.ts';
import { scalar } from './ops/constant.ts';
import { identity } from './ops/identity.ts';
import { matMul } from './ops/matMul.ts';
import { maxPool } from './ops/maxPool.ts';
import { multiply } from './ops/multiply.ts';
import { placeholder } from './ops/placeholder.ts';
import { reshape } from './ops/reshape.ts';
import { softmax } from './ops/softmax.ts';
import { sum } from './ops/sum.ts';
import { channelsOf } from './shapes.ts';
import { fetchName, type Scope } from './scope.ts';

/** A graph that shows maps. */
export interface InspectionModel extends OpenGraph {
  /** float32 [n, classes]. */
  readonly probabilities: string;
  /** By name of a layer that makes maps: float32 [n, ...outputShape]. */
  readonly maps: Readonly<Record<string, string>>;
  /** Of each such layer the limits of each map of each image: float32 [n, maps]. */
  readonly limits: Readonly<Record<string, { readonly most: string; readonly negatedLeast: string }>>;
  /** By name of a layer: over the whole batch sums of products of its maps two by two, [maps, maps], and means [n, maps]. */
  readonly moments: Readonly<Record<string, { readonly products: string; readonly means: string }>>;
}

/** A graph that differentiates one logit by maps. Feed one image at a time. */
export interface GradientModel extends OpenGraph {
  /** float32 [classes]: 1 for the class, 0 for the others. */
  readonly chosen: string;
  /** By layer: float32 [n, channels], the mean over height and width of the gradient; channels after the layer's are padding. */
  readonly gradients: Readonly<Record<string, string>>;
}

/** Kinds of layers that hand on the maps of others, one by one changed at most by a monotone function. */
const HANDING_ON: ReadonlySet<PlannedLayer['operation']['kind']> = new Set([
  'batchNorm',
  'relu',
  'dropout',
  'stochasticDepth',
  'concat',
] as const);

/** Whether a layer makes maps, rather than handing on those of others side by side, scaled, shifted or cut at 0. */
export function makesMaps({ operation }: PlannedLayer): boolean {
  return !HANDING_ON.has(operation.kind);
}

/**
 * Compiles a network for looking at its maps.
 * @param correlated layers of which the products are wanted
 */
export function compileInspection(
  plan: LayerPlan,
  normalisation: Normalisation,
  correlated: readonly string[],
): InspectionModel {
  const { root, images, activations, logits, exposed } = openNetwork(plan, normalisation);
  const made = plan.layers.filter(makesMaps);
  const whole = (name: string) => joinedWithoutPadding(root.child(`maps/${name}`), lookUp(activations, name));
  const maps = made.map(({ name }) => [name, whole(name)] as const);
  const probabilities = identity(root, softmax(root.child('predict'), logits), 'probabilities');
  const model = {
    images: fetchName(images),
    ...exposed,
    probabilities: fetchName(probabilities),
    maps: Object.fromEntries(maps.map(([name, tensor]) => [name, exposeAs(root, tensor, `maps/${name}`)])),
    limits: Object.fromEntries(maps.map(([name, tensor]) => [name, limitsOf(root.child(`limits/${name}`), tensor)])),
    moments: Object.fromEntries(
      correlated.map((name) => [name, momentsOf(root.child(`moments/${name}`), whole(name))] as const),
    ),
  };
  return verified(root, model, [
    model.probabilities,
    ...Object.values(model.maps),
    ...[...Object.values(model.limits), ...Object.values(model.moments)].flatMap((pair) => Object.values(pair)),
  ]);
}

/** Compiles a network for differentiating its logits by the maps of every layer that has height and width. */
export function compileGradients(plan: LayerPlan, normalisation: Normalisation): GradientModel {
  const { root, images, activations, logits, exposed } = openNetwork(plan, normalisation);
  const chosen = placeholder(root, 'chosen', 'float32', [plan.classes]);
  const score = sum(root.child('score'), multiply(root.child('score'), logits, chosen));
  const layers = plan.layers.filter(hasOwnGradient);
  const targets = layers.map(({ name }) => at(lookUp(activations, name).pieces, 0));
  const found = gradientsOf(root.child('gradients'), root.graph(), score, targets);
  const gradients = Object.fromEntries(
    layers.map(({ name }, position) => {
      const mean = poolGlobally(root.child(`means/${name}`), at(found, position));
      return [name, exposeAs(root, mean, `gradients/${name}/mean`)];
    }),
  );
  const model = { images: fetchName(images), ...exposed, chosen: fetchName(chosen), gradients };
  return verified(root, model, [model.chosen, ...Object.values(gradients)]);
}

/** What is read side by side, or as it is, has the gradient of what it reads; the image and features have no maps to weigh. */
function hasOwnGradient({ operation, outputShape }: PlannedLayer): boolean {
  if (outputShape.length !== 3) return false;
  return operation.kind !== 'input' && operation.kind !== 'concat' && operation.kind !== 'dropout';
}

/** Features are maps of one pixel. */
function asMaps(scope: Scope, x: Tensor): Tensor {
  return x.shape.length === 4 ? x : reshape(scope, x, [-1, 1, 1, channelsOf(x.shape)]);
}

function limitsOf(scope: Scope, x: Tensor): { readonly most: string; readonly negatedLeast: string } {
  const maps = asMaps(scope, x);
  const size = sizeOf(maps.shape);
  const most = (of: Tensor): string =>
    fetchName(reshape(scope, maxPool(scope, of, size, size), [-1, channelsOf(maps.shape)]));
  return { most: most(maps), negatedLeast: most(multiply(scope, maps, scalar(scope, -1))) };
}

function momentsOf(scope: Scope, x: Tensor): { readonly products: string; readonly means: string } {
  const maps = asMaps(scope, x);
  const pixels = reshape(scope, maps, [-1, channelsOf(maps.shape)]);
  return {
    products: fetchName(matMul(scope, pixels, pixels, { a: true })),
    means: fetchName(poolGlobally(scope, maps)),
  };
}

function sizeOf(shape: Shape): readonly [number, number] {
  return [at(shape, 1), at(shape, 2)];
}
