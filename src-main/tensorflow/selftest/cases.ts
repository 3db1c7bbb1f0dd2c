/** The distinct kernels of a graph: each op with its attributes, types and shapes, once. */

import { at } from '../../graph/illegal.ts';
import type { Graph, GraphNode, TensorType } from '../../graph/node.ts';
import { computesFloats, exemptionOf } from './exemptions.ts';
import { KERNEL_RULES } from './rules/registry.ts';
import type { ConcreteKernel, KernelRule } from './rule.ts';

/** One kernel to check. */
export interface KernelCase {
  /** For a person: `Conv2D of [n,32,32,48] and [3,3,48,12]`. */
  readonly title: string;
  /** What tells it from others. */
  readonly key: string;
  readonly rule: KernelRule;
  readonly kernel: ConcreteKernel;
  /** What TensorFlow melts into the kernel because nothing else reads its result. */
  readonly followers: readonly GraphNode[];
}

/**
 * Images in a checked batch, where the graph leaves the number open: which kernel runs is decided by channels and windows, and
 * what was found wrong was wrong at any number. With 64, as it is trained, the 412 kernels of DenseNet-BC (L=40, k=12) came out
 * the same, in 38 s in place of 4.
 */
const IMAGES = 2;
/** Rows of a checked matrix, where the graph leaves the number open. */
const ROWS = 1024;
/** What shows the layers of an evaluation: an evaluation does not run it, so it does not keep a kernel from being fused. */
const SHOWN = 'layers/';
/** TensorFlow's remapper fuses these with the kernel before them. */
const FUSED_INTO: ReadonlyMap<string, readonly string[]> = new Map([
  ['Conv2D', ['BiasAdd', 'Relu']],
  ['DepthwiseConv2dNative', ['BiasAdd', 'Relu']],
  ['MatMul', ['BiasAdd', 'Relu']],
  ['FusedBatchNormV3', ['Relu']],
]);

/** All kernels of a graph that the self-test has a reference for: float32 and bfloat16, and those that make floats of others. */
export function kernelCases(graph: Graph): readonly KernelCase[] {
  const readers = onlyReaders(graph);
  const cases = new Map<string, KernelCase>();
  for (const node of graph.nodes) {
    const rule = KERNEL_RULES.get(node.op);
    if (rule === undefined || !isCovered(node, rule)) continue;
    const followers = followersOf(node, readers);
    const title = titleOf(node, followers);
    const key = `${title} ${JSON.stringify(node.attributes)} ${JSON.stringify(constantsOf(node))}`;
    if (!cases.has(key)) cases.set(key, { title, key, rule, kernel: concrete(node), followers });
  }
  return [...cases.values()];
}

/** A node that computes and that nothing vouches for. */
export interface UncheckedNode {
  readonly node: GraphNode;
  readonly op: string;
}

/** Nodes that have neither a reference nor a reason why they need none. */
export function uncheckedNodes(graph: Graph): readonly UncheckedNode[] {
  return graph.nodes
    .filter((node) => {
      const rule = KERNEL_RULES.get(node.op);
      return !(rule !== undefined && isCovered(node, rule)) && exemptionOf(node) === null;
    })
    .map((node) => ({ node, op: node.op }));
}

function isCovered(node: GraphNode, rule: KernelRule): boolean {
  const layout = node.attributes['data_format']?.value ?? 'NHWC';
  return computesFloats(node) && layout === 'NHWC' && rule.covers?.(node) !== false;
}

/** The single node that reads the first output of a node, where there is just one. */
function onlyReaders(graph: Graph): ReadonlyMap<GraphNode, GraphNode | null> {
  const readers = new Map<GraphNode, GraphNode | null>();
  for (const reader of graph.nodes) {
    if (reader.name.startsWith(SHOWN)) continue;
    for (const { node, index } of reader.inputs) {
      if (index === 0) readers.set(node, readers.has(node) ? null : reader);
    }
  }
  return readers;
}

function followersOf(node: GraphNode, readers: ReadonlyMap<GraphNode, GraphNode | null>): readonly GraphNode[] {
  const followers: GraphNode[] = [];
  for (const op of FUSED_INTO.get(node.op) ?? []) {
    const reader = readers.get(followers.at(-1) ?? node);
    if (reader?.op === op) followers.push(reader);
  }
  return followers;
}

function titleOf(node: GraphNode, followers: readonly GraphNode[]): string {
  const shapes = node.inputs
    .filter(({ dataType }) => node.op === 'Cast' || (dataType !== 'int32' && dataType !== 'resource'))
    .map(({ shape, dataType }) => {
      const type = dataType === 'float32' ? '' : `${dataType} `;
      return `${type}[${shape.map((size) => (size === -1 ? 'n' : String(size))).join(',')}]`;
    });
  return `${[node, ...followers].map((each) => each.op).join(' + ')} of ${shapes.join(' and ')}`;
}

/** Constant inputs decide what a kernel does as much as attributes do; but where a slice begins makes no difference. */
function constantsOf(node: GraphNode): readonly unknown[] {
  if (node.op === 'Slice') return at(node.outputs, 0).shape;
  return node.inputs.flatMap((input) => {
    const value = input.node.op === 'Const' ? input.node.attributes['value'] : undefined;
    return value?.kind === 'tensor' && value.value.dataType === 'int32' ? [Array.from(value.value.data)] : [];
  });
}

/** The batch is small where maps are in it, and of the same size in all of a node's tensors. */
function concrete(node: GraphNode): ConcreteKernel {
  const types = [...node.inputs, ...node.outputs];
  const batch = types.some(({ shape }) => shape.length >= 4) ? IMAGES : ROWS;
  const known = ({ dataType, shape }: TensorType): TensorType => ({
    dataType,
    shape: shape.map((size) => (size === -1 ? batch : size)),
  });
  return { node, inputs: node.inputs.map(known), outputs: node.outputs.map(known) };
}
