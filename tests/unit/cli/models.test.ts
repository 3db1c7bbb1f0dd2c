import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInput, readModel } from '../../../src-main/cli/models.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { failureOf } from '../../support/failures.ts';
import { buildSpec } from '../../support/models.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-models-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function modelFile(content: string): string {
  const file = path.join(folder, 'model.json');
  writeFileSync(file, content);
  return file;
}

describe('readModel', () => {
  it('takes a name or a file', () => {
    expect(readModel('densenet-40-12')).toEqual(modelFromName('densenet-40-12'));
    expect(readModel(modelFile(JSON.stringify(buildSpec())))).toEqual(buildSpec());
  });

  it.each([
    ['a file that is not there', () => path.join(folder, 'absent.json'), 'path-missing'],
    ['a folder', () => `${folder}/`, 'model-invalid'],
    ['broken JSON', () => modelFile('{'), 'model-invalid'],
    ['other JSON', () => modelFile('[]'), 'model-invalid'],
  ])('refuses %s', (_title, word, code) => {
    expect(failureOf(() => readModel(word())).code).toBe(code);
  });
});

describe('readInput', () => {
  it('reads sizes with and without channels', () => {
    expect(readInput('28x30x1')).toEqual({ height: 28, width: 30, channels: 1 });
    expect(readInput('224X224')).toEqual({ height: 224, width: 224, channels: 3 });
  });

  it.each(['', '32', '32x', '32x32x3x3', 'axb', '-1x2'])('refuses "%s"', (text) => {
    expect(failureOf(() => readInput(text)).code).toBe('usage');
  });
});
