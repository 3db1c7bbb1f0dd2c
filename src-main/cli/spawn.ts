/** Starts child processes as plain Node processes: the bundles beside the command line's own. */

import { fork } from 'node:child_process';
import path from 'node:path';
import type { ChildProcess, SpawnChild } from '../contract/process.ts';

/** Bytes of error output that are kept for a report. */
const TAIL = 8192;

/**
 * A `SpawnChild` for plain Node. Each child ends itself when this process is gone: its channel closes with it.
 * @param bundles folder that holds `worker.cjs` and `decoder.cjs`
 */
export function forkedSpawn(bundles: string): SpawnChild {
  return (entry, environment) => {
    const child = fork(path.join(bundles, `${entry}.cjs`), [], {
      env: { ...process.env, ...environment },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let tail = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-TAIL)));
    return {
      pid: child.pid,
      post: (message) => {
        if (child.connected && typeof message === 'object' && message !== null) child.send(message, ignoreFailure);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => {
        child.once('close', (code, signal) => {
          listener(code, signal, tail);
        });
        // A program that could not be started has no `close`.
        child.once('error', (error) => {
          if (child.pid === undefined) listener(null, null, String(error));
        });
      },
      kill: () => void child.kill('SIGKILL'),
    } satisfies ChildProcess;
  };
}

/** The child may die between the check and the write; `onExit` tells that. */
function ignoreFailure(): void {
  return undefined;
}
