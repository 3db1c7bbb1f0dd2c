import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../../src-main/contract/errors.ts';
import { readCheckpoint, writeCheckpoint } from '../../../src-main/trainer/checkpoint.ts';
import { parseDescription } from '../../../src-main/trainer/description.ts';
import { buildCheckpoint } from '../../support/trainer/checkpoints.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'denselab-checkpoint-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failureOf(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    return toFailure(error);
  }
  throw new Error('nothing was thrown');
}

describe('a checkpoint', () => {
  it('comes back as it was written', () => {
    const checkpoint = buildCheckpoint();
    const record = writeCheckpoint(folder, checkpoint);
    expect(record).toMatchObject({ epoch: 3, step: 15, file: 'checkpoints/epoch-0003.safetensors' });
    expect(record.bytes).toBe(readFileSync(join(folder, record.file)).length);
    expect(readCheckpoint(join(folder, record.file), record.sha256)).toEqual(checkpoint);
  });

  it('is named by its step when the epoch was not finished', () => {
    const record = writeCheckpoint(folder, buildCheckpoint({ epochFinished: false, heldOut: null }));
    expect(record.file).toBe('checkpoints/epoch-0003-step-00000015.safetensors');
  });

  it('is refused when a byte of its tensors has changed, by its hash (hazard 48)', () => {
    const { file, sha256 } = writeCheckpoint(folder, buildCheckpoint());
    const path = join(folder, file);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1));
    expect(failureOf(() => readCheckpoint(path, sha256))).toMatchObject({ code: 'checkpoint-damaged' });
  });

  it('is refused at every length that a cut can leave (hazard 48)', () => {
    const path = join(folder, writeCheckpoint(folder, buildCheckpoint()).file);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(failureOf(() => readCheckpoint(path)).code).toBe('checkpoint-damaged');
    }
  });

  it('of a newer DenseLab says so', () => {
    const path = join(folder, writeCheckpoint(folder, buildCheckpoint()).file);
    writeFileSync(path, readFileSync(path, 'latin1').replace('{\\"version\\":2', '{\\"version\\":3'), 'latin1');
    const failure = failureOf(() => readCheckpoint(path));
    expect(failure.code).toBe('checkpoint-damaged');
    expect(failure.message).toContain('version 3');
  });

  it('that is not there is told as missing', () => {
    expect(failureOf(() => readCheckpoint(join(folder, 'none.safetensors')))).toMatchObject({ code: 'path-missing' });
  });

  it('leaves no trace of an unfinished write beside it', () => {
    writeCheckpoint(folder, buildCheckpoint({ epoch: 1 }));
    writeCheckpoint(folder, buildCheckpoint({ epoch: 2 }));
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['epoch-0001.safetensors', 'epoch-0002.safetensors']);
  });
});

describe('a checkpoint of the first version', () => {
  it('is still read: without the history, and without the sums of an epoch', () => {
    const { history: _history, unfinished: _unfinished, ...first } = buildCheckpoint().description;
    const description = { ...first, version: 1 };
    expect(parseDescription(JSON.parse(JSON.stringify(description)))).toEqual({
      ...first,
      version: 2,
      history: [],
      unfinished: null,
    });
  });
});
