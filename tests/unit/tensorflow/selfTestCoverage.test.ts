/** No node of a graph computes without a reference: what is added to the compiler needs a rule or a reason. */

import { describe, expect, it } from 'vitest';

import type { Graph } from '../../../src-main/graph/node.ts';
import { OP_RULES } from '../../../src-main/graph/ops/registry.ts';
import { kernelCases, uncheckedNodes } from '../../../src-main/tensorflow/selftest/cases.ts';
import { exemptionOf } from '../../../src-main/tensorflow/selftest/exemptions.ts';
import { KERNEL_RULES } from '../../../src-main/tensorflow/selftest/rules/registry.ts';
import { compiledVariety } from '../../support/graph/variety.ts';

describe('the self-test', () => {
  it.each(compiledVariety())('vouches for every node: %s', (_name, graph) => {
    expect(uncheckedNodes(graph).map(({ op, node }) => `${op} ${node.name}`)).toEqual([]);
  });

  it('has met every op of the compiler in these graphs, so that none escapes it', () => {
    const met = new Set(compiledVariety().flatMap(([, graph]) => graph.nodes.map(({ op }) => op)));
    expect([...OP_RULES.keys()].filter((op) => !met.has(op))).toEqual([]);
  });

  it('has no rule that no graph uses', () => {
    const used = new Set(compiledVariety().flatMap(([, graph]) => kernelCases(graph).map(({ rule }) => rule.op)));
    expect([...KERNEL_RULES.keys()].filter((op) => !used.has(op))).toEqual([]);
  });

  it('checks what is melted into one kernel as it runs: convolutions of an evaluation with their bias and ReLU', () => {
    const melted = compiledVariety().flatMap(([, graph]) =>
      kernelCases(graph).map(({ kernel, followers }) => [kernel.node.op, ...followers.map(({ op }) => op)].join(' ')),
    );
    for (const form of ['DepthwiseConv2dNative BiasAdd Relu', 'FusedBatchNormV3 Relu']) {
      expect(melted).toContain(form);
    }
  });

  it('misses a node that has neither', () => {
    const [, graph] = compiledVariety()[0] ?? ['', { nodes: [] }];
    const relu = graph.nodes.find(({ op }) => op === 'Relu');
    if (relu === undefined) throw new Error('no Relu');
    const foreign: Graph = { nodes: [{ ...relu, op: 'Selu' }] };
    expect(uncheckedNodes(foreign)).toHaveLength(1);
    const { T: _type, ...untyped } = relu.attributes;
    // One that names no type is judged by its tensors.
    expect(exemptionOf({ ...relu, op: 'Selu', attributes: untyped })).toBeNull();
    expect(exemptionOf({ ...relu, op: 'Identity' })).toBe('hands on what it is given');
  });
});
