/** Ends this process when its owner dies, also while a native call keeps the main thread busy for seconds. */

import { Worker } from 'node:worker_threads';

/** Runs in a thread of its own: the main thread sees `disconnect` only between two native calls. */
const WATCH = `
const { workerData } = require('node:worker_threads');
function ownerIsGone() {
  if (process.ppid !== workerData.owner) return true;
  try { process.kill(workerData.owner, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
}
setInterval(() => { if (ownerIsGone()) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;

/**
 * Starts the watch; call it once, early. Under Electron it does nothing: Chromium ends its own children on a thread of its
 * own, and their parent is not the process that asked for them.
 */
export function guardAgainstOrphaning(): void {
  if (process.send === undefined) return;
  const watch = new Worker(WATCH, { eval: true, workerData: { owner: process.ppid }, stdin: false });
  watch.unref();
}
