import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDurably } from '../../../src-main/trainer/durable.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'denselab-durable-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeDurably', () => {
  it('writes all chunks in order and tells size and hash', () => {
    const path = join(folder, 'deep', 'file');
    const written = writeDurably(path, [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(written).toEqual({
      bytes: 3,
      sha256: createHash('sha256')
        .update(Uint8Array.of(1, 2, 3))
        .digest('hex'),
    });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file']);
  });

  it('replaces a file whole', () => {
    const path = join(folder, 'file');
    writeDurably(path, [new Uint8Array(100)]);
    writeDurably(path, [Uint8Array.of(9)]);
    expect([...readFileSync(path)]).toEqual([9]);
  });

  it('removes what a crash left unfinished', () => {
    writeFileSync(join(folder, 'old.unfinished'), 'half');
    writeDurably(join(folder, 'file'), [Uint8Array.of(1)]);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves the old file and nothing else when it fails', () => {
    const path = join(folder, 'file');
    writeDurably(path, [Uint8Array.of(1)]);
    const failing = [Uint8Array.of(2)];
    Object.defineProperty(failing, 1, {
      enumerable: true,
      get: () => {
        throw new Error('source gone');
      },
    });
    expect(() => writeDurably(path, failing)).toThrow('source gone');
    expect([...readFileSync(path)]).toEqual([1]);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
