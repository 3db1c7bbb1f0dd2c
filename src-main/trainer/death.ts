/** Why a worker died, as far as an exit status and its last words tell. */

import type { Failure } from '../contract/errors.ts';

/** What is known of a worker that ended without an ending event. */
export interface Death {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderrTail: string;
  /** The last step that it told of; step 0 when it had not begun. */
  readonly progress: { readonly epoch: number; readonly step: number };
}

/** 128 + SIGKILL: how a shell and some runtimes report what the kernel's out-of-memory killer does. */
const KILLED = 137;

/** Last words of allocators: V8, the C++ library, TensorFlow, and Electron's own allocator. */
const OUT_OF_MEMORY =
  /out of memory|std::bad_alloc|ResourceExhausted|RESOURCE_EXHAUSTED|OOM when allocating|Cannot allocate memory|allocation failed/i;

/** Turns a death into a failure: `out-of-memory` where that is the likely cause, else `worker-died`. */
export function describeDeath({ code, signal, stderrTail, progress }: Death): Failure {
  const where =
    progress.step === 0 ? 'before its first step' : `in epoch ${progress.epoch}, after step ${progress.step}`;
  const how = signal !== null ? `by signal ${signal}` : `with exit status ${code ?? 'unknown'}`;
  const detail = [`The worker ended ${how}.`, stderrTail.trim()].filter((part) => part !== '').join('\n');
  if (signal === 'SIGKILL' || code === KILLED || OUT_OF_MEMORY.test(stderrTail)) {
    return {
      code: 'out-of-memory',
      message: `Training was ended from outside ${where}, most likely because the memory ran out.`,
      action: 'Use a smaller batch or a smaller network, or close other programs; the last checkpoint is kept.',
      detail,
    };
  }
  return {
    code: 'worker-died',
    message: `The training process died ${where}.`,
    action: 'Resume the run from its last checkpoint; train with a smaller batch if memory is short.',
    detail,
  };
}
