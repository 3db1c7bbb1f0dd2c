/** Reads the reference trainings of tests/fixtures/torch (safetensors; see make.py there for what each holds). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { InputShape, ModelSpec } from '../../src-main/contract/model.ts';

/** One stored tensor, row-major. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** What was trained, as make.py wrote it down. */
export interface TorchCase {
  readonly spec: ModelSpec;
  readonly input: InputShape;
  readonly classes: number;
  readonly batch: number;
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
  readonly recipe: {
    readonly learningRate: number;
    readonly momentum: number;
    readonly weightDecay: number;
    readonly nesterov: boolean;
  };
}

/** One reference training. */
export interface TorchFixture<Case = TorchCase> {
  readonly case: Case;
  /** Throws for a name that the file lacks. */
  tensor(name: string): FixtureTensor;
  /** As `tensor`, for float32. */
  floats(name: string): Float32Array;
  has(name: string): boolean;
}

type Header = Readonly<
  Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly data_offsets: [number, number] }>
> & { readonly __metadata__: Readonly<Record<string, string>> };

/** Reads `NAME.safetensors`. */
export function readTorchFixture<Case = TorchCase>(name: string): TorchFixture<Case> {
  const file = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'torch', `${name}.safetensors`));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Header;
  const tensor = (key: string): FixtureTensor => {
    const entry = header[key];
    if (entry === undefined) throw new Error(`${name} has no tensor ${key}`);
    const [begin, end] = entry.data_offsets;
    return { shape: entry.shape, data: elements(entry.dtype, file.subarray(start + begin, start + end)) };
  };
  return {
    case: JSON.parse(header.__metadata__['case'] ?? '') as Case,
    tensor,
    floats(key) {
      const { data } = tensor(key);
      if (data instanceof Float32Array) return data;
      throw new Error(`${key} is not float32`);
    },
    has: (key) => key in header,
  };
}

function elements(dataType: string, bytes: Uint8Array): FixtureTensor['data'] {
  const { buffer } = new Uint8Array(bytes);
  switch (dataType) {
    case 'F32':
      return new Float32Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'U8':
      return new Uint8Array(buffer);
    default:
      throw new Error(`unknown element type ${dataType}`);
  }
}
