/** The owner's side of the runtime: what is there, one installation at a time, removing. */

import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import type { ChildProcess, SpawnChild } from '../contract/process.ts';
import type { InstalledRuntime, RuntimeEvent, RuntimeOffer, RuntimeView } from '../contract/runtime.ts';
import { cacheDirectory } from './cache.js';
import { readWritten, writeManifest } from './manifest.js';
import { isRuntimeEvent, type InstallRequest } from './messages.ts';
import { MACHINE, TENSORFLOW_SPACE, TENSORFLOW_VERSION, WHEELS } from './pins.js';
import { indexUrl } from './python-index.js';
import { readFacts } from './stamp.js';
import { filenameOf } from './tensorflow.js';

/** What a desk works with. */
export interface RuntimeDeskParts {
  readonly spawn: SpawnChild;
  /** Folder of the addons that the installed app carries; null in a checkout. */
  readonly addons: string | null;
  readonly onEvent: (event: RuntimeEvent) => void;
  /** Whether a training uses the runtime now. */
  readonly isInUse: () => boolean;
}

/** One per app. */
export class RuntimeDesk {
  readonly #parts: RuntimeDeskParts;
  readonly #cache = cacheDirectory();
  #child: ChildProcess | null = null;
  #cancelled = false;

  constructor(parts: RuntimeDeskParts) {
    this.#parts = parts;
  }

  /** What the Engine screen shows. */
  async show(): Promise<RuntimeView> {
    return {
      offer: offerForThisMachine(),
      installable: this.#parts.addons !== null,
      installed: await this.#installed(),
      working: this.#child !== null,
    };
  }

  /**
   * Starts an installation; what comes of it is told as events.
   * @param wheel a file that a person has; null to download it
   * @param rehash reads every installed byte again, and brings anew what is damaged
   * @throws DenseLabError `runtime-missing` in a checkout, `run-active` while one is under way
   */
  install(wheel: string | null, rehash: boolean): void {
    const { addons, spawn, onEvent } = this.#parts;
    if (addons === null) {
      throw new DenseLabError(
        'runtime-missing',
        'A checkout installs TensorFlow by a command.',
        'Run `npm run setup`.',
      );
    }
    if (this.#child !== null) {
      throw new DenseLabError('run-active', 'The runtime is being installed already.', 'Wait until it is done.');
    }
    const child = spawn('installer', {});
    this.#child = child;
    this.#cancelled = false;
    let told = false;
    const end = (event: RuntimeEvent): void => {
      if (told) return;
      told = true;
      this.#child = null;
      onEvent(event);
      child.kill();
    };
    child.onMessage((message) => {
      if (!isRuntimeEvent(message) || told) return;
      if (message.event === 'progress') onEvent(message);
      else end(message);
    });
    child.onExit((code, signal, stderrTail) => end(endOf(this.#cancelled, `${signal ?? String(code)}\n${stderrTail}`)));
    child.post({ cache: this.#cache, addons, wheel, rehash } satisfies InstallRequest);
  }

  /** Ends an installation; what was downloaded stays for the next one. */
  cancel(): void {
    this.#cancelled = true;
    this.#child?.kill();
  }

  /**
   * Removes a version from the cache folder.
   * @throws DenseLabError `run-active` while a training uses the runtime, `usage` for a folder that is no runtime
   */
  async remove(folder: string): Promise<void> {
    const runtime = (await this.#installed()).find((installed) => installed.folder === folder);
    if (runtime === undefined) {
      throw new DenseLabError('usage', 'This runtime is not there any more.', 'Check the engine again.');
    }
    if (this.#child !== null || (runtime.inUse && this.#parts.isInUse())) {
      throw new DenseLabError(
        'run-active',
        'The runtime is in use.',
        'Wait until the training or the installation has ended.',
      );
    }
    const manifest = await readWritten(this.#cache);
    if (runtime.inUse && manifest !== null) {
      await writeManifest(this.#cache, { ...manifest, tensorflow: null, kernels: null });
    }
    await rm(path.join(this.#cache, 'tensorflow', folder), { recursive: true, force: true });
  }

  async #installed(): Promise<InstalledRuntime[]> {
    const root = path.join(this.#cache, 'tensorflow');
    const used = (await readWritten(this.#cache))?.tensorflow?.libraries ?? '';
    const found = await Promise.all(
      foldersIn(root).map(async (folder) => {
        const stamp = await readFacts(path.join(root, folder));
        if (stamp === null) return [];
        const { facts, bytes } = stamp;
        const inUse = used.startsWith(path.join(root, folder) + path.sep);
        return [{ folder, version: String(facts['version']), origin: String(facts['origin']), bytes, inUse }];
      }),
    );
    return found.flat();
  }
}

function endOf(cancelled: boolean, detail: string): RuntimeEvent {
  if (cancelled) return { event: 'cancelled' };
  const [message, action] = [
    'The installation ended before it was done.',
    'Install again: it goes on where it stopped.',
  ];
  return { event: 'failed', error: { code: 'worker-died', message, action, detail } };
}

function offerForThisMachine(): RuntimeOffer | null {
  const wheel = WHEELS[MACHINE];
  if (wheel === undefined) return null;
  return {
    version: TENSORFLOW_VERSION,
    file: filenameOf(wheel),
    host: new URL(indexUrl()).host,
    downloadBytes: wheel.bytes,
    diskBytes: TENSORFLOW_SPACE,
    licence: 'Apache License 2.0',
  };
}

function foldersIn(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/\.(tmp|old)-/.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
