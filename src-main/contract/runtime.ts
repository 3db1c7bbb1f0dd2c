/** The TensorFlow runtime: what would be installed, what is, and how an installation stands. */

import type { Failure } from './errors.ts';

/** What the app would download for this machine. */
export interface RuntimeOffer {
  readonly version: string;
  /** Name of the wheel's file. */
  readonly file: string;
  /** Where it is downloaded from: `pypi.org`. */
  readonly host: string;
  readonly downloadBytes: number;
  /** Free space that it needs while it is unpacked. */
  readonly diskBytes: number;
  readonly licence: string;
}

/** A version that is in the cache folder. */
export interface InstalledRuntime {
  /** Its folder's name, by which it is removed. */
  readonly folder: string;
  readonly version: string;
  readonly bytes: number;
  readonly origin: string;
  /** Whether trainings use this one. */
  readonly inUse: boolean;
}

/** Everything that the Engine screen says of the runtime. */
export interface RuntimeView {
  /** Null where there is no TensorFlow for this machine. */
  readonly offer: RuntimeOffer | null;
  /** False in a checkout, where the set-up command installs it, because it also compiles the addon. */
  readonly installable: boolean;
  readonly installed: readonly InstalledRuntime[];
  /** An installation or a check is under way. */
  readonly working: boolean;
}

/** What an installation tells. Order: progress*, then one of the others. */
export type RuntimeEvent =
  | {
      readonly event: 'progress';
      readonly text: string;
      /** 0 to 1; null where it is not known. */ readonly share: number | null;
    }
  /** `repaired`: whether something had to be brought. */
  | { readonly event: 'ready'; readonly version: string; readonly repaired: boolean }
  /** What was downloaded stays, and the next installation goes on from there. */
  | { readonly event: 'cancelled' }
  | { readonly event: 'failed'; readonly error: Failure };
