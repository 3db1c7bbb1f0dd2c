import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { cacheDirectory, locateSqlite, locateTensorFlow, readManifest } from '../../../src-main/tensorflow/locate.ts';

const TENSORFLOW = { binding: '/b.node', libraries: '/lib', version: '2.21.0', origin: 'PyPI', sha256: 'ab' };
const SQLITE = { path: '/s.node', nodeApi: 8, origin: 'compiled' };
const MANIFEST = { version: 1, electron: null, tensorflow: TENSORFLOW, sqlite: { bindings: [SQLITE] } };

function cacheWith(manifest: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'denselab-test-'));
  writeFileSync(join(folder, 'runtimes.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return folder;
}

function failure(code: string): unknown {
  return expect.objectContaining({
    failure: expect.objectContaining({ code, action: expect.stringContaining('npm run setup') }),
  });
}

describe('the cache folder', () => {
  it.each([
    [{ DENSELAB_CACHE: '/a', XDG_CACHE_HOME: '/b' }, 'linux', '/a'],
    [{ XDG_CACHE_HOME: '/b' }, 'linux', '/b/denselab'],
    [{}, 'linux', join(homedir(), '.cache/denselab')],
    [{}, 'darwin', join(homedir(), 'Library/Caches/denselab')],
    [{ LOCALAPPDATA: '/c' }, 'win32', '/c/denselab/cache'],
  ] as const)('of %j on %s', (environment, platform, expected) => {
    expect(cacheDirectory(environment, platform)).toBe(expected);
  });
});

describe('the list of runtimes', () => {
  it('is read as set-up wrote it', () => {
    const electron = { executable: '/e', version: '25.1.1', origin: 'npm', nodeApi: 8 };
    const folder = cacheWith({ ...MANIFEST, electron });
    expect(readManifest(folder)).toEqual({
      electron,
      tensorflow: TENSORFLOW,
      kernels: null,
      images: null,
      sqlite: { bindings: [SQLITE] },
    });
    expect(locateTensorFlow(folder)).toEqual(TENSORFLOW);
  });

  it('names the one command when it is missing, or lacks TensorFlow', () => {
    const none = join(tmpdir(), 'denselab-no-such-folder');
    expect(() => readManifest(none)).toThrow(failure('runtime-missing'));
    expect(() => locateTensorFlow(cacheWith({ ...MANIFEST, tensorflow: null }))).toThrow(failure('runtime-missing'));
  });

  it.each([
    ['half written', '{"version":1,'],
    ['of another version', { ...MANIFEST, version: 2 }],
    ['without a field', { ...MANIFEST, tensorflow: { ...TENSORFLOW, binding: undefined } }],
    ['with a number as text', { ...MANIFEST, sqlite: { bindings: [{ ...SQLITE, nodeApi: '8' }] } }],
    ['no object', 'null'],
  ])('is called broken when %s', (_what, manifest) => {
    expect(() => readManifest(cacheWith(manifest))).toThrow(failure('runtime-broken'));
  });
});

describe("SQLite's addon", () => {
  it('is the prebuilt one from Node-API 10, whatever the list says', () => {
    expect(locateSqlite(join(tmpdir(), 'denselab-no-such-folder'), 10)).toBeUndefined();
  });

  it('is the compiled one below, if it runs there', () => {
    expect(locateSqlite(cacheWith(MANIFEST), 9)).toBe('/s.node');
    expect(() => locateSqlite(cacheWith(MANIFEST), 7)).toThrow(failure('runtime-missing'));
  });
});
