/** What this machine can train with, as `denselab doctor` and the window tell it. */

/** The verdict on one part of the engine. */
export interface EngineCheck {
  readonly id: 'node' | 'electron' | 'tensorflow' | 'binding' | 'kernels' | 'sqlite' | 'devices' | 'disk';
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
