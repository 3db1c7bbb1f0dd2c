import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ModelSpec } from '../../../src-main/contract/model.ts';
import { STANDARD_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import { compileModel, type CompileSettings } from '../../../src-main/graph/compile.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { baselines, buildResNet, buildSpec, specs } from '../../support/models.ts';

const SETTINGS: CompileSettings = {
  mean: [120],
  standardDeviation: [60],
  augmentation: STANDARD_AUGMENTATION,
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
  weightDecay: 1e-4,
};

function compile(spec: ModelSpec) {
  const plan = planModel(spec, { height: 32, width: 32, channels: 1 }, 5);
  return { plan, model: compileModel(plan, SETTINGS) };
}

describe('compiling a network', () => {
  it('gives a legal graph and a name for everything, for any network', () => {
    fc.assert(
      fc.property(fc.oneof(specs, baselines), (spec) => {
        const { plan, model } = compile(spec);
        const tensors = plan.layers.flatMap((layer) => layer.tensors);
        const trainable = tensors.filter((tensor) => tensor.trainable).map(({ name }) => name);
        const names = model.variables.map(({ name }) => name);
        const velocities = trainable.map((name) => `${name}/velocity`);
        expect([...names].sort()).toEqual([...tensors.map(({ name }) => name), ...velocities].sort());
        expect(Object.keys(model.gradients)).toEqual(trainable);
        expect(Object.keys(model.layers)).toEqual(plan.layers.map(({ name }) => name));
        expect(model.state.read).toEqual(names);
      }),
      { numRuns: 15 },
    );
  });

  it('never lets a BatchNorm see anything but a multiple of 16 channels', () => {
    fc.assert(
      fc.property(fc.oneof(specs, baselines), (spec) => {
        const norms = compile(spec).model.graph.nodes.filter(({ op }) => op === 'FusedBatchNormV3');
        expect(norms.map(({ outputs }) => (outputs[0]?.shape[3] ?? 1) % 16)).toEqual(norms.map(() => 0));
      }),
      { numRuns: 15 },
    );
  });

  it('cuts the gradients of a block once more per layer, not once more for every earlier layer', () => {
    const cuts = (layers: number): number => {
      const { nodes } = compile(buildSpec({ blockLayers: [layers] })).model.graph;
      return nodes.filter(({ name, op }) => op === 'Slice' && name.startsWith('gradients/block1/')).length;
    };
    expect(cuts(12) - cuts(8)).toBe(cuts(8) - cuts(4));
  });

  it('uses no 1x1 convolution, and no BatchNorm outside of training', () => {
    const specs = [
      buildSpec({ bottleneck: true, compression: 0.5 }),
      buildResNet({ unit: 'bottleneck', shortcut: 'B' }),
    ];
    const nodes = specs.flatMap((spec) => compile(spec).model.graph.nodes);
    const kernels = nodes.filter(({ op }) => op === 'Conv2D').map(({ inputs }) => inputs[1]?.shape.slice(0, 2));
    expect(new Set(kernels.map(String))).toEqual(new Set(['3,3']));
    expect(nodes.some(({ name, op }) => name.startsWith('evaluate/') && op.startsWith('FusedBatchNorm'))).toBe(false);
  });

  it('pools before the 1x1 convolution of a transition', () => {
    const { model } = compile(buildSpec({ compression: 0.5 }));
    const pool = model.graph.nodes.find(({ name }) => name === 'transition1/pool/AvgPool');
    expect(pool?.inputs[0]?.node.name).toBe('transition1/relu/Relu');
  });

  it('makes the loss and the count of right answers wait for every update', () => {
    const { model } = compile(buildSpec());
    for (const name of Object.values(model.train.fetches)) {
      const fetched = model.graph.nodes.find((node) => node.name === name);
      const updates = fetched?.controlInputs.map(({ op }) => op);
      // The second keeps the gradient, the third the moving averages.
      expect(updates).toEqual(['ResourceApplyMomentum', 'AssignVariableOp', 'AssignVariableOp']);
    }
  });

  it('computes maps again in the backward pass from 70 layers on, or when told to', () => {
    const repeats = (depth: number, recomputation?: boolean) => {
      const layers = (depth - 4) / 3;
      const plan = planModel(
        buildSpec({ blockLayers: [layers, layers, layers] }),
        { height: 8, width: 8, channels: 1 },
        5,
      );
      const { graph } = compileModel(plan, recomputation === undefined ? SETTINGS : { ...SETTINGS, recomputation });
      return graph.nodes.some(({ name, op }) => name.startsWith('gradients/again/') && op === 'ConcatV2');
    };
    expect([repeats(67), repeats(70)]).toEqual([false, true]);
    expect([repeats(67, true), repeats(70, false)]).toEqual([true, false]);
  });

  it('is the same text every time', () => {
    expect(JSON.stringify(names(compile(buildSpec()).model))).toBe(JSON.stringify(names(compile(buildSpec()).model)));
  });
});

function names(model: ReturnType<typeof compileModel>) {
  return model.graph.nodes.map(({ name, op, inputs }) => [name, op, inputs.map((input) => input.node.name)]);
}
