/** The engine as it is on this machine: every part looked at, none assumed. */

import os from 'node:os';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { toFailure } from '../contract/errors.ts';
import type { Device, EngineCheck, EngineReport } from '../contract/engine.ts';
import type { SpawnChild } from '../contract/process.ts';
import { sqliteVersion } from '../runs/database.ts';
import { BINDING_VERSION } from '../runtime/pins.js';
import { SETUP_COMMAND, cacheDirectory, isInstalledApp, nodeApiLevel, readManifest } from '../tensorflow/locate.ts';
import type { RuntimeManifest, TensorFlowRuntime } from '../tensorflow/locate.ts';
import { gpuObstacles } from '../tensorflow/devices/missing.ts';
import { machineKey } from '../tensorflow/selftest/machine.ts';
import { readResults } from '../tensorflow/selftest/results.ts';
import { calibrationBasis, calibrationState, readCalibration } from './calibration.ts';
import { probeTensorFlow } from './probeAnswer.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import { threadsFor } from './threads.ts';

/** Bytes below which the disk is called a limit: a dataset and a run's checkpoints fit into less, but not for long. */
const LITTLE_SPACE = 2e9;
/** The first Electron whose Node runs every prebuilt part; an older one is the development fallback. */
const SUPPORTED_ELECTRON = 35;
/** Wrong kernels that the report names; a broken build has hundreds. */
const MOST_NAMED = 3;
const OLDEST_NODE: readonly [number, number] = [20, 19];

/** What looking needs. */
export interface EngineParts {
  readonly home: string;
  readonly spawn: SpawnChild;
  /** Options for opening SQLite in this process; throws where its addon is missing. */
  readonly sqlite: () => { readonly nativeBinding: string | undefined };
}

/** Looks at every part; never rejects for a part that is missing. */
export async function reportEngine({ home, spawn, sqlite }: EngineParts): Promise<EngineReport> {
  const manifest = manifestOrNull();
  const runtime = manifest?.tensorflow ?? null;
  const answer = runtime === null ? null : await probeTensorFlow(spawn);
  const freeBytes = await freeBytesAt(home);
  const checks = [
    checkNode(),
    checkElectron(manifest),
    ...checkTensorFlow(runtime, answer),
    checkKernels(runtime, manifest?.kernels?.path ?? null),
    checkSqlite(manifest, sqlite),
    checkDevices(answer),
    checkCalibration(home),
    checkDisk(home, freeBytes),
  ];
  const ready = checks.every(({ state }) => state !== 'missing');
  return { ready, checks, devices: devicesOf(answer), nodeApi: nodeApiLevel(), freeBytes, home };
}

function manifestOrNull(): RuntimeManifest | null {
  try {
    return readManifest();
  } catch {
    return null;
  }
}

function checkNode(): EngineCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const electron = process.versions['electron'] !== undefined;
  const recent = electron || major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return {
    id: 'node',
    title: 'Node',
    state: recent ? 'ready' : 'missing',
    found: recent ? `Node-API ${String(nodeApiLevel())}` : `${process.versions.node} is older than 20.19`,
    version: process.versions.node,
    origin: electron ? 'inside Electron' : process.execPath,
    remedy: recent ? null : 'Install Node 22 from nodejs.org',
  };
}

function checkElectron(manifest: RuntimeManifest | null): EngineCheck {
  const version = process.versions['electron'] ?? manifest?.electron?.version ?? null;
  const part = { id: 'electron', title: 'Electron', version } as const;
  if (version === null) return missing(part, 'not installed; the command line works without it');
  const supported = Number(version.split('.')[0]) >= SUPPORTED_ELECTRON;
  return {
    ...part,
    state: supported ? 'ready' : 'limited',
    found: supported ? 'the window' : 'an old one, for development and tests only; it is never shipped',
    origin: manifest?.electron?.origin ?? null,
    remedy: null,
  };
}

function checkTensorFlow(runtime: TensorFlowRuntime | null, answer: ProbeAnswer | null): EngineCheck[] {
  const library = { id: 'tensorflow', title: 'TensorFlow runtime', version: runtime?.version ?? null } as const;
  const binding = {
    id: 'binding',
    title: 'TensorFlow binding',
    version: runtime === null ? null : BINDING_VERSION,
  } as const;
  if (runtime === null || answer === null) {
    return [missing(library, 'not installed'), missing(binding, 'not compiled')];
  }
  if (!answer.ok) return [missing(library, answer.error.message), missing(binding, answer.error.message)];
  return [
    { ...library, version: answer.version, state: 'ready', found: 'loads', origin: runtime.origin, remedy: null },
    { ...binding, state: 'ready', found: 'loads', origin: runtime.binding, remedy: null },
  ];
}

/** @param blocks the build of our own kernels; null without one */
function checkKernels(runtime: TensorFlowRuntime | null, blocks: string | null): EngineCheck {
  const part = { id: 'kernels', title: 'Kernel self-test', version: null, origin: null, remedy: null } as const;
  if (runtime === null) return { ...part, state: 'unused', found: 'runs before the first training' };
  const environment = { ...process.env, TF_NUM_INTRAOP_THREADS: String(os.cpus().length) };
  const results = readResults(cacheDirectory(), machineKey(runtime, environment), blocks);
  const [newest] = results;
  if (newest === undefined) return { ...part, state: 'unused', found: 'runs before the first training' };
  const wrong = [...new Set(results.flatMap(({ failures }) => failures.map(({ kernel }) => kernel)))];
  if (wrong.length === 0) {
    const kernels = results.reduce((sum, result) => sum + result.kernels, 0);
    const networks = results.length === 1 ? 'one network' : `${String(results.length)} networks`;
    return {
      ...part,
      state: 'ready',
      found: `${kernels.toLocaleString('en')} kernels of ${networks} agree with the reference`,
    };
  }
  const more = wrong.length - MOST_NAMED;
  const named = wrong.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
  return {
    ...part,
    state: 'limited',
    found: `wrong on this processor: ${named}`,
    remedy: results.some(({ build, failures }) => build === null && failures.length > 0)
      ? 'TF_ENABLE_ONEDNN_OPTS=0 npm start'
      : 'DENSELAB_KERNELS=stock npm start',
  };
}

function checkSqlite(manifest: RuntimeManifest | null, sqlite: EngineParts['sqlite']): EngineCheck {
  const part = { id: 'sqlite', title: 'Database', version: null } as const;
  try {
    const options = sqlite();
    const version = sqliteVersion(options.nativeBinding === undefined ? {} : { nativeBinding: options.nativeBinding });
    const compiled = manifest?.sqlite.bindings.find((binding) => binding.path === options.nativeBinding);
    const origin = compiled?.origin ?? 'better-sqlite3, prebuilt in the package';
    return { ...part, version, state: 'ready', found: 'SQLite opens', origin, remedy: null };
  } catch (thrown) {
    return missing(part, toFailure(thrown).message);
  }
}

function checkDevices(answer: ProbeAnswer | null): EngineCheck {
  const devices = devicesOf(answer);
  const part = { id: 'devices', title: 'Devices', version: null, origin: null, remedy: null } as const;
  if (answer === null || !answer.ok) return { ...part, state: 'unused', found: 'known when TensorFlow loads' };
  const found = devices.map(({ name }) => name).join(', ');
  const { driver, deviceFiles } = answer.evidence;
  const [obstacle] = gpuObstacles(answer.evidence);
  const unused = devices.length === 1 && (driver !== null || deviceFiles.length > 0) && obstacle !== undefined;
  if (!unused) return { ...part, state: 'ready', found, origin: 'TensorFlow' };
  return {
    ...part,
    state: 'limited',
    found: `${found}; an NVIDIA GPU is there, but ${obstacle.reason}`,
    remedy: obstacle.action,
  };
}

function checkCalibration(home: string): EngineCheck {
  const part = { id: 'calibration', title: 'Calibration', version: null, origin: null, remedy: null } as const;
  const basis = calibrationBasis(cacheDirectory(), threadsFor(os.cpus().length));
  const { measuredAt, stale } = calibrationState(readCalibration(home, basis));
  if (measuredAt === null)
    return {
      ...part,
      state: 'unused',
      found: 'none yet: times of networks that were never trained here are not known',
    };
  const found = `of ${measuredAt.slice(0, 10)}`;
  if (stale === null) return { ...part, state: 'ready', found };
  return { ...part, state: 'limited', found: `${found}. ${stale}`, remedy: 'denselab calibrate' };
}

function devicesOf(answer: ProbeAnswer | null): Device[] {
  if (answer === null || !answer.ok) return [];
  return answer.evidence.devices.map((name) => ({ name, kind: name.startsWith('GPU') ? 'GPU' : 'CPU' }));
}

function checkDisk(home: string, freeBytes: number): EngineCheck {
  const little = freeBytes < LITTLE_SPACE;
  return {
    id: 'disk',
    title: 'Disk',
    state: little ? 'limited' : 'ready',
    found: `${(freeBytes / 1e9).toFixed(freeBytes < 1e10 ? 1 : 0)} GB free in ${home}`,
    version: null,
    origin: null,
    remedy: little ? 'Free some space, or start with --home on another disk' : null,
  };
}

function missing(part: Pick<EngineCheck, 'id' | 'title' | 'version'>, found: string): EngineCheck {
  return { ...part, state: 'missing', found, origin: null, remedy: isInstalledApp() ? null : SETUP_COMMAND };
}

/** Free bytes where a folder lies, or will lie; the nearest folder above it that exists answers. */
async function freeBytesAt(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (thrown) {
    const parent = path.dirname(folder);
    if (parent === folder) throw thrown;
    return freeBytesAt(parent);
  }
}
