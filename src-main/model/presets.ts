/** Networks by name: those of the paper, and any other of its family. */

import { DenseLabError } from '../contract/errors.ts';
import type { DenseNetSpec, ModelPreset, ModelSpec } from '../contract/model.ts';
import { BASELINE_FORMS, BASELINE_NAMES, baselineFromName } from './baselineNames.ts';
import { listOf, nearest } from './nearest.ts';
import {
  convolutionsPerLayer,
  defaultInitialFeatures,
  IMAGENET_BLOCKS,
  modelInvalid,
  parseModelSpec,
  titleOf,
} from './spec.ts';

/** Blocks of the paper's networks for 32x32 images. */
const CIFAR_BLOCKS = 3;

/** The growth rate of each published ImageNet network (table 1; 161 is of the released models). */
const IMAGENET_GROWTH: ReadonlyMap<number, number> = new Map([
  [121, 32],
  [161, 48],
  [169, 32],
  [201, 32],
  [264, 32],
]);

const FAMILY_NAME = /^densenet(?:-(b|c|bc))?-(\d{1,6})-(\d{1,6})$/;
const IMAGENET_NAME = /^densenet-?(121|161|169|201|264)$/;

/**
 * The network of a name: `densenet-40-12`, `densenet-bc-100-12`, `densenet121`, and any
 * `densenet[-b|-c|-bc]-DEPTH-GROWTH` (three equal blocks, CIFAR stem, compression 0.5 with `c`, no dropout); and those of its
 * baselines: `resnet-110`, `wide-resnet-28-10` and so on.
 * @throws DenseLabError `model-unknown` with the nearest names, or `model-invalid` with the nearest depths that fit.
 */
export function modelFromName(name: string): ModelSpec {
  const word = name.trim().toLowerCase();
  const published = IMAGENET_NAME.exec(word)?.[1];
  if (published !== undefined) return imageNetSpec(Number(published));
  const baseline = baselineFromName(word);
  if (baseline !== undefined) return parseModelSpec(baseline);
  const family = FAMILY_NAME.exec(word);
  if (family === null) throw unknownModel(name);
  const variant = family[1] ?? '';
  return cifarSpec(variant.includes('b'), variant.includes('c'), Number(family[2]), Number(family[3]));
}

/** The networks of the paper, for menus: CIFAR and SVHN ones by size, then ImageNet ones, then baselines. */
export const PRESETS: readonly ModelPreset[] = [
  ...['densenet-bc-22-12', 'densenet-bc-40-12', 'densenet-40-12', 'densenet-bc-100-12', 'densenet-100-12'],
  ...['densenet-bc-250-24', 'densenet-bc-190-40', 'densenet-100-24'],
  ...['densenet121', 'densenet169', 'densenet201', 'densenet161', 'densenet264'],
  ...BASELINE_NAMES,
].map((name) => {
  const spec = modelFromName(name);
  return { name, title: titleOf(spec), spec };
});

function cifarSpec(bottleneck: boolean, compressed: boolean, depth: number, growthRate: number): ModelSpec {
  const layers = layersPerBlock(depth, convolutionsPerLayer({ bottleneck }));
  const shape = { stem: 'cifar', growthRate, bottleneck, compression: compressed ? 0.5 : 1 } as const;
  return parseModelSpec({
    version: 1,
    family: 'densenet',
    ...shape,
    blockLayers: new Array<number>(CIFAR_BLOCKS).fill(layers),
    initialFeatures: defaultInitialFeatures(shape),
    dropoutRate: 0,
  } satisfies DenseNetSpec);
}

function imageNetSpec(depth: number): ModelSpec {
  const growthRate = IMAGENET_GROWTH.get(depth) ?? 32;
  return {
    version: 1,
    family: 'densenet',
    stem: 'imagenet',
    blockLayers: IMAGENET_BLOCKS.get(depth) ?? [],
    growthRate,
    bottleneck: true,
    compression: 0.5,
    initialFeatures: 2 * growthRate,
    dropoutRate: 0,
  };
}

/** Dense layers in each of three equal blocks: (L - 4) / 3, or (L - 4) / 6 with bottlenecks. */
function layersPerBlock(depth: number, convolutions: number): number {
  const step = CIFAR_BLOCKS * convolutions;
  const smallest = 4 + step;
  if (depth >= smallest && (depth - 4) % step === 0) return (depth - 4) / step;
  const below = 4 + step * Math.floor((depth - 4) / step);
  const fitting = depth < smallest ? [smallest] : [below, below + step];
  throw modelInvalid(
    `A depth of ${String(depth)} does not fit: three equal blocks ${convolutions === 2 ? 'with bottlenecks ' : ''}need ` +
      `L - 4 to be a multiple of ${String(step)}${depth < smallest ? ` and L to be at least ${String(smallest)}` : ''}.`,
    `Use a depth of ${listOf(fitting.map(String))}.`,
  );
}

function unknownModel(name: string): DenseLabError {
  const alike = nearest(
    name,
    PRESETS.map((preset) => preset.name),
  );
  const forms = `densenet[-b|-c|-bc]-DEPTH-GROWTH, such as densenet-bc-40-12, or ${BASELINE_FORMS}`;
  return new DenseLabError(
    'model-unknown',
    `There is no model named "${name}".`,
    alike.length > 0 ? `Did you mean ${listOf(alike)}? Any ${forms}, works too.` : `Use densenet121 or ${forms}.`,
  );
}
