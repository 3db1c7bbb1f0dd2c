/** A child process as its owner sees it; how it is spawned (Electron or plain Node) is the composition root's choice. */

/** A running child that exchanges structured-clone messages with its owner. */
export interface ChildProcess {
  readonly pid: number | undefined;
  /** Sends a message; ignored once the child is gone. */
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `code` is null when a signal ended it. `stderrTail` holds the last 8 kB of its error output. */
  onExit(listener: (code: number | null, signal: string | null, stderrTail: string) => void): void;
  /** Ends it at once (SIGKILL). */
  kill(): void;
}

/** Which program a child runs: the name of a bundle beside the main one. */
export type ChildEntry = 'worker' | 'decoder' | 'analyst' | 'probe' | 'network' | 'inspector' | 'installer';

/** Starts a child with extra environment variables. */
export type SpawnChild = (entry: ChildEntry, environment: Readonly<Record<string, string>>) => ChildProcess;
