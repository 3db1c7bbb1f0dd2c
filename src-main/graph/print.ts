/** Prints a graph as text, one node per line, for people and for golden tests. */

import { assertNever } from '../contract/errors.ts';
import { attributeOf } from './attributes.ts';
import type { Attribute, ConstantValue, Graph, GraphNode, Tensor, TensorType } from './node.ts';
import { fetchName } from './scope.ts';

/** Attributes that repeat what the line says anyway: element types, and numbers of inputs and outputs. */
const IMPLIED: ReadonlySet<string> = new Set(
  'T U N DstT SrcT Index Taxis Tidx Tindices Tlabels Tlen Tpaddings Tparams Tperm Tseed Tshape dtype index_type num_split out_type'.split(
    ' ',
  ),
);

/** Elements of a constant that are printed. */
const SHOWN_ELEMENTS = 12;

/**
 * Lines such as `block1/layer1/relu1/Relu: float32[-1,8,8,16] = Relu(block1/layer1/norm1/FusedBatchNormV3)`. Constants
 * have no line of their own: they stand where they are used.
 */
export function printGraph(graph: Graph): string {
  const nodes = graph.nodes.filter(({ op }) => op !== 'Const');
  return nodes.map((node) => `${printNode(node)}\n`).join('');
}

function printNode(node: GraphNode): string {
  const outputs = node.outputs.map(printType).join(' ');
  const inputs = [...node.inputs.map(printInput), ...node.controlInputs.map((before) => `^${before.name}`)];
  const attributes = Object.entries(node.attributes)
    .filter(([name]) => !IMPLIED.has(name))
    .map(([name, value]) => `${name}=${printAttribute(value)}`)
    .sort();
  const arguments_ = [...inputs, ...attributes].join(', ');
  return `${node.name}:${outputs === '' ? '' : ` ${outputs}`} = ${node.op}(${arguments_})`;
}

function printInput(input: Tensor): string {
  const { op, attributes } = input.node;
  return op === 'Const' ? printConstant(attributeOf(attributes, 'value', 'tensor')) : fetchName(input);
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

function printConstant({ data, shape }: ConstantValue): string {
  if (shape.length === 0) return String(data[0]);
  const shown = Array.from(data).slice(0, SHOWN_ELEMENTS).join(',');
  return data.length > SHOWN_ELEMENTS ? `[${shown},... ${data.length}]` : `[${shown}]`;
}
