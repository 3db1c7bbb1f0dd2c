import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ModelSpec } from '../../../src-main/contract/model.ts';
import { drawNetwork } from '../../../src-main/inspection/networkMap.ts';
import { receptiveFields } from '../../../src-main/inspection/receptiveField.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { baselines, buildResNet, buildSpec, specs, TINY_HIGHWAY, TINY_PLAIN } from '../../support/models.ts';

const INPUT = { height: 32, width: 32, channels: 3 };

function draw(spec: ModelSpec) {
  return drawNetwork(planModel(spec, INPUT, 10));
}

function fieldOf(spec: ModelSpec, layer: string) {
  return receptiveFields(planModel(spec, INPUT, 10)).get(layer);
}

describe('receptive fields', () => {
  const spec = buildSpec({ bottleneck: true });

  it.each([
    ['input', 1, 1],
    // 3x3 of the image; 1x1 sees no more; each 3x3 adds two pixels of its own size.
    ['stem/conv', 3, 1],
    ['block1/layer1/conv1', 3, 1],
    ['block1/layer1/conv2', 5, 1],
    ['block1/layer2/concat', 7, 1],
    // A 2x2 pool sees one more, and its values are two pixels apart.
    ['transition1/pool', 8, 2],
    ['block2/layer1/conv2', 12, 2],
    ['block2/layer2/conv2', 16, 2],
    ['transition2/pool', 18, 4],
    ['block3/layer2/conv2', 34, 4],
    // Eight values four pixels apart: 34 + 7 · 4.
    ['head/pool', 62, 32],
  ])('of %s in a DenseNet by hand: %i pixels, %i apart', (layer, size, stride) => {
    expect(fieldOf(spec, layer)).toEqual({ height: size, width: size, stride });
  });

  it('of the ImageNet stem by hand: 7x7/2, then 3x3/2', () => {
    const imagenet = buildSpec({ stem: 'imagenet', blockLayers: [1] });
    expect(fieldOf(imagenet, 'stem/conv')).toEqual({ height: 7, width: 7, stride: 2 });
    expect(fieldOf(imagenet, 'stem/pool')).toEqual({ height: 11, width: 11, stride: 4 });
  });

  it('of a residual sum is the larger of what its two sides see', () => {
    const resnet = buildResNet();
    expect(fieldOf(resnet, 'stage1/unit1/add')).toEqual({ height: 7, width: 7, stride: 1 });
    expect(fieldOf(resnet, 'stage2/unit1/shortcut')).toEqual({ height: 7, width: 7, stride: 2 });
    // 7, then 3x3/2 sees two more, then 3x3 two values that are two pixels apart on either side.
    expect(fieldOf(resnet, 'stage2/unit1/add')).toEqual({ height: 13, width: 13, stride: 2 });
  });

  it('of the last layer in DenseNet-121 covers more than its input', () => {
    const plan = planModel(modelFromName('densenet121'), { height: 224, width: 224, channels: 3 }, 1000);
    expect(receptiveFields(plan).get('block4/layer16/conv2')).toEqual({ height: 2071, width: 2071, stride: 32 });
  });
});

describe('the map of a network', () => {
  it('has every one of the L(L+1)/2 connections of every dense block', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const plan = planModel(spec, { height: 64, width: 64, channels: 3 }, 10);
        const { blocks } = drawNetwork(plan);
        expect(blocks.map(({ connections }) => connections.length)).toEqual(
          plan.blocks.map(({ connections }) => connections),
        );
        for (const { connections } of blocks) {
          expect(new Set(connections.map(({ source, reader }) => `${source} ${reader}`)).size).toBe(connections.length);
        }
      }),
    );
  });

  it('names what each layer of a block reads, and what it adds', () => {
    const { units } = draw(buildSpec({ blockLayers: [3, 1], growthRate: 5, bottleneck: true }));
    const unit = (name: string) => units.find((each) => each.name === name);
    expect(unit('block1/layer3')).toMatchObject({
      kind: 'layer',
      block: 1,
      channelsIn: 26,
      made: { layer: 'block1/layer3/conv2', shape: [32, 32, 5] },
      reads: ['stem', 'block1/layer1', 'block1/layer2'],
    });
    expect(unit('transition1')?.reads).toEqual(['stem', 'block1/layer1', 'block1/layer2', 'block1/layer3']);
    expect(unit('block2/layer1')?.reads).toEqual(['transition1']);
    const relu = unit('block1/layer2')?.layers.find(({ name }) => name === 'block1/layer2/relu1');
    expect(relu?.origins).toEqual([
      { unit: 'stem', layer: 'stem/conv', first: 0, count: 16 },
      { unit: 'block1/layer1', layer: 'block1/layer1/conv2', first: 0, count: 5 },
    ]);
  });

  it('loses no layer, parameter or multiply-add of any family, and covers every map with an origin', () => {
    fc.assert(
      fc.property(fc.oneof(baselines, specs), (spec) => {
        const plan = planModel(spec, { height: 64, width: 64, channels: 3 }, 10);
        const { units } = drawNetwork(plan);
        const sum = (of: 'parameters' | 'multiplyAdds') => units.reduce((total, unit) => total + unit[of], 0);
        expect(sum('parameters')).toBe(plan.parameters);
        expect(sum('multiplyAdds')).toBe(plan.multiplyAdds);
        const layers = units.flatMap((unit) => unit.layers);
        expect(layers.map(({ name }) => name)).toEqual(plan.layers.map(({ name }) => name));
        for (const { origins, shape } of layers) {
          expect(origins.reduce((maps, { count }) => maps + count, 0)).toBe(shape.at(-1));
        }
        // What is before a unit is what it reads.
        const names = units.map(({ name }) => name);
        for (const [at, { reads }] of units.entries()) {
          for (const source of reads) expect(names.indexOf(source)).toBeLessThan(at);
        }
      }),
    );
  });

  it.each([
    ['nothing in a plain network', TINY_PLAIN, 'none', 'stage1/unit1'],
    ['the input itself in a ResNet', buildResNet(), 'identity', 'stage1/unit1'],
    ['the cut and padded input', buildResNet(), 'padded', 'stage2/unit1'],
    ['the projected input', buildResNet({ shortcut: 'B' }), 'projected', 'stage2/unit1'],
    ['the gated input of a highway', TINY_HIGHWAY, 'gated', 'stage1/unit1'],
  ] as const)('tells what goes past the convolutions: %s', (_what, spec, bypass, unit) => {
    expect(draw(spec).units.find(({ name }) => name === unit)?.bypass).toBe(bypass);
  });
});
