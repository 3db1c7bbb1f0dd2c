/** A network to experiment with over many images: what it answers, what a linear probe reads, how alike its layers find images. */

import type { LayerPlan } from '../contract/model.ts';
import { lookUp } from './illegal.ts';
import { joinedWithoutPadding } from './lower/activation.ts';
import { poolGlobally } from './lower/layers.ts';
import type { Normalisation } from './lower/preprocess.ts';
import type { Shape } from './node.ts';
import { exposeAs, openNetwork, verified, type OpenGraph } from './openNetwork.ts';
import { matMul } from './ops/matMul.ts';
import { reshape } from './ops/reshape.ts';
import { fetchName } from './scope.ts';

/** A graph to experiment with. */
export interface StudyModel extends OpenGraph {
  /** float32 [n, classes]. */
  readonly logits: string;
  /** By layer the means of its maps over height and width, float32 [n, maps]. */
  readonly features: Readonly<Record<string, string>>;
  /** By layer the products of its activations by image, two by two, float32 [n, n]. */
  readonly products: Readonly<Record<string, string>>;
}

/** Layers that are looked at. */
export interface StudiedLayers {
  readonly probed: readonly string[];
  readonly compared: readonly string[];
}

/** Compiles a network for experiments. */
export function compileStudy(plan: LayerPlan, normalisation: Normalisation, layers: StudiedLayers): StudyModel {
  const { root, images, activations, logits, exposed } = openNetwork(plan, normalisation);
  const whole = (place: string, name: string) =>
    joinedWithoutPadding(root.child(`${place}/${name}`), lookUp(activations, name));
  const features = layers.probed.map((name) => {
    const maps = whole('features', name);
    const means = maps.shape.length === 4 ? poolGlobally(root.child(`features/${name}`), maps) : maps;
    return [name, exposeAs(root, means, `features/${name}/means`)] as const;
  });
  const products = layers.compared.map((name) => {
    const scope = root.child(`products/${name}`);
    const maps = whole('products', name);
    const flat = reshape(scope, maps, [-1, valuesOf(maps.shape)]);
    return [name, exposeAs(root, matMul(scope, flat, flat, { b: true }), `products/${name}/product`)] as const;
  });
  const model = {
    images: fetchName(images),
    ...exposed,
    logits: exposeAs(root, logits, 'logits'),
    features: Object.fromEntries(features),
    products: Object.fromEntries(products),
  };
  return verified(root, model, [model.logits, ...Object.values(model.features), ...Object.values(model.products)]);
}

/** Values of one image. */
function valuesOf(shape: Shape): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}
