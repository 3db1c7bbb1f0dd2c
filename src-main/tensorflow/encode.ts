/** A graph as TensorFlow reads it: the protobuf messages of tensorflow/core/framework and core/protobuf. */

import { assertNever } from '../contract/errors.ts';
import type { Attribute, ConstantValue, DataType, Graph, GraphNode, Shape, Tensor } from '../graph/node.ts';
import { MessageWriter } from './protobuf.ts';

/** Codes of TensorFlow's `DataType` (types.proto). */
export const DATA_TYPE_CODES: Readonly<Record<DataType, number>> = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
};

/** The tag by which a session finds the graph in a SavedModel. */
export const SERVE_TAG = 'serve';

/** The GraphDef version that we write: that of TensorFlow 2.12, which every later one reads. */
const GRAPH_VERSION = 1395;

/** What a server or `tf.saved_model.load` offers of a graph: tensors by the names that callers use. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** The signature that TensorFlow Serving and others call when none is named. */
const SIGNATURE = 'serving_default';

/**
 * A `SavedModel` message with the graph as its only meta graph, under the tag `serve`; no variables.
 * @param device where every node must run, as `GPU:0`; TensorFlow chooses when absent
 * @param signature what it serves, as `serving_default`; nothing when absent
 */
export function encodeSavedModel(graph: Graph, device?: string, signature?: Signature): Uint8Array {
  const information = new MessageWriter().text(4, SERVE_TAG);
  const metaGraph = new MessageWriter().message(1, information).bytes(2, encodeGraph(graph, device));
  if (signature !== undefined) metaGraph.message(5, mapEntry(SIGNATURE, encodeSignature(signature)));
  return new MessageWriter().integer(1, 1).message(2, metaGraph).finish();
}

function encodeSignature({ inputs, outputs }: Signature): MessageWriter {
  const message = new MessageWriter();
  for (const [name, tensor] of Object.entries(inputs)) message.message(1, mapEntry(name, encodeTensorInfo(tensor)));
  for (const [name, tensor] of Object.entries(outputs)) message.message(2, mapEntry(name, encodeTensorInfo(tensor)));
  return message.text(3, 'tensorflow/serving/predict');
}

function encodeTensorInfo({ node, index, dataType, shape }: Tensor): MessageWriter {
  return new MessageWriter()
    .text(1, `${node.name}:${String(index)}`)
    .integer(2, DATA_TYPE_CODES[dataType])
    .message(3, encodeShape(shape));
}

function mapEntry(key: string, value: MessageWriter): MessageWriter {
  return new MessageWriter().text(1, key).message(2, value);
}

/** A `GraphDef` message; `device` as in `encodeSavedModel`. */
export function encodeGraph(graph: Graph, device?: string): Uint8Array {
  const message = new MessageWriter();
  for (const node of graph.nodes) message.message(1, encodeNode(node, device));
  return message.message(4, new MessageWriter().integer(1, GRAPH_VERSION)).finish();
}

function encodeNode(node: GraphNode, device: string | undefined): MessageWriter {
  const message = new MessageWriter().text(1, node.name).text(2, node.op);
  for (const input of node.inputs) {
    message.text(3, input.index === 0 ? input.node.name : `${input.node.name}:${String(input.index)}`);
  }
  for (const before of node.controlInputs) message.text(3, `^${before.name}`);
  if (device !== undefined) message.text(4, `/device:${device}`);
  for (const [key, attribute] of Object.entries(node.attributes)) {
    message.message(5, new MessageWriter().text(1, key).message(2, encodeAttribute(attribute)));
  }
  return message;
}

function encodeAttribute(attribute: Attribute): MessageWriter {
  const message = new MessageWriter();
  switch (attribute.kind) {
    case 'string':
      return message.text(2, attribute.value);
    case 'int':
      return message.integer(3, attribute.value);
    case 'float':
      return message.float(4, attribute.value);
    case 'bool':
      return message.integer(5, attribute.value ? 1 : 0);
    case 'type':
      return message.integer(6, DATA_TYPE_CODES[attribute.value]);
    case 'shape':
      return message.message(7, encodeShape(attribute.value));
    case 'tensor':
      return message.message(8, encodeConstant(attribute.value));
    case 'ints':
      return message.message(1, new MessageWriter().integers(3, attribute.value));
    case 'types': {
      const codes = attribute.value.map((type) => DATA_TYPE_CODES[type]);
      return message.message(1, new MessageWriter().integers(6, codes));
    }
    default:
      return assertNever(attribute);
  }
}

function encodeShape(shape: Shape): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.message(2, new MessageWriter().integer(1, size));
  return message;
}

function encodeConstant(constant: ConstantValue): MessageWriter {
  return new MessageWriter()
    .integer(1, DATA_TYPE_CODES[constant.dataType])
    .message(2, encodeShape(constant.shape))
    .bytes(4, constantBytes(constant));
}

/** The elements as TensorFlow lays them out in memory (little-endian, as every machine that it supports is). */
function constantBytes({ dataType, data }: ConstantValue): Uint8Array {
  switch (dataType) {
    case 'float32':
      return bytesOf(data instanceof Float32Array ? data : Float32Array.from(data));
    case 'int32':
      return bytesOf(data instanceof Int32Array ? data : Int32Array.from(data));
    case 'int64':
      return bytesOf(BigInt64Array.from(Array.from(data, BigInt)));
    case 'uint8':
    case 'bool':
      return bytesOf(data instanceof Uint8Array ? data : Uint8Array.from(data));
    case 'bfloat16':
      return bytesOf(toBfloat16(Float32Array.from(data)));
    case 'resource':
      throw new Error('a resource has no constant value');
    default:
      return assertNever(dataType);
  }
}

/** The upper halves of float32 values, rounded to nearest, ties to even. */
function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word, index) =>
    Number.isNaN(values[index]) ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16,
  );
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
