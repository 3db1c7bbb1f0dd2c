/** Where the native runtimes are: reads the manifest that set-up writes into the user's cache folder. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DenseLabError } from '../contract/errors.ts';
import { cacheDirectory } from '../runtime/cache.js';

export { cacheDirectory } from '../runtime/cache.js';

/** The one command that brings back any missing runtime in a checkout. */
export const SETUP_COMMAND = 'npm run setup';
/** Whether this is the installed app, or a child of it, which has a button instead of a command. */
export function isInstalledApp(): boolean {
  return process.env['DENSELAB_PACKAGED'] === '1';
}

/** What a person does about a missing runtime. */
export function setupAction(): string {
  return isInstalledApp() ? 'Install it on the Engine screen.' : `Run \`${SETUP_COMMAND}\`.`;
}

/** What a person does about a damaged runtime. */
export function repairAction(): string {
  return isInstalledApp() ? 'Check its files on the Engine screen.' : `Run \`${SETUP_COMMAND} -- --verify\`.`;
}

/** An Electron that set-up found or unpacked. */
export interface ElectronRuntime {
  readonly executable: string;
  readonly version: string;
  readonly origin: string;
  /** Node-API level of its Node. */
  readonly nodeApi: number;
}

/** TensorFlow's libraries and the binding that was compiled against them. */
export interface TensorFlowRuntime {
  /** The compiled Node-API addon, an absolute path. */
  readonly binding: string;
  /** The folder of `libtensorflow_cc`. */
  readonly libraries: string;
  readonly version: string;
  readonly origin: string;
  /** SHA-256 of the wheel, hex. */
  readonly sha256: string;
}

/** A compiled SQLite addon, for hosts below Node-API 10. */
export interface SqliteBinding {
  readonly path: string;
  /** Lowest Node-API level that it runs on. */
  readonly nodeApi: number;
  readonly origin: string;
}

/** One of DenseLab's own addons, compiled here: an extra that it can do without. */
export interface CompiledExtra {
  /** The addon, an absolute path; null when it cannot be used. */
  readonly path: string | null;
  /** Why not, in a few words: `this processor lacks AVX-512`. */
  readonly problem: string | null;
}

/** What set-up installed; a part is null when it could not be had. */
export interface RuntimeManifest {
  readonly electron: ElectronRuntime | null;
  readonly tensorflow: TensorFlowRuntime | null;
  /** Kernels for dense blocks. Null where set-up did not try: on other systems, or in an older version. */
  readonly kernels: CompiledExtra | null;
  /** The decoder of common images; null as for `kernels`. */
  readonly images: CompiledExtra | null;
  readonly sqlite: { readonly bindings: readonly SqliteBinding[] };
}

/**
 * Reads `runtimes.json` of the cache folder.
 * @throws DenseLabError `runtime-missing` when there is none, `runtime-broken` when it cannot be understood.
 */
export function readManifest(directory: string = cacheDirectory()): RuntimeManifest {
  const path = join(directory, 'runtimes.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw missing('The runtimes of DenseLab', `${path}: ${String(error)}`);
  }
  try {
    return parseManifest(text);
  } catch (error) {
    throw new DenseLabError(
      'runtime-broken',
      `The list of runtimes ${path} cannot be read.`,
      setupAction(),
      String(error),
    );
  }
}

/**
 * The TensorFlow runtime of the manifest.
 * @throws DenseLabError `runtime-missing` or `runtime-broken`.
 */
export function locateTensorFlow(directory: string = cacheDirectory()): TensorFlowRuntime {
  const { tensorflow } = readManifest(directory);
  if (tensorflow === null) throw missing('TensorFlow', `no entry in ${join(directory, 'runtimes.json')}`);
  return tensorflow;
}

/**
 * The SQLite addon that this process needs: undefined where the prebuilt one of the package runs (Node-API 10 and
 * later), else the compiled one.
 * @throws DenseLabError `runtime-missing` when it was not compiled.
 */
export function locateSqlite(
  directory: string = cacheDirectory(),
  nodeApi: number = nodeApiLevel(),
): string | undefined {
  if (nodeApi >= 10) return undefined;
  const usable = readManifest(directory).sqlite.bindings.find((binding) => binding.nodeApi <= nodeApi);
  if (usable === undefined) throw missing('SQLite', `no addon for Node-API ${String(nodeApi)} in ${directory}`);
  return usable.path;
}

/** Node-API level of this process. */
export function nodeApiLevel(): number {
  return Number(process.versions['napi']);
}

function missing(what: string, detail: string): DenseLabError {
  const verb = what.endsWith('s of DenseLab') ? 'are' : 'is';
  return new DenseLabError('runtime-missing', `${what} ${verb} not installed.`, setupAction(), detail);
}

function parseManifest(text: string): RuntimeManifest {
  const root = record(JSON.parse(text), 'manifest');
  if (root['version'] !== 1) throw new Error(`unknown version ${String(root['version'])}`);
  const { electron, tensorflow, kernels, images } = root;
  const bindings = record(root['sqlite'], 'sqlite')['bindings'];
  if (!Array.isArray(bindings)) throw new Error('sqlite.bindings is no list');
  return {
    electron: electron === null ? null : parseElectron(record(electron, 'electron')),
    tensorflow: tensorflow === null ? null : parseTensorFlow(record(tensorflow, 'tensorflow')),
    kernels: kernels === undefined || kernels === null ? null : parseExtra(record(kernels, 'kernels')),
    images: images === undefined || images === null ? null : parseExtra(record(images, 'images')),
    sqlite: { bindings: bindings.map((binding) => parseSqlite(record(binding, 'sqlite binding'))) },
  };
}

function parseElectron(entry: Readonly<Record<string, unknown>>): ElectronRuntime {
  return {
    executable: text(entry, 'executable'),
    version: text(entry, 'version'),
    origin: text(entry, 'origin'),
    nodeApi: count(entry, 'nodeApi'),
  };
}

function parseTensorFlow(entry: Readonly<Record<string, unknown>>): TensorFlowRuntime {
  return {
    binding: text(entry, 'binding'),
    libraries: text(entry, 'libraries'),
    version: text(entry, 'version'),
    origin: text(entry, 'origin'),
    sha256: text(entry, 'sha256'),
  };
}

function parseExtra(entry: Readonly<Record<string, unknown>>): CompiledExtra {
  return { path: textOrNull(entry, 'path'), problem: textOrNull(entry, 'problem') };
}

function parseSqlite(entry: Readonly<Record<string, unknown>>): SqliteBinding {
  return { path: text(entry, 'path'), nodeApi: count(entry, 'nodeApi'), origin: text(entry, 'origin') };
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is no object`);
  return { ...value };
}

function text(entry: Readonly<Record<string, unknown>>, key: string): string {
  const value = entry[key];
  if (typeof value !== 'string') throw new Error(`${key} is no text`);
  return value;
}

function textOrNull(entry: Readonly<Record<string, unknown>>, key: string): string | null {
  return entry[key] === null ? null : text(entry, key);
}

function count(entry: Readonly<Record<string, unknown>>, key: string): number {
  const value = entry[key];
  if (typeof value !== 'number') throw new Error(`${key} is no number`);
  return value;
}
