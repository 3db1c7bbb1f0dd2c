import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveInside } from '../../../src-main/desktop/insideFolder.ts';

let ground: string;
let root: string;

beforeEach(() => {
  ground = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'denselab-inside-')));
  root = path.join(ground, 'page');
  mkdirSync(path.join(root, 'assets'), { recursive: true });
  mkdirSync(path.join(ground, 'page-of-another'));
  for (const file of ['page/index.html', 'page/assets/a b.css', 'secret.html', 'page-of-another/x.html']) {
    writeFileSync(path.join(ground, file), file);
  }
  symlinkSync(path.join(ground, 'secret.html'), path.join(root, 'link.html'));
});

afterEach(() => rmSync(ground, { recursive: true }));

test('files of the folder are found, escapes in their names included', async () => {
  expect(await resolveInside(root, '/index.html')).toBe(path.join(root, 'index.html'));
  expect(await resolveInside(root, '/assets/a%20b.css')).toBe(path.join(root, 'assets', 'a b.css'));
});

test('hazard 12: nothing leads out of it: not dots, links, NUL, backslashes or a neighbour of a like name', async () => {
  const ways = [
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/assets/..%2f..%2fsecret.html',
    '/link.html',
    '/index.html%00.css',
    '/..%5csecret.html',
    '/../page-of-another/x.html',
    '/missing.html',
    '/%',
  ];
  for (const way of ways) expect(await resolveInside(root, way), way).toBeNull();
});
