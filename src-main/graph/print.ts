/** Prints a graph as text, one node per line, for people and for golden tests. */

import { assertNever } from '../contract/errors.ts';
import type { Attribute, ConstantValue, Graph, GraphNode, TensorType } from './node.ts';
import { fetchName } from './scope.ts';

/** Attributes that say only what the line says anyway: element types and counts. */
const IMPLIED = new Set([
  'T',
  'U',
  'N',
  'Tidx',
  'Tshape',
  'Tlen',
  'Tperm',
  'Tpaddings',
  'Tparams',
  'Tindices',
  'Taxis',
]);
const ALSO_IMPLIED = new Set([
  'Tlabels',
  'Tseed',
  'Index',
  'index_type',
  'dtype',
  'SrcT',
  'DstT',
  'out_type',
  'num_split',
]);

/** Elements of a constant that are printed. */
const SHOWN_ELEMENTS = 12;

/** Lines such as `block1/layer1/relu1/Relu: float32[-1,8,8,16] = Relu(block1/layer1/norm1/FusedBatchNormV3)`. */
export function printGraph(graph: Graph): string {
  return graph.nodes.map((node) => `${printNode(node)}\n`).join('');
}

function printNode(node: GraphNode): string {
  const outputs = node.outputs.map(printType).join(' ');
  const inputs = [...node.inputs.map(fetchName), ...node.controlInputs.map((before) => `^${before.name}`)];
  const attributes = Object.entries(node.attributes)
    .filter(([name]) => !IMPLIED.has(name) && !ALSO_IMPLIED.has(name))
    .map(([name, value]) => `${name}=${printAttribute(value)}`)
    .sort();
  const arguments_ = [...inputs, ...attributes].join(', ');
  return `${node.name}:${outputs === '' ? '' : ` ${outputs}`} = ${node.op}(${arguments_})`;
}

function printType({ dataType, shape }: TensorType): string {
  return `${dataType}[${shape.join(',')}]`;
}

function printAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'type':
    case 'string':
      return attribute.value;
    case 'int':
    case 'float':
    case 'bool':
      return String(attribute.value);
    case 'shape':
    case 'ints':
    case 'types':
      return `[${attribute.value.join(',')}]`;
    case 'tensor':
      return printConstant(attribute.value);
    default:
      return assertNever(attribute);
  }
}

function printConstant({ data }: ConstantValue): string {
  const shown = Array.from(data).slice(0, SHOWN_ELEMENTS).join(',');
  return data.length > SHOWN_ELEMENTS ? `[${shown},... ${data.length}]` : `[${shown}]`;
}
