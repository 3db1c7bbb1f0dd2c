import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { cacheDirectory, removeLeftovers, replaceDirectory, requireSpace } from '../../../src-main/runtime/cache.js';
import { cacheDirectory as cacheDirectoryOfTheApp } from '../../../src-main/tensorflow/locate.ts';
import { temporaryFolder } from '../../support/tools/temporaryFolder.ts';

describe('cacheDirectory', () => {
  const places = [
    ['linux', { DENSELAB_CACHE: '/chosen', XDG_CACHE_HOME: '/xdg' }, '/chosen'],
    ['linux', { XDG_CACHE_HOME: '/xdg' }, '/xdg/denselab'],
    ['linux', {}, path.join(homedir(), '.cache/denselab')],
    ['darwin', {}, path.join(homedir(), 'Library/Caches/denselab')],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/denselab/cache'],
  ] as const;

  it.each(places)('on %s with %o is %s, for set-up and app alike', (platform, environment, expected) => {
    expect(cacheDirectory(environment, platform)).toBe(expected);
    expect(cacheDirectoryOfTheApp(environment, platform)).toBe(expected);
  });
});

describe('replaceDirectory', () => {
  it('keeps the old folder, and nothing else, when the new one cannot be made', async () => {
    const folder = await temporaryFolder();
    const target = path.join(folder, 'runtime');
    await mkdir(target);
    await writeFile(path.join(target, 'old'), 'old');
    const failing = replaceDirectory(target, async (temporary) => {
      await writeFile(path.join(temporary, 'half'), '');
      throw new Error('interrupted');
    });
    await expect(failing).rejects.toThrow('interrupted');
    expect(await readdir(folder)).toEqual(['runtime']);
    expect(await readdir(target)).toEqual(['old']);
  });

  it('replaces the old folder as a whole', async () => {
    const folder = await temporaryFolder();
    const target = path.join(folder, 'runtime');
    await mkdir(target);
    await writeFile(path.join(target, 'old'), 'old');
    await replaceDirectory(target, (temporary) => writeFile(path.join(temporary, 'new'), 'new'));
    expect(await readdir(folder)).toEqual(['runtime']);
    expect(await readdir(target)).toEqual(['new']);
  });
});

describe('removeLeftovers', () => {
  it('removes what an interrupted set-up left, and keeps partial downloads', async () => {
    const folder = await temporaryFolder();
    const paths = ['electron/25.tmp-0a1b', 'electron/25', 'electron/25.old-ff', 'runtimes.json.tmp-12', 'downloads'];
    for (const name of paths) await mkdir(path.join(folder, name), { recursive: true });
    await writeFile(path.join(folder, 'downloads', 'wheel.whl.part'), 'part');
    await removeLeftovers(folder);
    expect(await readdir(path.join(folder, 'electron'))).toEqual(['25']);
    expect(existsSync(path.join(folder, 'runtimes.json.tmp-12'))).toBe(false);
    expect(await readFile(path.join(folder, 'downloads', 'wheel.whl.part'), 'utf8')).toBe('part');
  });
});

describe('requireSpace', () => {
  it('refuses what the disk cannot hold, naming folder and both sizes', async () => {
    const folder = await temporaryFolder();
    await requireSpace(folder, 1, 'TensorFlow');
    const tooMuch = requireSpace(folder, 1e18, 'TensorFlow');
    await expect(tooMuch).rejects.toThrow(`TensorFlow needs 1000000000.0 GB free in ${folder}, and `);
  });
});
