import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseLabError } from '../../../src-main/contract/errors.ts';
import type { DenseNetSpec, InputShape, LayerPlan } from '../../../src-main/contract/model.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { buildSpec, specs } from '../../support/models.ts';

const CIFAR: InputShape = { height: 32, width: 32, channels: 3 };
const IMAGENET: InputShape = { height: 224, width: 224, channels: 3 };

describe('counts of the paper', () => {
  it.each([
    ['densenet-bc-40-12', CIFAR, 10, 176_122, null],
    ['densenet-bc-100-12', CIFAR, 10, 769_162, 287_929_692],
    ['densenet-40-12', CIFAR, 10, 1_019_722, 264_812_928],
    ['densenet-100-12', CIFAR, 10, 6_979_642, 1_769_516_448],
    ['densenet-bc-250-24', CIFAR, 10, 15_324_406, null],
    ['densenet-bc-190-40', CIFAR, 10, 25_624_430, null],
    ['densenet-100-24', CIFAR, 10, 27_249_082, null],
    ['resnet-20', CIFAR, 10, 269_722, 40_551_040],
    ['resnet-110', CIFAR, 10, 1_727_962, 252_887_680],
    // as PyTorch counts the same networks
    ['preact-resnet-110', CIFAR, 10, 1_730_522, 253_149_824],
    ['preact-resnet-164', CIFAR, 10, 1_703_258, 244_500_992],
    ['preact-resnet-1001', CIFAR, 10, 10_327_706, 1_487_849_984],
    ['wide-resnet-28-10', CIFAR, 10, 36_479_194, 5_243_328_768],
    ['stochastic-depth-110', CIFAR, 10, 1_727_962, 252_887_680],
    ['densenet121', IMAGENET, 1000, 7_978_856, 2_834_161_664],
    // torchvision's own counts of its released models
    ['densenet161', IMAGENET, 1000, 28_681_000, null],
    ['densenet169', IMAGENET, 1000, 14_149_480, null],
    ['densenet201', IMAGENET, 1000, 20_013_928, null],
  ])('%s', (name, input, classes, parameters, multiplyAdds) => {
    const plan = planModel(modelFromName(name), input, classes);
    expect(plan.parameters).toBe(parameters);
    if (multiplyAdds !== null) expect(plan.multiplyAdds).toBe(multiplyAdds);
  });

  it('counts the connections of each block as L(L+1)/2', () => {
    const plan = planModel(modelFromName('densenet121'), IMAGENET, 1000);
    expect(plan.blocks.map((block) => block.connections)).toEqual([21, 78, 300, 136]);
  });
});

describe('names and wiring, which are a file format', () => {
  it('lays out the basic form with dropout', () => {
    const spec = buildSpec({ blockLayers: [2, 1], growthRate: 4, initialFeatures: 8, dropoutRate: 0.2 });
    expect(wiring(planModel(spec, { height: 8, width: 8, channels: 1 }, 3))).toMatchInlineSnapshot(`
      "input <-  8x8x1
      stem/conv <- input 8x8x8
      block1/layer1/norm1 <- stem/conv 8x8x8
      block1/layer1/relu1 <- block1/layer1/norm1 8x8x8
      block1/layer1/conv1 <- block1/layer1/relu1 8x8x4
      block1/layer1/dropout1 <- block1/layer1/conv1 8x8x4
      block1/layer1/concat <- stem/conv block1/layer1/dropout1 8x8x12
      block1/layer2/norm1 <- block1/layer1/concat 8x8x12
      block1/layer2/relu1 <- block1/layer2/norm1 8x8x12
      block1/layer2/conv1 <- block1/layer2/relu1 8x8x4
      block1/layer2/dropout1 <- block1/layer2/conv1 8x8x4
      block1/layer2/concat <- block1/layer1/concat block1/layer2/dropout1 8x8x16
      transition1/norm <- block1/layer2/concat 8x8x16
      transition1/relu <- transition1/norm 8x8x16
      transition1/conv <- transition1/relu 8x8x16
      transition1/dropout <- transition1/conv 8x8x16
      transition1/pool <- transition1/dropout 4x4x16
      block2/layer1/norm1 <- transition1/pool 4x4x16
      block2/layer1/relu1 <- block2/layer1/norm1 4x4x16
      block2/layer1/conv1 <- block2/layer1/relu1 4x4x4
      block2/layer1/dropout1 <- block2/layer1/conv1 4x4x4
      block2/layer1/concat <- transition1/pool block2/layer1/dropout1 4x4x20
      head/norm <- block2/layer1/concat 4x4x20
      head/relu <- head/norm 4x4x20
      head/pool <- head/relu 20
      classifier <- head/pool 3"
    `);
  });

  it('lays out the bottleneck form behind the ImageNet stem', () => {
    const spec = buildSpec({ stem: 'imagenet', blockLayers: [1], bottleneck: true, dropoutRate: 0.1 });
    const plan = planModel(spec, { height: 33, width: 35, channels: 3 }, 10);
    expect(wiring(plan)).toMatchInlineSnapshot(`
      "input <-  33x35x3
      stem/conv <- input 17x18x16
      stem/norm <- stem/conv 17x18x16
      stem/relu <- stem/norm 17x18x16
      stem/pool <- stem/relu 9x9x16
      block1/layer1/norm1 <- stem/pool 9x9x16
      block1/layer1/relu1 <- block1/layer1/norm1 9x9x16
      block1/layer1/conv1 <- block1/layer1/relu1 9x9x48
      block1/layer1/dropout1 <- block1/layer1/conv1 9x9x48
      block1/layer1/norm2 <- block1/layer1/dropout1 9x9x48
      block1/layer1/relu2 <- block1/layer1/norm2 9x9x48
      block1/layer1/conv2 <- block1/layer1/relu2 9x9x12
      block1/layer1/dropout2 <- block1/layer1/conv2 9x9x12
      block1/layer1/concat <- stem/pool block1/layer1/dropout2 9x9x28
      head/norm <- block1/layer1/concat 9x9x28
      head/relu <- head/norm 9x9x28
      head/pool <- head/relu 28
      classifier <- head/pool 10"
    `);
  });

  it('names tensors by layer and role', () => {
    const plan = planModel(buildSpec({ blockLayers: [1] }), CIFAR, 10);
    const tensors = plan.layers.flatMap((layer) => layer.tensors);
    expect(tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`)).toEqual([
      'stem/conv/weights 3x3x3x16',
      'block1/layer1/norm1/gamma 16',
      'block1/layer1/norm1/beta 16',
      'block1/layer1/norm1/movingMean 16',
      'block1/layer1/norm1/movingVariance 16',
      'block1/layer1/conv1/weights 3x3x16x12',
      'head/norm/gamma 28',
      'head/norm/beta 28',
      'head/norm/movingMean 28',
      'head/norm/movingVariance 28',
      'classifier/weights 28x10',
      'classifier/bias 10',
    ]);
  });
});

describe('any network of the family', () => {
  const inputs = fc.record({
    height: fc.integer({ min: 16, max: 70 }),
    width: fc.integer({ min: 16, max: 70 }),
    channels: fc.constantFrom(1, 3),
  });

  it('has widths, connections, counts and wiring that add up', () => {
    fc.assert(
      fc.property(specs, inputs, fc.integer({ min: 2, max: 30 }), (spec, input, classes) => {
        const plan = planModel(spec, input, classes);
        expectWidths(plan, spec);
        expectCounts(plan);
        expectOrder(plan);
        expect(plan.layers[plan.layers.length - 1]?.outputShape).toEqual([classes]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what does not fit', () => {
  it.each([
    [
      'an input too small for the poolings',
      buildSpec({ blockLayers: [1, 1, 1] }),
      { ...CIFAR, width: 3 },
      'transition2/pool',
    ],
    ['two channels', buildSpec(), { ...CIFAR, channels: 2 }, '2 channels'],
    ['half a pixel', buildSpec(), { ...CIFAR, height: 31.5 }, 'height 31.5'],
    ['no growth', buildSpec({ growthRate: 0 }), CIFAR, 'growthRate 0'],
    ['a compression that leaves nothing', buildSpec({ compression: 0.01 }), CIFAR, 'compression of 0.01'],
    ['dropping everything', buildSpec({ dropoutRate: 1 }), CIFAR, 'dropoutRate 1'],
  ])('refuses %s by name', (_title, spec, input, named) => {
    expect(() => planModel(spec, input, 10)).toThrow(DenseLabError);
    expect(() => planModel(spec, input, 10)).toThrow(named);
  });

  it('refuses a single class', () => {
    expect(() => planModel(buildSpec(), CIFAR, 1)).toThrow('number of classes is 1');
  });
});

function wiring(plan: LayerPlan): string {
  return plan.layers
    .map((layer) => `${layer.name} <- ${layer.inputs.join(' ')} ${layer.outputShape.join('x')}`)
    .join('\n');
}

function expectWidths(plan: LayerPlan, spec: DenseNetSpec): void {
  for (const block of plan.blocks) {
    expect(block.outputChannels).toBe(block.inputChannels + block.layers * spec.growthRate);
    expect(block.connections).toBe((block.layers * (block.layers + 1)) / 2);
    const next = plan.blocks[block.index];
    if (next !== undefined) expect(next.inputChannels).toBe(Math.floor(spec.compression * block.outputChannels));
  }
}

function expectCounts(plan: LayerPlan): void {
  const trainable = plan.layers.flatMap((layer) => layer.tensors).filter((tensor) => tensor.trainable);
  const scalars = trainable.map((tensor) => tensor.shape.reduce((product, size) => product * size, 1));
  expect(plan.parameters).toBe(scalars.reduce((sum, count) => sum + count, 0));
  const names = plan.layers.flatMap((layer) => [layer.name, ...layer.tensors.map((tensor) => tensor.name)]);
  expect(new Set(names).size).toBe(names.length);
}

function expectOrder(plan: LayerPlan): void {
  const shapes = new Map<string, readonly number[]>();
  for (const layer of plan.layers) {
    const inputs = layer.inputs.map((name) => shapes.get(name));
    expect(inputs).not.toContain(undefined);
    if (layer.operation.kind === 'concat') {
      const channels = inputs.reduce((sum, shape) => sum + (shape?.[2] ?? Number.NaN), 0);
      expect(layer.outputShape).toEqual([inputs[0]?.[0], inputs[0]?.[1], channels]);
    }
    shapes.set(layer.name, layer.outputShape);
  }
}
