/** Thread pools of a training on this machine. */

import type { TrainingJob } from '../trainer/job.ts';

/**
 * All cores for one operation, and two operations at a time: the gradient of a kernel and that of its input do not wait
 * for each other. More gained nothing.
 */
export function threadsFor(cores: number): TrainingJob['threads'] {
  return { intraOp: cores, interOp: Math.min(2, cores) };
}
