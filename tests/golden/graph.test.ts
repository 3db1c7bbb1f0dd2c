import { describe, expect, it } from 'vitest';

import type { InputShape, ModelSpec } from '../../src-main/contract/model.ts';
import { NO_AUGMENTATION, STANDARD_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { compileModel, type CompileSettings } from '../../src-main/graph/compile.ts';
import { printGraph } from '../../src-main/graph/print.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { buildResNet, buildSpec, TINY_HIGHWAY } from '../support/models.ts';

interface Golden {
  readonly spec: ModelSpec;
  readonly input: InputShape;
  readonly settings?: Partial<CompileSettings>;
}

/** Small, and together they use every rule of lowering. After a wanted change: `npx vitest run --project golden -u`. */
const GOLDENS: Readonly<Record<string, Golden>> = {
  basic: {
    spec: buildSpec({ blockLayers: [1, 1], growthRate: 2, initialFeatures: 4 }),
    input: { height: 4, width: 4, channels: 1 },
  },
  bc: {
    spec: buildSpec({ blockLayers: [2, 1], growthRate: 3, initialFeatures: 6, bottleneck: true, compression: 0.5 }),
    input: { height: 5, width: 4, channels: 3 },
    settings: { augmentation: STANDARD_AUGMENTATION, weightDecay: 1e-4 },
  },
  imagenet: {
    spec: buildSpec({ stem: 'imagenet', blockLayers: [1], growthRate: 4, initialFeatures: 8, dropoutRate: 0.2 }),
    input: { height: 9, width: 9, channels: 3 },
    settings: { optimizer: { kind: 'sgd', momentum: 0.5, nesterov: false } },
  },
  'stochastic-depth': {
    spec: buildResNet({ unitsPerStage: [1, 1], finalSurvival: 0.5 }),
    input: { height: 5, width: 4, channels: 1 },
  },
  highway: {
    spec: { ...TINY_HIGHWAY, unitsPerStage: [1, 1] },
    input: { height: 5, width: 4, channels: 1 },
  },
};

describe.each(Object.entries(GOLDENS))('the compiled network %s', (name, { spec, input, settings }) => {
  const perChannel = Array.from({ length: input.channels }, (_, channel) => channel + 1);
  const model = compileModel(planModel(spec, input, 3), {
    mean: perChannel.map((each) => 100 + each),
    standardDeviation: perChannel.map((each) => 50 * each),
    augmentation: NO_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    weightDecay: 0,
    ...settings,
  });

  it('has the graph on record', async () => {
    await expect(printGraph(model.graph)).toMatchFileSnapshot(`${name}.graph.txt`);
  });

  it('has the names on record: feeds, fetches and checkpoint keys', async () => {
    const { graph: _, ...names } = model;
    await expect(`${JSON.stringify(names, null, 1)}\n`).toMatchFileSnapshot(`${name}.names.txt`);
  });
});
