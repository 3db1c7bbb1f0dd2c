/** Starts child processes as Electron utility processes: the bundles run with Electron's own Node. */

import path from 'node:path';
import { utilityProcess } from 'electron';
import type { ChildEntry, ChildProcess, SpawnChild } from '../contract/process.ts';

/** Bytes of error output that are kept for a report. */
const TAIL = 8192;

/**
 * A `SpawnChild` for the desktop app.
 * @param bundles folder that holds `worker.cjs` and `decoder.cjs`
 * @param onErrorOutput told each piece of error output, for the log
 */
export function utilitySpawn(bundles: string, onErrorOutput: (entry: ChildEntry, text: string) => void): SpawnChild {
  return (entry, environment) => {
    const child = utilityProcess.fork(path.join(bundles, `${entry}.cjs`), [], {
      serviceName: `DenseLab ${entry}`,
      stdio: 'pipe',
      env: { ...process.env, ...environment },
    });
    let tail = '';
    let running = true;
    child.stdout?.resume();
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      tail = (tail + text).slice(-TAIL);
      onErrorOutput(entry, text);
    });
    child.on('exit', () => (running = false));
    return {
      get pid() {
        return child.pid;
      },
      post: (message) => {
        if (running) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('exit', (code) => listener(code, null, tail)),
      kill: () => killHard(child.pid, () => child.kill()),
    } satisfies ChildProcess;
  };
}

/** SIGKILL where there are signals, since a training step in native code does not yield to a gentler one. */
function killHard(pid: number | undefined, gently: () => void): void {
  if (pid === undefined || process.platform === 'win32') return gently();
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    gently();
  }
}
