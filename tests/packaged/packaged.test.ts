/** The app as it is installed: it trains, its doors are shut, and it fits into an installer. Hazards 13 and 14. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { readManifest } from '../../src-main/tensorflow/locate.ts';
import {
  ROOT_ARGUMENTS,
  debianPackage,
  folderOfNobody,
  rendererStates,
  startInstalled,
  unpackPackage,
} from './installed.ts';

test.describe.configure({ mode: 'serial' });

let root: string;
let executable: string;

test.beforeAll(() => {
  ({ root, executable } = unpackPackage());
});

test.afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the installer stays under 150 MB', () => {
  expect(statSync(debianPackage()).size).toBeLessThan(150e6);
});

test('the desktop finds it, and opens runs with it', () => {
  const entry = readFileSync(path.join(root, 'usr/share/applications/denselab.desktop'), 'utf8');
  expect(entry).toContain('Exec=/opt/DenseLab/denselab %U');
  expect(entry).toContain('MimeType=application/x-denselab;');
  expect(readFileSync(path.join(root, 'usr/share/mime/packages/denselab.xml'), 'utf8')).toContain('*.denselab');
});

test('hazard 13: the fuses of the binary are as specified', async () => {
  const wire = await getCurrentFuseWire(executable);
  // The wire is text in the binary: '1' is a fuse that conducts, '0' one that is blown.
  const state = (fuse: FuseV1Options) => String.fromCharCode(Number(wire[fuse]));
  expect(state(FuseV1Options.RunAsNode)).toBe('0');
  expect(state(FuseV1Options.EnableCookieEncryption)).toBe('1');
  expect(state(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe('0');
  expect(state(FuseV1Options.EnableNodeCliInspectArguments)).toBe('0');
  expect(state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe('1');
  expect(state(FuseV1Options.OnlyLoadAppFromAsar)).toBe('1');
});

/**
 * A machine on which TensorFlow was never installed. SQLite is there only because the Electron that packs here may be an old
 * one, which cannot load the addon that the package carries.
 */
function cacheWithoutTensorFlow(): string {
  const cache = path.join(root, 'cache');
  mkdirSync(cache);
  const manifest = { version: 1, ...readManifest(), tensorflow: null, kernels: null };
  writeFileSync(path.join(cache, 'runtimes.json'), JSON.stringify(manifest));
  return cache;
}

test('first use: it brings TensorFlow itself, goes on after a cancelled download, trains, and quits', async () => {
  const installed = await startInstalled(executable, path.join(root, 'data'), cacheWithoutTensorFlow());
  const { page } = installed;
  await page.getByRole('button', { name: 'Make Shapes-10' }).click();
  await page.getByRole('button', { name: /Engine/ }).click();
  await page.getByRole('button', { name: /^Install TensorFlow/ }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /^Install TensorFlow/ }).click();
  await expect(page.getByText(/in use/)).toBeVisible({ timeout: 180_000 });
  await expect(page.getByText('CPU:0').first()).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Control+2');
  await page.getByRole('row', { name: /DenseNet-BC 22 12/ }).click();
  await page.getByLabel('Epochs', { exact: true }).fill('1');
  await page.getByLabel('Images', { exact: true }).fill('512');
  await page.getByLabel('Name', { exact: true }).fill('Installed');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('row', { name: /Installed/ }).getByText('done')).toBeVisible({ timeout: 200_000 });
  expect(await installed.quit()).toBe(0);
  const kept = readdirSync(path.join(root, 'cache', 'downloads'));
  expect(kept, 'the wheel is not kept after it was unpacked').toEqual([]);
});

test('hazard 2: for somebody who is not root, the page is in the sandbox of the operating system', async () => {
  test.skip(process.getuid?.() !== 0, 'only root can start it as somebody else; as yourself see the renderer in /proc');
  chmodSync(root, 0o755);
  const cache = folderOfNobody(path.join(root, 'cache-of-nobody'));
  const manifest = readManifest();
  // Nobody cannot read root's own cache.
  const bindings = manifest.sqlite.bindings.map((binding, index) => {
    const copy = path.join(cache, `sqlite-${String(index)}.node`);
    copyFileSync(binding.path, copy);
    return { ...binding, path: copy };
  });
  const stored = { version: 1, ...manifest, tensorflow: null, kernels: null, sqlite: { ...manifest.sqlite, bindings } };
  writeFileSync(path.join(cache, 'runtimes.json'), JSON.stringify(stored));
  const home = folderOfNobody(path.join(root, 'home-of-nobody'));
  const installed = await startInstalled(executable, home, cache, 'nobody');
  const renderers = rendererStates(installed.process);
  expect(await installed.quit()).toBe(0);
  expect(renderers.length).toBeGreaterThan(0);
  for (const state of renderers) {
    // A filter of system calls, no way to more rights, and a namespace in which it cannot see other processes.
    expect(state).toMatchObject({ Seccomp: '2', NoNewPrivs: '1' });
    expect(state['NSpid']?.split('\t').length).toBeGreaterThan(1);
  }
});

test('hazard 14: nothing in the environment or on the command line runs foreign code in it', async () => {
  const evil = path.join(root, 'evil.cjs');
  const trace = path.join(root, 'trace');
  writeFileSync(evil, `require('fs').writeFileSync(${JSON.stringify(trace)}, 'ran')`);
  spawnSync(executable, [...ROOT_ARGUMENTS, evil], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', DENSELAB_HOME: path.join(root, 'other') },
    timeout: 8000,
    killSignal: 'SIGKILL',
  });
  expect(existsSync(trace)).toBe(false);
  const started = spawnSync(executable, [...ROOT_ARGUMENTS, '--inspect=0', '--home', path.join(root, 'another')], {
    env: { ...process.env, NODE_OPTIONS: `--require ${evil}` },
    timeout: 8000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  expect(existsSync(trace)).toBe(false);
  expect(started.stderr).not.toContain('Debugger listening');
});
