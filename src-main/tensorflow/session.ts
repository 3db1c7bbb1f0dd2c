/** A graph loaded into TensorFlow: feeds in, fetches out, one native call each. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assertNever } from '../contract/errors.ts';
import type { DataType, Graph, TensorType } from '../graph/node.ts';
import { loadBinding } from './binding.ts';
import type { NativeBinding, TensorHandle } from './binding.ts';
import { DATA_TYPE_CODES, SERVE_TAG } from './encode.ts';
import { misuse, translateLoadError, translateRunError } from './failures.ts';
import { writeSavedModel } from './savedModel.ts';
import { elementCount } from './tensor.ts';
import type { HostTensor } from './tensor.ts';

/** A running graph. Its variables live as long as it does. */
export interface Session {
  /**
   * Runs what the fetches need, in one call; blocks this thread meanwhile. Names are node names, with `:1` for outputs
   * after the first. Results come in the order of `fetches`.
   * @throws DenseLabError `out-of-memory`, `training-diverged` of a step that was not taken, its detail the reason in a few words,
   *   or `internal` for a wrong feed or a failing node.
   */
  run(feeds: Readonly<Record<string, HostTensor>>, fetches: readonly string[]): HostTensor[];
  /** Frees the graph and its variables. Calling it again does nothing. */
  close(): void;
}

/**
 * Loads a graph. The SavedModel is written into `directory` and stays there, or into a temporary folder that is gone
 * when this returns.
 * @param device where every node runs, as `CPU:0`; TensorFlow chooses when absent. There is no soft placement: a device that
 *   is not there, or that lacks a kernel, is refused, so that a session that opens runs where it was told to.
 * @throws DenseLabError `runtime-missing`, `device-missing`, or `runtime-broken` when this TensorFlow lacks an op, or `internal`.
 */
export function openSession(graph: Graph, directory?: string, device?: string): Session {
  const binding = loadBinding();
  const folder = directory ?? mkdtempSync(join(tmpdir(), 'denselab-graph-'));
  try {
    writeSavedModel(graph, folder, device);
    return new GraphSession(binding, binding.loadSavedModel(folder, SERVE_TAG), outputTypes(graph));
  } catch (error) {
    throw translateLoadError(error);
  } finally {
    if (directory === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

class GraphSession implements Session {
  private closed = false;

  constructor(
    private readonly binding: NativeBinding,
    private readonly model: number,
    private readonly types: ReadonlyMap<string, TensorType>,
  ) {}

  run(feeds: Readonly<Record<string, HostTensor>>, fetches: readonly string[]): HostTensor[] {
    if (this.closed) throw misuse('The network was closed before it was run.');
    const handles: number[] = [];
    try {
      const feedNames = Object.entries(feeds).map(([name, tensor]) => {
        handles.push(this.upload(name, tensor));
        return withIndex(name);
      });
      for (const name of fetches) this.checkFetch(name);
      const fetchNames = fetches.map(withIndex);
      const outputs = this.binding.runSavedModel(this.model, handles, feedNames.join(','), fetchNames.join(','));
      handles.push(...outputs.map((output) => output.id));
      return outputs.map((output) => this.download(output));
    } catch (error) {
      throw translateRunError(error);
    } finally {
      for (const handle of handles) this.binding.deleteTensor(handle);
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.binding.deleteSavedModel(this.model);
  }

  private upload(name: string, tensor: HostTensor): number {
    const type = this.types.get(withIndex(name));
    if (type === undefined) throw misuse(`The network has no input "${name}".`);
    const fits =
      tensor.dataType === type.dataType &&
      tensor.shape.length === type.shape.length &&
      type.shape.every((size, axis) => size === -1 || size === tensor.shape[axis]);
    if (!fits) throw misuse(`The input "${name}" must be ${describe(type)}, not ${describe(tensor)}.`);
    if (tensor.data.length !== elementCount(tensor.shape)) {
      throw misuse(`The input "${name}" has ${String(tensor.data.length)} elements for ${describe(tensor)}.`);
    }
    return this.binding.createTensor(tensor.shape, DATA_TYPE_CODES[tensor.dataType], unalignedCopy(tensor));
  }

  private checkFetch(name: string): void {
    const type = this.types.get(withIndex(name));
    if (type === undefined) throw misuse(`The network has no output "${name}".`);
    if (!isFetchable(type.dataType)) throw misuse(`The output "${name}" is ${type.dataType}: cast it in the graph.`);
  }

  private download(output: TensorHandle): HostTensor {
    const { shape } = output;
    const data = this.binding.tensorDataSync(output.id);
    if (data instanceof Float32Array) return { dataType: 'float32', shape, data };
    if (data instanceof Int32Array) return { dataType: 'int32', shape, data };
    if (data instanceof BigInt64Array) return { dataType: 'int64', shape, data };
    return { dataType: 'bool', shape, data };
  }
}

/** Element types that the binding can read back. */
function isFetchable(dataType: DataType): boolean {
  switch (dataType) {
    case 'float32':
    case 'int32':
    case 'int64':
    case 'bool':
      return true;
    case 'uint8':
    case 'bfloat16':
    case 'resource':
      return false;
    default:
      return assertNever(dataType);
  }
}

/**
 * A copy that starts four bytes after a 16-byte boundary. TensorFlow keeps using an aligned array's memory: a variable
 * assigned from a feed would change with the caller's array, and a thread of TensorFlow would release it to V8. What
 * is not aligned it copies at once.
 */
function unalignedCopy(tensor: HostTensor): Float32Array | Int32Array | Uint8Array {
  const { data } = tensor;
  const bytes = new Uint8Array(new ArrayBuffer(data.byteLength + 4), 4);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  switch (tensor.dataType) {
    case 'float32':
      return new Float32Array(bytes.buffer, 4, data.length);
    case 'int32':
      return new Int32Array(bytes.buffer, 4, data.length);
    case 'int64':
      return new Int32Array(bytes.buffer, 4, data.length * 2);
    case 'uint8':
    case 'bool':
      return bytes;
    default:
      return assertNever(tensor);
  }
}

function outputTypes(graph: Graph): ReadonlyMap<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const node of graph.nodes) {
    node.outputs.forEach((type, index) => types.set(`${node.name}:${String(index)}`, type));
  }
  return types;
}

function withIndex(name: string): string {
  return name.includes(':') ? name : `${name}:0`;
}

function describe({ dataType, shape }: TensorType): string {
  return `${dataType} [${shape.map((size) => (size === -1 ? 'any' : String(size))).join(', ')}]`;
}
