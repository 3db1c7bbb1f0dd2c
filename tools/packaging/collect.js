/** Gathers what an installer carries besides the app: an Electron without an app in it, and the compiled addons. */
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { packageVersion } from '../setup/pins.js';

/**
 * A copy of the installed Electron as electron-builder wants it: without an app, and without the stamp of the cache.
 * @param {import('../../src-main/runtime/manifest.js').ElectronRuntime} electron
 * @param {string} folder Replaced.
 */
export async function collectElectron({ executable }, folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  const source = path.dirname(executable);
  const unwanted = [path.join(source, 'resources', 'default_app.asar'), path.join(source, 'installed.json')];
  await cp(source, folder, { recursive: true, filter: (file) => !unwanted.includes(file) });
}

/** Whether an Electron is the one that users get. */
export const isOfficial = (/** @type {import('../../src-main/runtime/manifest.js').ElectronRuntime} */ electron) =>
  electron.version === packageVersion('electron');

/**
 * The addons that were compiled here, for a person's machine that has no compiler. TensorFlow itself, 850 MB,
 * is fetched by the app.
 * @param {import('../../src-main/runtime/manifest.js').Manifest} manifest
 * @param {string} folder Replaced.
 */
export async function collectRuntime({ tensorflow, kernels, images }, folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const addons = [tensorflow?.binding, kernels?.path, images?.path].filter((file) => typeof file === 'string');
  for (const addon of addons) await cp(addon, path.join(folder, path.basename(addon)));
}
