import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { fingerprint, isFresh, markFresh } from '../../../tools/setup/build.js';
import { temporaryFolder } from '../../support/tools/temporaryFolder.ts';

/** A project that was built just now. */
async function builtProject(): Promise<string> {
  const root = await temporaryFolder();
  for (const folder of ['src-main/model', 'src-renderer', 'out/main', 'tests']) {
    await mkdir(path.join(root, folder), { recursive: true });
  }
  for (const file of ['src-main/index.ts', 'src-main/model/plan.ts', 'src-renderer/App.svelte', 'package.json']) {
    await writeFile(path.join(root, file), file);
  }
  for (const file of ['index.cjs', 'cli.cjs']) await writeFile(path.join(root, 'out/main', file), '');
  await markFresh(root, await fingerprint(root));
  return root;
}

describe('isFresh', () => {
  it('holds after a build, and when something else changes', async () => {
    const root = await builtProject();
    expect(await isFresh(root)).toBe(true);
    await writeFile(path.join(root, 'tests', 'new.test.ts'), '');
    expect(await isFresh(root)).toBe(true);
  });

  it.each<[string, (root: string) => Promise<void>]>([
    ['an edit', (root) => writeFile(path.join(root, 'src-main/model/plan.ts'), 'longer than before')],
    ['a new file', (root) => writeFile(path.join(root, 'src-renderer/New.svelte'), '')],
    ['a removed file', (root) => rm(path.join(root, 'src-main/model/plan.ts'))],
    [
      'a renamed file',
      (root) => rename(path.join(root, 'src-main/model/plan.ts'), path.join(root, 'src-main/plan.ts')),
    ],
    ['another package.json', (root) => writeFile(path.join(root, 'package.json'), '{}')],
    ['a lost result', (root) => rm(path.join(root, 'out/main/cli.cjs'))],
    ['a lost folder of results', (root) => rm(path.join(root, 'out'), { recursive: true })],
  ])('ends with %s', async (_what, change) => {
    const root = await builtProject();
    await change(root);
    expect(await isFresh(root)).toBe(false);
  });
});
