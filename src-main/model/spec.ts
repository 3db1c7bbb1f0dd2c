/** Reading and naming of model specs. */

import { DenseLabError } from '../contract/errors.ts';
import type { DenseNetSpec, ModelSpec } from '../contract/model.ts';
import { baselineDepth, baselineTitle } from './baselines.ts';
import { listOf, nearest } from './nearest.ts';
import { FAMILIES, kindSchema, SCHEMAS } from './schemas.ts';
import { parseStrict } from './strict.ts';

const WORDING = { code: 'model-invalid', subject: 'The model', version: 1 } as const;

/**
 * Reads a model spec from JSON: a file that a person wrote, a stored run, a request of the window.
 * @throws DenseLabError `model-invalid` naming the first field that is missing, unknown, of a wrong type or out of range.
 */
export function parseModelSpec(json: unknown): ModelSpec {
  const { family } = parseStrict(kindSchema, json, WORDING);
  const known = FAMILIES.find((each) => each === family);
  if (known === undefined) {
    const alike = nearest(family, FAMILIES, 1);
    throw modelInvalid(
      `The model has the unknown family "${family.slice(0, 40)}".`,
      `${alike.length > 0 ? `Did you mean ${listOf(alike)}? ` : ''}The families are ${listOf(FAMILIES, 'and')}.`,
    );
  }
  const spec = parseStrict<ModelSpec>(SCHEMAS[known], json, WORDING);
  if (spec.family === 'inception' && spec.downFeatures.length !== spec.stageModules.length - 1) {
    throw modelInvalid(
      `The model has ${String(spec.downFeatures.length)} downFeatures for ${String(spec.stageModules.length)} stages.`,
      `Give ${String(spec.stageModules.length - 1)}: one before each stage but the first.`,
    );
  }
  return spec;
}

/** How many convolutions one dense layer has. */
export function convolutionsPerLayer(spec: Pick<DenseNetSpec, 'bottleneck'>): number {
  return spec.bottleneck ? 2 : 1;
}

/**
 * L as the papers count it: convolutions and the classifier. Stem, dense layers, one per transition, classifier; so
 * 3n + 4 or 6n + 4 for three equal blocks, and 121 for 6, 12, 24, 16 with bottlenecks. Gates and shortcuts do not count, but
 * in Wide ResNets shortcuts do and the classifier does not.
 */
export function depthOf(spec: ModelSpec): number {
  if (spec.family !== 'densenet') return baselineDepth(spec);
  const denseLayers = spec.blockLayers.reduce((sum, layers) => sum + layers, 0);
  return 1 + denseLayers * convolutionsPerLayer(spec) + (spec.blockLayers.length - 1) + 1;
}

/** `''`, `'B'`, `'C'` or `'BC'` (section 3 of the paper). */
export function variantOf(spec: Pick<DenseNetSpec, 'bottleneck' | 'compression'>): string {
  return `${spec.bottleneck ? 'B' : ''}${spec.compression < 1 ? 'C' : ''}`;
}

/** k0 where nothing else is said: 2k for DenseNet-BC and for the ImageNet stem, otherwise 16 (section 3 of the paper). */
export function defaultInitialFeatures(
  spec: Pick<DenseNetSpec, 'stem' | 'growthRate' | 'bottleneck' | 'compression'>,
): number {
  return spec.stem === 'imagenet' || variantOf(spec) === 'BC' ? 2 * spec.growthRate : 16;
}

/**
 * Layers per block of table 1 of the paper (161: of the released models), by the number in the published name. The name
 * 264 counts one layer too few: its blocks make 265.
 */
export const IMAGENET_BLOCKS: ReadonlyMap<number, readonly number[]> = new Map([
  [121, [6, 12, 24, 16]],
  [161, [6, 12, 36, 24]],
  [169, [6, 12, 32, 32]],
  [201, [6, 12, 48, 32]],
  [264, [6, 12, 64, 48]],
]);

/**
 * The model's name for people: `DenseNet-BC (L=40, k=12)`, `DenseNet-121 (k=32)`, `ResNet-110 (A)`. Whatever differs from the
 * papers' defaults is added, so that two titles differ whenever two specs do.
 */
export function titleOf(spec: ModelSpec): string {
  return spec.family === 'densenet' ? denseNetTitle(spec) : baselineTitle(spec);
}

function denseNetTitle(spec: DenseNetSpec): string {
  const published = publishedNumber(spec);
  const variant = variantOf(spec);
  const facts: string[] = [];
  if (published === undefined) facts.push(`L=${String(depthOf(spec))}`);
  facts.push(`k=${String(spec.growthRate)}`);
  if (published === undefined && !hasThreeEqualBlocks(spec)) facts.push(`blocks ${spec.blockLayers.join('-')}`);
  if (published === undefined && spec.stem === 'imagenet') facts.push('ImageNet stem');
  if (spec.compression < 1 && spec.compression !== 0.5) facts.push(`θ=${String(spec.compression)}`);
  if (spec.initialFeatures !== defaultInitialFeatures(spec)) facts.push(`k0=${String(spec.initialFeatures)}`);
  if (spec.dropoutRate > 0) facts.push(`dropout ${String(spec.dropoutRate)}`);
  const suffix = variant === '' ? '' : `-${variant}`;
  return `DenseNet${published === undefined ? suffix : `-${String(published)}`} (${facts.join(', ')})`;
}

/** The number in the name of a published ImageNet network, for a spec with its stem, form and blocks. */
function publishedNumber(spec: DenseNetSpec): number | undefined {
  if (spec.stem !== 'imagenet' || variantOf(spec) !== 'BC') return undefined;
  const blocks = spec.blockLayers.join();
  return [...IMAGENET_BLOCKS].find(([, published]) => published.join() === blocks)?.[0];
}

/** Whether the depth alone tells the blocks. */
function hasThreeEqualBlocks(spec: DenseNetSpec): boolean {
  return spec.blockLayers.length === 3 && new Set(spec.blockLayers).size === 1;
}

/** Builds the complaint about one field of a model. */
export function modelInvalid(message: string, action: string): DenseLabError {
  return new DenseLabError('model-invalid', message, action);
}
