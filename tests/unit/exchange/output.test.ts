import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOutput } from '../../../src-main/exchange/output.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = (text: string) => ({ folder: false, entries: [{ name: '', chunks: [new TextEncoder().encode(text)] }] });
const model = (text: string) => ({
  folder: true,
  entries: [{ name: 'saved_model.pb', chunks: [new TextEncoder().encode(text)] }],
});

describe('what an export writes', () => {
  it('makes the folders above it and leaves nothing else beside it', () => {
    const out = path.join(folder, 'deep', 'model.onnx');
    placeOutput(out, file('new'), false);
    expect(readFileSync(out, 'utf8')).toBe('new');
    expect(readdirSync(path.dirname(out))).toEqual(['model.onnx']);
  });

  it('replaces nothing without --force, and an earlier export with it', () => {
    const [one, many] = [path.join(folder, 'one'), path.join(folder, 'many')];
    placeOutput(one, file('old'), false);
    placeOutput(many, model('old'), false);
    expect(() => placeOutput(one, file('new'), false)).toThrow('already');
    expect(() => placeOutput(many, model('new'), false)).toThrow('already');
    expect(readFileSync(one, 'utf8')).toBe('old');
    placeOutput(one, file('new'), true);
    placeOutput(many, model('new'), true);
    expect(readFileSync(one, 'utf8')).toBe('new');
    expect(readFileSync(path.join(many, 'saved_model.pb'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['many', 'one']);
  });

  it('never replaces a folder that holds anything else, nor a folder by a file', () => {
    const pictures = path.join(folder, 'pictures');
    mkdirSync(pictures);
    writeFileSync(path.join(pictures, 'dear.png'), 'x');
    expect(() => placeOutput(pictures, model('new'), true)).toThrow('already');
    expect(() => placeOutput(pictures, file('new'), true)).toThrow('already');
    expect(existsSync(path.join(pictures, 'dear.png'))).toBe(true);
  });
});
