/** Nothing in our graphs is for processors only: TensorFlow built with CUDA registers a kernel for every node. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { NO_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import { compileModel } from '../../../src-main/graph/compile.ts';
import type { GraphNode } from '../../../src-main/graph/node.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { DATA_TYPE_CODES } from '../../../src-main/tensorflow/encode.ts';
import { compiledVariety } from '../../support/graph/variety.ts';
import { buildSpec } from '../../support/models.ts';

type Kernels = Readonly<Record<string, readonly Readonly<Record<string, readonly number[]>>[]>>;

/** As `make.py` beside it read them from the library. */
const KERNELS: Kernels = JSON.parse(
  readFileSync(new URL('../../fixtures/tensorflow/gpu-kernels.json', import.meta.url), 'utf8'),
);

function hasGpuKernel({ op, attributes }: GraphNode): boolean {
  return (KERNELS[op] ?? []).some((takes) =>
    Object.entries(takes).every(([name, codes]) => {
      const attribute = attributes[name];
      // An attribute that is left out has TensorFlow's default, and every one of ours has a kernel for that.
      return attribute?.kind !== 'type' || codes.includes(DATA_TYPE_CODES[attribute.value]);
    }),
  );
}

describe('a graph on a GPU', () => {
  // Native blocks are only ever compiled for the CPU.
  const forAnyDevice = compiledVariety().filter(([, graph]) =>
    graph.nodes.every(({ op }) => !op.startsWith('DenseLab')),
  );

  it.each(forAnyDevice)('finds a kernel for every node: %s', (_name, graph) => {
    const without = graph.nodes.filter((node) => !hasGpuKernel(node));
    expect(without.map(({ name, op }) => `${op} ${name}`)).toEqual([]);
  });

  it('would be caught with a node that has none', () => {
    const plan = planModel(buildSpec(), { height: 32, width: 32, channels: 3 }, 10);
    const { graph } = compileModel(plan, {
      mean: [1, 1, 1],
      standardDeviation: [1, 1, 1],
      augmentation: NO_AUGMENTATION,
      optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
      weightDecay: 0,
    });
    const [node] = graph.nodes;
    if (node === undefined) throw new Error('an empty graph');
    expect(hasGpuKernel({ ...node, op: 'DecodeJpeg' })).toBe(false);
    const text = { kind: 'type', value: 'resource' } as const;
    expect(hasGpuKernel({ ...node, op: 'Relu', attributes: { T: text } })).toBe(false);
  });
});
