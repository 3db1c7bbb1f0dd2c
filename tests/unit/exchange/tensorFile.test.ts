import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../../src-main/contract/errors.ts';
import { exportFiles } from '../../../src-main/exchange/exporting.ts';
import { readTensorFile } from '../../../src-main/exchange/tensorFile.ts';
import { fixtureCheckpoint } from '../../support/exchange.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-tensors-'));
  file = path.join(folder, 'weights.safetensors');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(header: object, data: Uint8Array): void {
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([prefix, json, data]));
}

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return toFailure(thrown);
  }
  return null;
}

describe('a safetensors file of other software', () => {
  const tensor = (dtype: string, begin: number, end: number) => ({ dtype, shape: [2], data_offsets: [begin, end] });

  it('gives its metadata, and floats of any width as float32', () => {
    const floats = new Uint8Array(Float32Array.of(1.5, -2).buffer);
    const halves = new Uint8Array(Uint16Array.of(0x3e00, 0xc000).buffer);
    const brains = new Uint8Array(Uint16Array.of(0x3fc0, 0xc000).buffer);
    const header = {
      __metadata__: { format: 'pt' },
      a: tensor('F32', 0, 8),
      b: tensor('F16', 8, 12),
      c: tensor('BF16', 12, 16),
    };
    write(header, Buffer.concat([floats, halves, brains]));
    const { metadata, tensors } = readTensorFile(file);
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.map(({ name, data }) => [name, ...data])).toEqual(['a', 'b', 'c'].map((name) => [name, 1.5, -2]));
  });

  it.each([
    ['two tensors share bytes', { a: tensor('F32', 0, 8), b: tensor('F32', 4, 12) }, 12],
    ['bytes belong to no tensor', { a: tensor('F32', 0, 8) }, 12],
    ['bytes are missing', { a: tensor('F32', 0, 8) }, 7],
    ['a shape does not go with its bytes', { a: { ...tensor('F32', 0, 8), shape: [3] } }, 8],
    ['a type is none that holds weights', { a: tensor('BOOL', 0, 2) }, 2],
    ['its metadata is no text', { __metadata__: { format: 1 }, a: tensor('F32', 0, 8) }, 8],
  ])('is refused where %s', (_title, header, bytes) => {
    write(header, new Uint8Array(bytes));
    expect(refusal(() => readTensorFile(file))).toMatchObject({ code: 'weights-invalid' });
  });
});

describe('a checkpoint that does not hold its network', () => {
  const { checkpoint } = fixtureCheckpoint('bc');
  const [first, ...others] = checkpoint.tensors;
  if (first === undefined) throw new Error('a network has tensors');

  it.each([
    ['a tensor is missing', others],
    ['a tensor has another shape', [{ ...first, shape: [...first.shape].reverse() }, ...others]],
  ])('is not exported in any form where %s', (_title, tensors) => {
    for (const format of ['savedmodel', 'onnx', 'safetensors'] as const) {
      const found = refusal(() => exportFiles({ ...checkpoint, tensors }, format, 'torchvision'));
      expect(found).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining(first.name) });
    }
  });
});
