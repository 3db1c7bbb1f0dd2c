/** Workers whose system calls kill them or fail, by strace's fault injection. */

import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from '../../../src-main/contract/process.ts';
import { WORKER } from './training.ts';

/** Whether this machine has strace and lets it trace. */
export const CAN_TRACE = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** A worker that is killed (SIGKILL) as it enters its `count`th call of `systemCall`, which may be several with commas. */
export function tracedWorker(
  systemCall: string,
  count: number,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return underStrace(
    ['-e', `trace=${systemCall}`, '-e', `inject=${systemCall}:signal=KILL:when=${String(count)}`],
    environment,
  );
}

/** A worker whose reads of a file fail with EIO, from the `count`th on. */
export function unreadableFrom(
  count: number,
  file: string,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return underStrace(['-P', file, '-e', `inject=pread64:error=EIO:when=${String(count)}+`], environment);
}

function underStrace(options: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const child = fork(WORKER, [], {
    execPath: 'strace',
    execArgv: ['-f', '-o', '/dev/null', ...options, process.execPath],
    env: { ...process.env, ...environment },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    pid: child.pid,
    post: (message) => {
      if (child.connected) child.send(Object(message), () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('close', (code, signal) => listener(code, signal, '')),
    kill: () => void child.kill('SIGKILL'),
  };
}
