/** The best matrix-multiply rate of this machine through the same TensorFlow: the ground for the compute floor. Prints `Rates`. */

import type { Attribute, DataType, Tensor } from '../../src-main/graph/node.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Tensor } from '../../src-main/tensorflow/tensor.ts';
import { elementType, HandmadeGraph, output } from '../support/handmadeGraph.ts';

/** Floating-point operations per second, by element type. */
export interface Rates {
  readonly float32: number;
  readonly bfloat16: number;
}

/** Edges of the square matrices; the best rate counts. */
const EDGES = [1024, 2048];
/** Products in one call, each of the one before it, so that feeding costs nothing beside them. */
const CHAIN = 6;
const CALLS = 5;

function rateOf(type: 'float32' | 'bfloat16', edge: number): number {
  const graph = new HandmadeGraph();
  const shape = [edge, edge];
  const fed = graph.placeholder('a', { dataType: 'float32', shape });
  const cast = (x: Tensor, to: DataType): Tensor => {
    const attributes: Record<string, Attribute> = {
      SrcT: { kind: 'type', value: x.dataType },
      DstT: { kind: 'type', value: to },
    };
    return output(graph.add('Cast', `to-${to}`, [x], [{ dataType: to, shape }], attributes));
  };
  const a = type === 'float32' ? fed : cast(fed, type);
  let product = a;
  for (let index = 0; index < CHAIN; index += 1) {
    product = output(
      graph.add('MatMul', `product${String(index)}`, [product, a], [{ dataType: type, shape }], elementType(type)),
    );
  }
  const axes = graph.constant('axes', { dataType: 'int32', shape: [2], data: [0, 1] });
  const whole = type === 'float32' ? product : cast(product, 'float32');
  graph.add('Mean', 'mean', [whole, axes], [{ dataType: 'float32', shape: [] }], {
    ...elementType('float32'),
    Tidx: { kind: 'type', value: 'int32' },
  });
  const session = openSession(graph);
  // Entries of this size keep the product's of the same size.
  const size = Math.sqrt(3 / edge);
  const data = Float32Array.from({ length: edge * edge }, (_, index) => size * (2 * ((index * 0.618034) % 1) - 1));
  const call = (): number => {
    const start = performance.now();
    session.run({ a: float32Tensor(shape, data) }, ['mean']);
    return (performance.now() - start) / 1000;
  };
  call();
  const seconds = Math.min(...Array.from({ length: CALLS }, call));
  session.close();
  return (2 * edge ** 3 * CHAIN) / seconds;
}

const rates: Rates = {
  float32: Math.max(...EDGES.map((edge) => rateOf('float32', edge))),
  bfloat16: Math.max(...EDGES.map((edge) => rateOf('bfloat16', edge))),
};
process.stdout.write(JSON.stringify(rates));
