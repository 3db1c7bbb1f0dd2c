/** Reading and naming of model specs. */

import { z } from 'zod';
import { DenseLabError } from '../contract/errors.ts';
import type { DenseNetSpec, ModelSpec } from '../contract/model.ts';
import { parseStrict } from './strict.ts';

/** Bounds far above any published network; they keep a slip of the finger from filling the memory. */
const LIMITS = { blocks: 8, layersPerBlock: 512, growthRate: 1024, initialFeatures: 8192 } as const;

const denseNetSchema = z.strictObject({
  version: z.literal(1),
  family: z.literal('densenet'),
  stem: z.enum(['cifar', 'imagenet']),
  blockLayers: z.array(z.int().min(1).max(LIMITS.layersPerBlock)).min(1).max(LIMITS.blocks),
  growthRate: z.int().min(1).max(LIMITS.growthRate),
  bottleneck: z.boolean(),
  compression: z.number().gt(0).max(1),
  initialFeatures: z.int().min(1).max(LIMITS.initialFeatures),
  dropoutRate: z.number().min(0).lt(1),
}) satisfies z.ZodType<DenseNetSpec>;

/**
 * Reads a model spec from JSON: a file that a person wrote, a stored run, a request of the window.
 * @throws DenseLabError `model-invalid` naming the first field that is missing, unknown, of a wrong type or out of range.
 */
export function parseModelSpec(json: unknown): ModelSpec {
  return parseStrict(denseNetSchema, json, { code: 'model-invalid', subject: 'The model', version: 1 });
}

/** How many convolutions one dense layer has. */
export function convolutionsPerLayer(spec: Pick<DenseNetSpec, 'bottleneck'>): number {
  return spec.bottleneck ? 2 : 1;
}

/**
 * L as the paper counts it: convolutions and the classifier. Stem, dense layers, one per transition, classifier; so
 * 3n + 4 or 6n + 4 for three equal blocks, and 121 for 6, 12, 24, 16 with bottlenecks.
 */
export function depthOf(spec: ModelSpec): number {
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
 * The model's name for people: `DenseNet-BC (L=40, k=12)`, `DenseNet-121 (k=32)`. Whatever differs from the paper's
 * defaults is added, so that two titles differ whenever two specs do.
 */
export function titleOf(spec: ModelSpec): string {
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
function publishedNumber(spec: ModelSpec): number | undefined {
  if (spec.stem !== 'imagenet' || variantOf(spec) !== 'BC') return undefined;
  const blocks = spec.blockLayers.join();
  return [...IMAGENET_BLOCKS].find(([, published]) => published.join() === blocks)?.[0];
}

/** Whether the depth alone tells the blocks. */
function hasThreeEqualBlocks(spec: ModelSpec): boolean {
  return spec.blockLayers.length === 3 && new Set(spec.blockLayers).size === 1;
}

/** Builds the complaint about one field of a model. */
export function modelInvalid(message: string, action: string): DenseLabError {
  return new DenseLabError('model-invalid', message, action);
}
