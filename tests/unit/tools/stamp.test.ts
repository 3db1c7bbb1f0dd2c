import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { readStamp, writeStamp } from '../../../src-main/runtime/stamp.js';
import { temporaryFolder } from '../../support/tools/temporaryFolder.ts';

async function installed(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'deep'));
  await writeFile(path.join(folder, 'a.so'), 'library');
  await writeFile(path.join(folder, 'deep', 'b.h'), 'header');
  await writeStamp(folder, { version: '1.2.3', nodeApi: 8 });
  return folder;
}

describe('readStamp', () => {
  it('tells the facts of a folder that is as it was left', async () => {
    const folder = await installed();
    expect(await readStamp(folder)).toEqual({ version: '1.2.3', nodeApi: 8 });
    expect(await readStamp(folder, { rehash: true })).toEqual({ version: '1.2.3', nodeApi: 8 });
  });

  it('refuses a folder that was never finished', async () => {
    expect(await readStamp(await temporaryFolder())).toBeNull();
  });

  it('refuses a folder that lost a file', async () => {
    const folder = await installed();
    await rm(path.join(folder, 'deep', 'b.h'));
    expect(await readStamp(folder)).toBeNull();
  });

  it('refuses a folder with a shorter file', async () => {
    const folder = await installed();
    const { mtime } = await stat(path.join(folder, 'a.so'));
    await writeFile(path.join(folder, 'a.so'), 'lib');
    await utimes(path.join(folder, 'a.so'), mtime, mtime);
    expect(await readStamp(folder)).toBeNull();
  });

  it('finds a changed byte of the same size and time only by reading all', async () => {
    const folder = await installed();
    const { mtime } = await stat(path.join(folder, 'a.so'));
    await writeFile(path.join(folder, 'a.so'), 'librarY');
    await utimes(path.join(folder, 'a.so'), mtime, mtime);
    expect(await readStamp(folder)).not.toBeNull();
    expect(await readStamp(folder, { rehash: true })).toBeNull();
  });
});
