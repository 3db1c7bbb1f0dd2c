/** Graphs made node by node, for tests of what runs a graph rather than of what compiles one. */

import type {
  Attribute,
  ConstantValue,
  Graph,
  GraphNode,
  Shape,
  Tensor,
  TensorType,
} from '../../src-main/graph/node.ts';

/** Collects nodes in order. */
export class HandmadeGraph implements Graph {
  readonly nodes: GraphNode[] = [];

  /** Adds any node. */
  add(
    op: string,
    name: string,
    inputs: readonly Tensor[],
    outputs: readonly TensorType[],
    attributes: Readonly<Record<string, Attribute>> = {},
    controlInputs: readonly GraphNode[] = [],
  ): GraphNode {
    const node = { op, name, inputs, outputs, attributes, controlInputs };
    this.nodes.push(node);
    return node;
  }

  /** A fed tensor. */
  placeholder(name: string, type: TensorType): Tensor {
    return output(
      this.add('Placeholder', name, [], [type], {
        dtype: { kind: 'type', value: type.dataType },
        shape: { kind: 'shape', value: type.shape },
      }),
    );
  }

  /** A constant. */
  constant(name: string, value: ConstantValue): Tensor {
    const { dataType, shape } = value;
    return output(
      this.add('Const', name, [], [{ dataType, shape }], {
        dtype: { kind: 'type', value: dataType },
        value: { kind: 'tensor', value },
      }),
    );
  }

  /** A resource variable; `attributes` for reading and assigning it are `variableType(shape)`. */
  variable(name: string, shape: Shape): Tensor {
    return output(
      this.add('VarHandleOp', name, [], [{ dataType: 'resource', shape: [] }], {
        dtype: { kind: 'type', value: 'float32' },
        shape: { kind: 'shape', value: shape },
        shared_name: { kind: 'string', value: name },
      }),
    );
  }
}

/** The `T` attribute of most ops. */
export function elementType(
  value: 'float32' | 'int32' | 'int64' | 'uint8' | 'bool' | 'bfloat16',
): Record<string, Attribute> {
  return { T: { kind: 'type', value } };
}

/** One output of a node. */
export function output(node: GraphNode, index = 0): Tensor {
  const type = node.outputs[index];
  if (type === undefined) throw new Error(`${node.name} has no output ${String(index)}`);
  return { node, index, ...type };
}
