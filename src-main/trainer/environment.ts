/** What trains: told by TensorFlow and the process, not by what was asked for. */

import type { RunEnvironment } from '../contract/run.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import { workerEnvironment, type TrainingJob } from './job.ts';

/**
 * Loads TensorFlow and describes it.
 * @throws DenseLabError `runtime-missing` or `runtime-broken`; an Error when the thread counts of the job are not those that
 *   TensorFlow has read from the environment.
 */
export function readEnvironment(job: TrainingJob): Omit<RunEnvironment, 'device' | 'deviceReason'> {
  const wanted = workerEnvironment(job);
  for (const name of ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS']) {
    if (process.env[name] !== wanted[name]) throw new Error(`${name} is not set as the job says`);
  }
  const binding = loadBinding();
  return {
    intraOpThreads: job.threads.intraOp,
    interOpThreads: job.threads.interOp,
    tensorflow: binding.TF_Version,
    denselab: job.denselab,
    node: process.versions.node,
  };
}
