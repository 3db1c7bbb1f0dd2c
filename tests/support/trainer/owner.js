/** An owner that starts the worker, prints each event as a line, and can be killed: `node owner.js WORKER JOB`. */

import { fork } from 'node:child_process';

const [worker, words] = process.argv.slice(2);
const job = JSON.parse(words);
const environment = {
  TF_NUM_INTRAOP_THREADS: String(job.threads.intraOp),
  TF_NUM_INTEROP_THREADS: String(job.threads.interOp),
  TF_CPP_MIN_LOG_LEVEL: '1',
};
const child = fork(worker, [], {
  env: { ...process.env, ...environment },
  serialization: 'advanced',
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
process.stdout.write(`${JSON.stringify({ pid: child.pid })}\n`);
child.on('message', (event) => process.stdout.write(`${JSON.stringify(event)}\n`));
child.send({ kind: 'train', job });
