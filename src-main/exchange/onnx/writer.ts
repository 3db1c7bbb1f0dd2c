/** The messages of onnx.proto that a model needs (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */

import { MessageWriter } from '../../tensorflow/protobuf.ts';

/** Codes of TensorProto.DataType. */
const FLOAT = 1;
const UINT8 = 2;
/** Codes of AttributeProto.AttributeType. */
const KIND = { float: 1, integer: 2, integers: 7 } as const;
/** Opset 17 belongs to IR version 8. */
const OPSET = 17;
const IR_VERSION = 8;

/** Value of an attribute: a whole number, `{ float }`, or whole numbers. */
type AttributeValue = number | { readonly float: number } | readonly number[];

/** A graph under construction; values are known by name. */
export class OnnxGraph {
  readonly #graph = new MessageWriter();

  /** Adds a node with one output, which carries the node's name. */
  node(
    operation: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const message = new MessageWriter();
    for (const input of inputs) message.text(1, input);
    message.text(2, name).text(3, name).text(4, operation);
    for (const [key, value] of Object.entries(attributes)) message.message(5, attribute(key, value));
    this.#graph.message(1, message);
    return name;
  }

  /** Adds a float32 constant; its name. */
  constant(name: string, shape: readonly number[], data: Float32Array): string {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const message = new MessageWriter().integers(1, shape).integer(2, FLOAT).text(8, name).bytes(9, raw);
    this.#graph.message(5, message);
    return name;
  }

  /** The whole file: `images` uint8 in, `outputs` float32 [batch, classes] out. */
  finish(images: readonly number[], outputs: readonly string[], classes: number): Uint8Array {
    this.#graph.text(2, 'denselab').message(11, valueInfo('images', UINT8, images));
    for (const output of outputs) this.#graph.message(12, valueInfo(output, FLOAT, [classes]));
    const opset = new MessageWriter().text(1, '').integer(2, OPSET);
    return new MessageWriter()
      .integer(1, IR_VERSION)
      .text(2, 'DenseLab')
      .message(7, this.#graph)
      .message(8, opset)
      .finish();
  }
}

function attribute(name: string, value: AttributeValue): MessageWriter {
  const message = new MessageWriter().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, KIND.integer);
  if ('float' in value) return message.float(2, value.float).integer(20, KIND.float);
  for (const each of value) message.integer(8, each);
  return message.integer(20, KIND.integers);
}

/** A value with a free batch size in front. */
function valueInfo(name: string, elementType: number, sizes: readonly number[]): MessageWriter {
  const shape = new MessageWriter().message(1, new MessageWriter().text(2, 'batch'));
  for (const size of sizes) shape.message(1, new MessageWriter().integer(1, size));
  const tensor = new MessageWriter().integer(1, elementType).message(2, shape);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}
