/** Compiled graphs that together use everything the compiler can lower. */

import { NO_AUGMENTATION, STANDARD_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import type { DenseNetSpec, InputShape, ModelSpec } from '../../../src-main/contract/model.ts';
import { compileModel, type CompileSettings } from '../../../src-main/graph/compile.ts';
import type { Graph } from '../../../src-main/graph/node.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { buildResNet, buildSpec, TINY_HIGHWAY, TINY_INCEPTION } from '../models.ts';

const SETTINGS: CompileSettings = {
  mean: [120, 120, 120],
  standardDeviation: [60, 60, 60],
  augmentation: STANDARD_AUGMENTATION,
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
  weightDecay: 1e-4,
};
const INPUT: InputShape = { height: 32, width: 32, channels: 3 };

function compiled(spec: Partial<DenseNetSpec>, settings: Partial<CompileSettings> = {}, input = INPUT): Graph {
  return compileModel(planModel(buildSpec(spec), input, 10), { ...SETTINGS, ...settings }).graph;
}

function baseline(spec: ModelSpec): Graph {
  return compileModel(planModel(spec, INPUT, 10), SETTINGS).graph;
}

/** Name and graph of each; every choice of spec and settings occurs in one of them. */
export function compiledVariety(): readonly (readonly [string, Graph])[] {
  const bottleneck = { bottleneck: true, compression: 0.5 };
  return [
    ['a basic DenseNet with dropout', compiled({ dropoutRate: 0.2 })],
    ['DenseNet-BC', compiled(bottleneck)],
    ['DenseNet-BC by native blocks', compiled(bottleneck, { kernels: 'block' })],
    ['DenseNet-BC, recomputed', compiled(bottleneck, { recomputation: true })],
    [
      'an ImageNet stem without augmentation',
      compiled({ ...bottleneck, stem: 'imagenet' }, { augmentation: NO_AUGMENTATION }),
    ],
    ['ResNet (A) with stochastic depth', baseline(buildResNet({ initialFeatures: 16, finalSurvival: 0.5 }))],
    [
      'a pre-activation ResNet',
      baseline(buildResNet({ form: 'preactivation', unit: 'bottleneck', shortcut: 'B', initialFeatures: 16 })),
    ],
    ['a highway network', baseline(TINY_HIGHWAY)],
    ['an Inception', baseline(TINY_INCEPTION)],
    ['maps of odd sizes', compiled(bottleneck, {}, { ...INPUT, height: 30, width: 30 })],
    [
      'every part of a recipe',
      compiled(bottleneck, {
        augmentation: {
          mirror: true,
          crop: { kind: 'randomResized', smallestArea: 0.2, largestRatio: 4 / 3 },
          colour: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
          cutout: { size: 8 },
          mixup: { alpha: 0.2 },
        },
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        weightDecayOn: 'weights',
        labelSmoothing: 0.1,
        classWeights: Array.from({ length: 10 }, (_, label) => 1 + label / 10),
        gradientClipping: 1,
        accumulation: 2,
      }),
    ],
    [
      'SGD without momentum or weight decay',
      compiled({}, { optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, weightDecay: 0 }),
    ],
  ];
}
