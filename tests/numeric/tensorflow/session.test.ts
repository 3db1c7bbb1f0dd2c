import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadBinding } from '../../../src-main/tensorflow/binding.ts';
import { openSession } from '../../../src-main/tensorflow/session.ts';
import {
  float32Data,
  float32Tensor,
  int32Tensor,
  scalarValue,
  uint8Tensor,
} from '../../../src-main/tensorflow/tensor.ts';
import { elementType, HandmadeGraph, output } from '../../support/handmadeGraph.ts';

const SCALAR = { dataType: 'float32', shape: [] } as const;

/** y = x * 2 for any number of float32. */
function doubling(): HandmadeGraph {
  const graph = new HandmadeGraph();
  const x = graph.placeholder('x', { dataType: 'float32', shape: [-1] });
  const two = graph.constant('two', { ...SCALAR, data: [2] });
  graph.add('Mul', 'y', [x, two], [{ dataType: 'float32', shape: [-1] }], elementType('float32'));
  return graph;
}

/** A variable of `size` numbers: `write` assigns `value`, `add` adds one, `read` reads. */
function counter(size: number): HandmadeGraph {
  const graph = new HandmadeGraph();
  const dtype = { dtype: { kind: 'type', value: 'float32' } } as const;
  const type = { dataType: 'float32', shape: [size] } as const;
  const variable = graph.variable('v', [size]);
  const value = graph.placeholder('value', type);
  const ones = graph.constant('ones', { ...type, data: new Float32Array(size).fill(1) });
  const done = graph.constant('done', { ...SCALAR, data: [1] });
  const assign = graph.add('AssignVariableOp', 'assign', [variable, value], [], dtype);
  const plus = graph.add('AssignAddVariableOp', 'plus', [variable, ones], [], dtype);
  graph.add('Identity', 'write', [done], [SCALAR], elementType('float32'), [assign]);
  graph.add('Identity', 'add', [done], [SCALAR], elementType('float32'), [plus]);
  graph.add('ReadVariableOp', 'read', [variable], [type], dtype);
  return graph;
}

describe('a session', () => {
  it('runs a graph on what it is fed', () => {
    const session = openSession(doubling());
    const [y] = session.run({ x: float32Tensor([3], [1, 2, 3.5]) }, ['y']);
    expect(y).toEqual({ dataType: 'float32', shape: [3], data: Float32Array.of(2, 4, 7) });
    session.close();
  });

  it('takes every fed type and returns every fetched type', () => {
    const graph = new HandmadeGraph();
    for (const type of ['int32', 'int64', 'uint8', 'bool'] as const) {
      const fed = graph.placeholder(`${type}/feed`, { dataType: type, shape: [2] });
      graph.add('Cast', `${type}/float`, [fed], [{ dataType: 'float32', shape: [2] }], {
        SrcT: { kind: 'type', value: type },
        DstT: { kind: 'type', value: 'float32' },
      });
      graph.add('Identity', `${type}/same`, [fed], [{ dataType: type, shape: [2] }], elementType(type));
    }
    const session = openSession(graph);
    const feeds = {
      'int32/feed': int32Tensor([2], [-7, 8]),
      'int64/feed': { dataType: 'int64', shape: [2], data: BigInt64Array.of(-5_000_000_000n, 6n) },
      'uint8/feed': uint8Tensor([2], Uint8Array.of(0, 255)),
      'bool/feed': { dataType: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
    } as const;
    const floats = session.run(feeds, ['int32/float', 'int64/float', 'uint8/float', 'bool/float']);
    expect(floats.map((tensor) => [...float32Data(tensor)])).toEqual([
      [-7, 8],
      [-5e9, 6],
      [0, 255],
      [0, 1],
    ]);
    const same = session.run(feeds, ['int32/same', 'int64/same', 'bool/same']);
    expect(same).toEqual([feeds['int32/feed'], feeds['int64/feed'], feeds['bool/feed']]);
    session.close();
  });

  it('fetches later outputs by their index, and names that begin with digits', () => {
    const graph = new HandmadeGraph();
    const x = graph.placeholder('1x', { dataType: 'float32', shape: [4] });
    const axis = graph.constant('axis', { dataType: 'int32', shape: [], data: [0] });
    const half = { dataType: 'float32', shape: [2] } as const;
    graph.add('Split', '2split', [axis, x], [half, half], {
      ...elementType('float32'),
      num_split: { kind: 'int', value: 2 },
    });
    const session = openSession(graph);
    const parts = session.run({ '1x': float32Tensor([4], [1, 2, 3, 4]) }, ['2split:1', '2split']);
    expect(parts.map((part) => [...float32Data(part)])).toEqual([
      [3, 4],
      [1, 2],
    ]);
    session.close();
  });

  it('keeps variables between calls and apart from other sessions', () => {
    const [one, other] = [openSession(counter(4)), openSession(counter(4))];
    one.run({ value: float32Tensor([4], [1, 2, 3, 4]) }, ['write']);
    other.run({ value: float32Tensor([4], [0, 0, 0, 0]) }, ['write']);
    one.run({}, ['add']);
    one.run({}, ['add']);
    expect([...float32Data(one.run({}, ['read'])[0])]).toEqual([3, 4, 5, 6]);
    expect([...float32Data(other.run({}, ['read'])[0])]).toEqual([0, 0, 0, 0]);
    one.close();
    other.close();
  });

  it('does not care what becomes of an array after it was fed', () => {
    const size = 1024;
    const session = openSession(counter(size));
    // At each of four alignments: memory aligned to 64 bytes is what TensorFlow would go on using.
    for (const offset of [0, 16, 32, 48]) {
      const array = new Float32Array(new ArrayBuffer(size * 4 + 64), offset, size).fill(1);
      session.run({ value: float32Tensor([size], array) }, ['write']);
      array.fill(9);
      expect(session.run({}, ['read'])).toEqual([float32Tensor([size], new Float32Array(size).fill(1))]);
    }
    session.close();
  });

  it('holds no tensor after a call, not even a failed one', () => {
    const session = openSession(doubling());
    const before = loadBinding().getNumOfTensors();
    for (let call = 0; call < 1000; call += 1) session.run({ x: float32Tensor([2], [1, 2]) }, ['y', 'two']);
    expect(() => session.run({ x: float32Tensor([2], [1, 2]) }, ['nothing'])).toThrow();
    expect(loadBinding().getNumOfTensors()).toBe(before);
    session.close();
  });

  it('is gone from TensorFlow after close, and says so when used', () => {
    const before = loadBinding().getNumOfSavedModels();
    const session = openSession(doubling());
    session.close();
    session.close();
    expect(loadBinding().getNumOfSavedModels()).toBe(before);
    expect(() => session.run({}, ['two'])).toThrow('closed');
  });

  it('leaves a SavedModel only where it was told to', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'denselab-test-')), 'model');
    openSession(doubling(), folder).close();
    expect(existsSync(join(folder, 'saved_model.pb'))).toBe(true);
    const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('denselab-graph-'));
    const before = leftovers();
    openSession(doubling()).close();
    expect(leftovers()).toEqual(before);
  });
});

describe('what a session refuses', () => {
  it.each([
    ['an input that the graph lacks', { z: float32Tensor([1], [1]) }, 'y', 'no input "z"'],
    ['an output that the graph lacks', { x: float32Tensor([1], [1]) }, 'z', 'no output "z"'],
    ['another type', { x: int32Tensor([1], [1]) }, 'y', 'must be float32 [any], not int32 [1]'],
    ['another rank', { x: float32Tensor([1, 1], [1]) }, 'y', 'must be float32 [any], not float32 [1, 1]'],
    ['a length that denies the shape', { x: float32Tensor([3], [1]) }, 'y', '1 elements for float32 [3]'],
  ])('%s', (_what, feeds, fetch, message) => {
    const session = openSession(doubling());
    expect(() => session.run(feeds, [fetch])).toThrow(message);
    session.close();
  });

  it('an op that TensorFlow does not know, as a broken runtime', () => {
    const graph = new HandmadeGraph();
    graph.add('NoSuchOperation', 'x', [], [SCALAR]);
    expect(() => openSession(graph)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'runtime-broken' }) }),
    );
  });

  it('more memory than there is, as out of memory', () => {
    const graph = new HandmadeGraph();
    // Fed, since a constant size would be folded when the graph is optimised.
    const size = graph.placeholder('size', { dataType: 'int64', shape: [1] });
    const one = graph.constant('one', { ...SCALAR, data: [1] });
    const vast = { dataType: 'float32', shape: [-1] } as const;
    const fill = graph.add('Fill', 'fill', [size, one], [vast], {
      ...elementType('float32'),
      index_type: { kind: 'type', value: 'int64' },
    });
    graph.add(
      'Max',
      'max',
      [output(fill), graph.constant('axis', { dataType: 'int32', shape: [1], data: [0] })],
      [SCALAR],
      elementType('float32'),
    );
    const session = openSession(graph);
    const vastSize = { dataType: 'int64', shape: [1], data: BigInt64Array.of(2n ** 44n) } as const;
    expect(() => session.run({ size: vastSize }, ['max'])).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'out-of-memory' }) }),
    );
    session.close();
  });
});

describe('an encoded constant', () => {
  it('arrives with its values, whatever its type', () => {
    const graph = new HandmadeGraph();
    const cast = (name: string, from: 'int32' | 'int64' | 'uint8' | 'bool' | 'bfloat16', data: number[]): void => {
      const constant = graph.constant(`${name}/value`, { dataType: from, shape: [data.length], data });
      graph.add('Cast', name, [constant], [{ dataType: 'float32', shape: [data.length] }], {
        SrcT: { kind: 'type', value: from },
        DstT: { kind: 'type', value: 'float32' },
      });
    };
    cast('int32', 'int32', [-1, 2 ** 31 - 1]);
    cast('int64', 'int64', [-(2 ** 40), 2 ** 40]);
    cast('uint8', 'uint8', [0, 255]);
    cast('bool', 'bool', [1, 0]);
    cast('bfloat16', 'bfloat16', [1.00390625, 1.01171875, -3]);
    const session = openSession(graph);
    const values = session.run({}, ['int32', 'int64', 'uint8', 'bool', 'bfloat16']).map((t) => [...float32Data(t)]);
    // bfloat16 keeps eight bits: both fractions lie half-way and go to the even neighbour.
    expect(values).toEqual([
      [-1, 2 ** 31],
      [-(2 ** 40), 2 ** 40],
      [0, 255],
      [1, 0],
      [1, 1.015625, -3],
    ]);
    expect(scalarValue(int32Tensor([], [7]))).toBe(7);
    session.close();
  });
});
