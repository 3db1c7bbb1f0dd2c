/** A graph of kernels with inputs made for them. */

import { at } from '../../graph/illegal.ts';
import type { Attribute, DataType, Graph, GraphNode, Shape, Tensor, TensorType } from '../../graph/node.ts';
import { elementCount, float32Tensor, int32Tensor, uint8Tensor } from '../tensor.ts';
import type { HostTensor } from '../tensor.ts';
import type { ConcreteKernel } from './rule.ts';

/** A fed tensor and what it holds. */
export interface Fed {
  readonly tensor: Tensor;
  readonly shape: Shape;
  /** The element at a position; no number outside, which no kernel agrees with. */
  at(position: number): number;
}

/** A variable and what it holds at first. */
export interface FedVariable {
  readonly handle: Tensor;
  readonly initial: Fed;
  /** The assignment: what changes the variable waits for it. */
  readonly ready: GraphNode;
}

/** Enough numbers that repeating them does no harm. */
const POOL_SIZE = 1 << 20;
let pool: Float32Array | undefined;

/** Collects kernels. The nodes are made here and not by the compiler's scope: it refuses those that are known to be wrong. */
export class TestBench implements Graph {
  readonly nodes: GraphNode[] = [];
  readonly feeds: Record<string, HostTensor> = {};
  private drawn = 0;

  /** A float32 or bfloat16 input of random numbers from -1 to 1, or from 0.1 to 1.1; what `Fed.at` gives is exact. */
  feed({ dataType, shape }: TensorType, range: 'signed' | 'positive' = 'signed'): Fed {
    const data = this.draw(elementCount(shape));
    if (range === 'positive') data.forEach((value, position) => (data[position] = Math.abs(value) + 0.1));
    if (dataType === 'bfloat16') roundToBfloat16(data);
    const fed = this.addFeed({ dataType: 'float32', shape }, data, float32Tensor(shape, data));
    return dataType === 'bfloat16' ? { ...fed, tensor: this.cast(fed.tensor, 'bfloat16') } : fed;
  }

  /** The same elements as another type. */
  cast(tensor: Tensor, to: DataType): Tensor {
    return output(
      this.add('Cast', [tensor], [{ dataType: to, shape: tensor.shape }], {
        SrcT: { kind: 'type', value: tensor.dataType },
        DstT: { kind: 'type', value: to },
      }),
    );
  }

  /** Bytes from 0 to 255. */
  bytes(shape: Shape): Fed {
    const data = Uint8Array.from({ length: elementCount(shape) }, (_, index) => (index * 131) & 255);
    return this.addFeed({ dataType: 'uint8', shape }, data, uint8Tensor(shape, data));
  }

  /** A variable that holds a random vector of `size` elements before anything that waits for `ready` runs. */
  variable(size: number, range: 'signed' | 'positive' = 'signed'): FedVariable {
    const initial = this.feed({ dataType: 'float32', shape: [size] }, range);
    const node = this.add('VarHandleOp', [], [{ dataType: 'resource', shape: [] }], {
      dtype: { kind: 'type', value: 'float32' },
      shape: { kind: 'shape', value: [size] },
      shared_name: { kind: 'string', value: `n${String(this.nodes.length)}` },
      container: { kind: 'string', value: '' },
    });
    const handle = output(node);
    const ready = this.add('AssignVariableOp', [handle, initial.tensor], [], {
      dtype: { kind: 'type', value: 'float32' },
    });
    return { handle, initial, ready };
  }

  /** What a variable holds once `after` has run. */
  read({ handle, initial }: FedVariable, after: GraphNode): Tensor {
    const outputs = [{ dataType: 'float32', shape: initial.shape }] as const;
    return output(
      this.add('ReadVariableOp', [handle], outputs, { dtype: { kind: 'type', value: 'float32' } }, [after]),
    );
  }

  /** An int32 input of labels from 0 to `classes` - 1. */
  labels(shape: Shape, classes: number): Fed {
    const data = Int32Array.from({ length: elementCount(shape) }, (_, index) => (index * 7 + 3) % classes);
    return this.addFeed({ dataType: 'int32', shape }, data, int32Tensor(shape, data));
  }

  /** A constant of whole numbers; a vector unless `shape` says otherwise. */
  integers(data: readonly number[], shape: Shape = [data.length]): Tensor {
    const value = { dataType: 'int32', shape, data } as const;
    return output(
      this.add('Const', [], [value], {
        dtype: { kind: 'type', value: 'int32' },
        value: { kind: 'tensor', value },
      }),
    );
  }

  /** A float32 constant. */
  number(constant: number): Tensor {
    const value = { dataType: 'float32', shape: [], data: [constant] } as const;
    return output(
      this.add('Const', [], [value], {
        dtype: { kind: 'type', value: 'float32' },
        value: { kind: 'tensor', value },
      }),
    );
  }

  /** An empty float32 vector. */
  nothing(): Tensor {
    const value = { dataType: 'float32', shape: [0], data: [] } as const;
    return output(
      this.add('Const', [], [value], {
        dtype: { kind: 'type', value: 'float32' },
        value: { kind: 'tensor', value },
      }),
    );
  }

  /** The kernel itself, on these inputs; the result is its output `index`. */
  run(kernel: ConcreteKernel, inputs: readonly Tensor[], index = 0): Tensor {
    return output(this.add(kernel.node.op, inputs, kernel.outputs, kernel.node.attributes), index);
  }

  /** Any node. */
  add(
    op: string,
    inputs: readonly Tensor[],
    outputs: readonly TensorType[],
    attributes: Readonly<Record<string, Attribute>>,
    controlInputs: readonly GraphNode[] = [],
  ): GraphNode {
    const name = `n${String(this.nodes.length)}`;
    const node: GraphNode = { name, op, inputs, controlInputs, attributes, outputs };
    this.nodes.push(node);
    return node;
  }

  private addFeed(type: TensorType, data: Float32Array | Int32Array | Uint8Array, host: HostTensor): Fed {
    const node = this.add('Placeholder', [], [type], {
      dtype: { kind: 'type', value: type.dataType },
      shape: { kind: 'shape', value: type.shape },
    });
    this.feeds[node.name] = host;
    return {
      tensor: output(node),
      shape: type.shape,
      at: (position) => data[position] ?? NaN,
    };
  }

  private draw(count: number): Float32Array {
    pool ??= randomNumbers(POOL_SIZE);
    const data = new Float32Array(count);
    // An odd stride, so that no two inputs start alike.
    let start = (this.drawn * 77_773) % POOL_SIZE;
    this.drawn += 1;
    for (let filled = 0; filled < count; start = 0) {
      const piece = pool.subarray(start, start + count - filled);
      data.set(piece, filled);
      filled += piece.length;
    }
    return data;
  }
}

/** One output of a node. */
export function output(node: GraphNode, index = 0): Tensor {
  return { node, index, ...at(node.outputs, index) };
}

/** Keeps the upper half of each number: what bfloat16 holds. */
function roundToBfloat16(data: Float32Array): void {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  bits.forEach((word, position) => (bits[position] = word & 0xffff0000));
}

/** Numbers from -1 to 1, the same on every machine (mulberry32 by Tommy Ettinger). */
function randomNumbers(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}
