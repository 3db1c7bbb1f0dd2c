/** Dataset stores and their pieces for tests. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversion } from '../../../src-main/contract/conversion.ts';
import { DEFAULT_CONVERSION } from '../../../src-main/contract/conversion.ts';
import type { SpawnChild } from '../../../src-main/contract/process.ts';
import { DenseLabError, type Failure } from '../../../src-main/contract/errors.ts';
import type { ImageDecoder } from '../../../src-main/datasets/decoding.ts';
import { probeImage } from '../../../src-main/datasets/formats/probeImage.ts';
import type { PrepareOptions } from '../../../src-main/datasets/formats/source.ts';
import type { ImportOptions } from '../../../src-main/datasets/store.ts';
import { forkedSpawn } from '../../../src-main/cli/spawn.ts';

/** For imports that decode nothing: headers are read in this process. */
export const NO_DECODER: ImageDecoder = {
  open: () => ({
    inFlight: 8,
    probe: probeImage,
    decode: () => Promise.reject(new Error('this import was not expected to decode anything')),
    close: () => undefined,
  }),
};

/** An import that nobody watches. */
export function importOptions(overrides: Partial<ImportOptions> = {}): ImportOptions {
  return { signal: new AbortController().signal, onProgress: () => undefined, ...overrides };
}

/** What readers are told when nothing special is asked for. */
export function prepareOptions(overrides: Partial<PrepareOptions> = {}): PrepareOptions {
  return {
    conversion: DEFAULT_CONVERSION,
    splitSeed: 1,
    signal: new AbortController().signal,
    onCounted: () => undefined,
    ...overrides,
  };
}

/** Stored as squares of that edge. */
export function squares(edge: number): Conversion {
  return { ...DEFAULT_CONVERSION, size: { height: edge, width: edge } };
}

/** The failure that a promise ends in; anything else, or nothing, fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof DenseLabError) return thrown.failure;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

/** Folder of the built bundles. */
export const BUNDLES = join(import.meta.dirname, '../../../out/main');
/** Folder of a decoder for tests of the pool. */
export const STUB_BUNDLES = join(import.meta.dirname, 'stub');

/** Starts `decoder.cjs` of a folder as the command line does. */
export function spawnDecoder(bundles: string = BUNDLES): SpawnChild {
  if (!existsSync(join(bundles, 'decoder.cjs'))) throw new Error(`${bundles} has no decoder: run npm run build first`);
  return forkedSpawn(bundles);
}
