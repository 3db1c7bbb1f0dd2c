/** Forks a program as a composition root does, for tests of owners. */

import { fork } from 'node:child_process';
import type { ChildProcess } from '../../../src-main/contract/process.ts';

/** Most bytes of error output that an owner gets to see. */
const STDERR_TAIL = 8192;

/** Forks `program` with extra environment variables. */
export function spawnProgram(program: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const child = fork(program, [], {
    env: { ...process.env, ...environment },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let stderrTail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderrTail = (stderrTail + chunk.toString('utf8')).slice(-STDERR_TAIL);
  });
  return {
    pid: child.pid,
    post: (message) => {
      if (child.connected) child.send(Object(message), () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('close', (code, signal) => listener(code, signal, stderrTail)),
    kill: () => void child.kill('SIGKILL'),
  };
}
