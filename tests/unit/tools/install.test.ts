import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { missingParts, summarize } from '../../../tools/setup/install.js';
import { isWritten, manifestFile, writeManifest } from '../../../src-main/runtime/manifest.js';
import { sqliteDefines } from '../../../tools/setup/sqlite.js';
import { isNeeded } from '../../../src-main/runtime/tensorflow.js';
import { readManifest } from '../../../src-main/tensorflow/locate.ts';
import { temporaryFolder } from '../../support/tools/temporaryFolder.ts';

type Manifest = Parameters<typeof missingParts>[0];

const electron = (nodeApi: number): Manifest['electron'] => ({
  executable: '/c/electron',
  version: '25.1.1',
  origin: 'npm',
  nodeApi,
});

const FULL: Manifest = {
  version: 1,
  electron: electron(8),
  tensorflow: { binding: '/c/b.node', libraries: '/c/l', version: '2.21.0', origin: 'pypi.org', sha256: 'ab' },
  kernels: { path: '/c/k.node', problem: null },
  images: { path: '/c/i.node', problem: null },
  sqlite: { bindings: [{ path: '/c/s.node', nodeApi: 8, origin: 'compiled' }] },
};
const PARTS = ['electron', 'tensorflow', 'sqlite'] as const;

describe('missingParts', () => {
  it('wants nothing when all is there', () => {
    expect(missingParts(FULL, PARTS, 9)).toEqual([]);
  });

  it('wants only what the caller needs', () => {
    const none = { electron: null, tensorflow: null, kernels: null, images: null };
    const empty: Manifest = { version: 1, ...none, sqlite: { bindings: [] } };
    expect(missingParts(empty, PARTS, 9)).toEqual(['electron', 'tensorflow', 'sqlite']);
    expect(missingParts(empty, ['tensorflow', 'sqlite'], 9)).toEqual(['tensorflow', 'sqlite']);
  });

  it.each([
    { node: 10, electronLevel: 10, parts: PARTS, compiled: false },
    { node: 9, electronLevel: 10, parts: PARTS, compiled: true },
    { node: 10, electronLevel: 8, parts: PARTS, compiled: true },
    { node: 10, electronLevel: 8, parts: ['tensorflow', 'sqlite'] as const, compiled: false },
  ])('compiles SQLite for a host below Node-API 10 only: %o', ({ node, electronLevel, parts, compiled }) => {
    const manifest = { ...FULL, electron: electron(electronLevel), sqlite: { bindings: [] } };
    expect(missingParts(manifest, parts, node).includes('sqlite')).toBe(compiled);
  });
});

describe('the manifest', () => {
  it('is read by the app as it was written', async () => {
    const cache = await temporaryFolder();
    await writeManifest(cache, FULL);
    const { electron: window, tensorflow, kernels, images, sqlite } = FULL;
    expect(readManifest(cache)).toEqual({ electron: window, tensorflow, kernels, images, sqlite });
    expect(await isWritten(cache, FULL)).toBe(true);
    expect(await isWritten(cache, { ...FULL, electron: null })).toBe(false);
  });

  it('is left alone when it says the same, and leaves no other file', async () => {
    const cache = path.join(await temporaryFolder(), 'cache');
    await mkdir(cache);
    await writeManifest(cache, FULL);
    const before = await stat(manifestFile(cache));
    await writeManifest(cache, FULL);
    expect((await stat(manifestFile(cache))).ino).toBe(before.ino);
    expect(await readdir(cache)).toEqual(['runtimes.json']);
  });

  it('is told in one line', () => {
    expect(summarize({ ...FULL, electron: null })).toBe(
      'no Electron, TensorFlow 2.21.0 (CPU), block kernels, image decoder, SQLite compiled here',
    );
  });
});

describe('what is taken from the packages', () => {
  it('is of the wheel the C library, the library that it needs, and the headers of the addon', () => {
    const needed = [
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.2.dylib',
      'tensorflow/include/tensorflow/c/eager/c_api.h',
      'tensorflow/include/tsl/platform/ctstring_internal.h',
      'tensorflow/include/xla/tsl/c/tsl_status.h',
    ];
    const useless = [
      'tensorflow/include/tensorflow/core/framework/op.h',
      'tensorflow/python/_pywrap_tensorflow_internal.so',
      'tensorflow/include/external/tensorflow/c/c_api.h',
      'tensorflow/c/c_api.h',
    ];
    expect(needed.filter((name) => !isNeeded(name))).toEqual([]);
    expect(useless.filter((name) => isNeeded(name))).toEqual([]);
  });

  it("is of better-sqlite3 every compile option of SQLite, as the package's own build has it", async () => {
    const text = await readFile(
      new URL('../../../node_modules/better-sqlite3/deps/defines.gypi', import.meta.url),
      'utf8',
    );
    const defines = sqliteDefines(text);
    expect(defines).toContain('-DSQLITE_THREADSAFE=2');
    expect(defines).toContain('-DSQLITE_ENABLE_FTS5');
    expect(defines).toContain('-DSQLITE_DEFAULT_CACHE_SIZE=-16000');
    expect(defines).toHaveLength(text.split('\n').filter((line) => /^\s*'.*',$/.test(line)).length);
    expect(() => sqliteDefines('{}')).toThrow('compile options of better-sqlite3');
  });
});
