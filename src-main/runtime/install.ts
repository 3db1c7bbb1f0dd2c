/** Installs TensorFlow for the installed app: libraries by download or from a file, addons out of the app itself. */

import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { removeLeftovers, replaceDirectory } from './cache.js';
import { SetupFailure } from './failure.js';
import { withLock } from './lock.js';
import { readWritten, writeManifest } from './manifest.js';
import type { CompiledExtra, Manifest } from './manifest.js';
import type { InstallRequest } from './messages.ts';
import { BINDING_VERSION, MACHINE, TENSORFLOW_VERSION } from './pins.js';
import type { Task } from './reporter.js';
import { readStamp, writeStamp } from './stamp.js';
import {
  ADDON,
  bindingIn,
  findTensorFlow,
  installLibraries,
  installLibrariesFrom,
  librariesIn,
  wheelForThisMachine,
} from './tensorflow.js';

const KERNELS = 'denselab_kernels.node';
const IMAGES = 'denselab_images.node';

/** What an installation did. */
export interface Installation {
  readonly version: string;
  /** Whether something had to be brought. */
  readonly repaired: boolean;
}

/**
 * Brings what is missing or damaged, tries it, and writes the manifest. What a broken-off download left is continued.
 * @param tell shows where it stands; `share` from 0 to 1
 * @throws SetupFailure
 */
export async function installRuntime(
  { cache, addons, wheel, rehash }: InstallRequest,
  tell: (text: string, share: number | null) => void,
): Promise<Installation> {
  const task: Task = {
    update: (text, share) => tell(text, share ?? null),
    done: (text) => tell(text, null),
    stop: () => undefined,
  };
  await mkdir(cache, { recursive: true });
  return withLock(
    path.join(cache, 'setup.lock'),
    async () => {
      await removeLeftovers(cache);
      if (rehash) tell('reading every installed file', null);
      const repaired = await bringLibraries(cache, wheel, rehash, task);
      const addonRepaired = await bringAddon(cache, addons, rehash);
      const binding = path.join(bindingIn(cache), ADDON);
      tell('loading it', null);
      const version = tryBinding(binding);
      await writeManifest(
        cache,
        await manifestOf(cache, await bringKernels(cache, addons), await bringImages(cache, addons)),
      );
      return { version, repaired: repaired || addonRepaired };
    },
    () => tell('another installation is at work; waiting for it', null),
  );
}

/** @returns whether they were missing or damaged */
async function bringLibraries(cache: string, file: string | null, rehash: boolean, task: Task): Promise<boolean> {
  const present = await readStamp(librariesIn(cache), { rehash });
  if (present !== null) return false;
  const wheel = wheelForThisMachine();
  if (file !== null) await installLibrariesFrom(cache, wheel, file, task);
  else await installLibraries(cache, wheel, { say: () => undefined, task: () => task }, task);
  return true;
}

async function bringAddon(cache: string, addons: string, rehash: boolean): Promise<boolean> {
  if ((await readStamp(bindingIn(cache), { rehash })) !== null) return false;
  await copyAddon(path.join(addons, ADDON), bindingIn(cache), {
    version: BINDING_VERSION,
    tensorflow: TENSORFLOW_VERSION,
  });
  return true;
}

async function copyAddon(from: string, folder: string, facts: Readonly<Record<string, string>>): Promise<void> {
  if (!existsSync(from)) {
    throw new SetupFailure(`This copy of DenseLab lacks ${path.basename(from)}.`, 'Install DenseLab again.', from);
  }
  await mkdir(path.dirname(folder), { recursive: true });
  await replaceDirectory(folder, async (temporary) => {
    await copyFile(from, path.join(temporary, path.basename(from)));
    await writeStamp(temporary, facts);
  });
}

/** The block kernels are an extra; where they cannot be used, training does without, and the manifest says why. */
async function bringKernels(cache: string, addons: string): Promise<CompiledExtra | null> {
  const from = path.join(addons, KERNELS);
  if (!existsSync(from)) return null;
  const folder = path.join(cache, 'kernels', `app-tf-${TENSORFLOW_VERSION}-${MACHINE}`);
  await copyAddon(from, folder, { tensorflow: TENSORFLOW_VERSION });
  const file = path.join(folder, KERNELS);
  try {
    const { available } = load(file);
    return available === true ? { path: file, problem: null } : { path: null, problem: 'this processor lacks AVX-512' };
  } catch {
    return { path: null, problem: 'they do not load' };
  }
}

/** The decoder of common images, likewise an extra. */
async function bringImages(cache: string, addons: string): Promise<CompiledExtra | null> {
  const from = path.join(addons, IMAGES);
  if (!existsSync(from)) return null;
  const folder = path.join(cache, 'images', `app-${MACHINE}`);
  await copyAddon(from, folder, { tensorflow: TENSORFLOW_VERSION });
  const file = path.join(folder, IMAGES);
  try {
    return load(file)['available'] === true
      ? { path: file, problem: null }
      : { path: null, problem: 'this processor lacks SSE 4.2' };
  } catch {
    return { path: null, problem: 'it does not load' };
  }
}

/** Loads the addon, and TensorFlow with it, in this process. */
function tryBinding(binding: string): string {
  try {
    return String(load(binding)['TF_Version']);
  } catch (error) {
    throw new SetupFailure(
      'TensorFlow was installed, but it does not load on this machine.',
      'It needs a processor with AVX and a system as new as Debian 11; report it with the details.',
      String(error),
    );
  }
}

function load(file: string): Readonly<Record<string, unknown>> {
  const addon: { exports: Record<string, unknown> } = { exports: {} };
  process.dlopen(addon, file);
  return addon.exports;
}

/** What is installed; the parts that set-up brought to a checkout stay. */
async function manifestOf(
  cache: string,
  kernels: CompiledExtra | null,
  images: CompiledExtra | null,
): Promise<Manifest> {
  const earlier = await readWritten(cache);
  return {
    version: 1,
    electron: earlier?.electron ?? null,
    tensorflow: await findTensorFlow(cache),
    kernels,
    images,
    sqlite: earlier?.sqlite ?? { bindings: [] },
  };
}
