/** What a command is, and what it gets to work with. */

import type { DatasetStore } from '../datasets/store.ts';
import type { EngineReport } from '../contract/engine.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { Ownership } from '../runs/ownership.ts';
import type { RunReader } from '../runs/reader.ts';
import type { RunStore } from '../runs/store.ts';
import type { Arguments } from './arguments.ts';
import type { OptionName } from './options.ts';
import type { Output } from './output.ts';

/** The parts of DenseLab that commands use; the composition root makes them. */
export interface Parts {
  readonly version: string;
  /** Folder of the runtimes, absolute. */
  readonly cacheDirectory: string;
  /** Cores that TensorFlow may use. */
  readonly cores: number;
  readonly spawn: SpawnChild;
  openDatasets(home: string): Promise<DatasetStore>;
  takeOwnership(home: string): Ownership;
  openRuns(home: string): RunStore;
  readRuns(home: string): RunReader;
  engineReport(home: string): Promise<EngineReport>;
  /** Calls the listener at each Ctrl-C, SIGTERM, or closed output; returns the function that ends this. */
  onInterrupt(listener: () => void): () => void;
}

/** One call of a command. */
export interface Call {
  readonly args: Arguments;
  readonly output: Output;
  readonly parts: Parts;
  /** Data folder, absolute. */
  readonly home: string;
}

/** One command of the command line. */
export interface Command {
  /** As typed: `datasets add`. */
  readonly name: string;
  /** Operands as the help shows them: `PATH`; empty for none. A name that ends in `...` may be given several times. */
  readonly operands: readonly string[];
  readonly options: readonly OptionName[];
  readonly summary: string;
  /** More for the help of this command alone. */
  readonly details?: readonly string[];
  /** Resolves with the exit status; throws what went wrong. */
  run(call: Call): number | Promise<number>;
}
