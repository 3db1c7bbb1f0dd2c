/** What this machine can train with, as `denselab doctor` and the window tell it. */

import type { InputShape, ModelSpec } from './model.ts';

/** The verdict on one part of the engine. */
export interface EngineCheck {
  readonly id:
    'node' | 'electron' | 'tensorflow' | 'binding' | 'kernels' | 'sqlite' | 'devices' | 'calibration' | 'disk';
  readonly title: string;
  readonly state: 'ready' | 'limited' | 'missing' | 'unused';
  /** What was found, in one line. */
  readonly found: string;
  /** Version string, where there is one. */
  readonly version: string | null;
  /** Where it came from: a package, a path, a download. */
  readonly origin: string | null;
  /** The one command that mends it; null when nothing is wrong. */
  readonly remedy: string | null;
}

/** A device that TensorFlow itself lists. */
export interface Device {
  /** `CPU:0`, `GPU:0`. */
  readonly name: string;
  readonly kind: 'CPU' | 'GPU';
}

/** The whole report. */
export interface EngineReport {
  /** False when a part that training needs is missing. */
  readonly ready: boolean;
  readonly checks: readonly EngineCheck[];
  readonly devices: readonly Device[];
  /** Node-API level of the process that reports. */
  readonly nodeApi: number;
  /** Bytes free where the data folder lies. */
  readonly freeBytes: number;
  readonly home: string;
}

/** A network whose kernels are to be checked. */
export interface ProvenNetwork {
  readonly model: ModelSpec;
  readonly input: InputShape;
  readonly classes: number;
}

/** What the self-test of one network found. */
export interface KernelProof {
  /** As written in the paper. */
  readonly model: string;
  readonly input: InputShape;
  /** Distinct kernels with their shapes that agree with a float64 reference, or do not. */
  readonly kernels: number;
  /** Those that do not: op and shapes, and the largest difference as a share of the largest right value. */
  readonly failures: readonly { readonly kernel: string; readonly error: number }[];
  /** How long the check took, when it was made. */
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
}
