/** What TensorFlow says, as failures that a person can act on. */

import { DenseLabError } from '../contract/errors.ts';
import { repairAction } from './locate.ts';

/** A call that DenseLab itself got wrong. */
export function misuse(message: string): DenseLabError {
  return new DenseLabError('internal', message, 'Report this with the details.');
}

/** Anything thrown while a graph was loaded; ours pass through. */
export function translateLoadError(thrown: unknown): unknown {
  const message = nativeMessage(thrown);
  if (message === null) return thrown;
  const op = /Op type not registered '([^']+)'/.exec(message)?.[1];
  if (op !== undefined) {
    return new DenseLabError('runtime-broken', `This TensorFlow lacks the operation ${op}.`, repairAction(), message);
  }
  const device = /was explicitly assigned to \/device:(\S+)/.exec(message)?.[1];
  if (device !== undefined) {
    return new DenseLabError(
      'device-missing',
      `TensorFlow has no device ${device}.`,
      'Train with --device cpu, or see what is missing with: denselab doctor',
      message,
    );
  }
  return new DenseLabError(
    'internal',
    'TensorFlow refused the network that DenseLab built.',
    'Report this with the details.',
    message,
  );
}

/** Anything thrown while a graph ran; ours pass through. */
export function translateRunError(thrown: unknown): unknown {
  const message = nativeMessage(thrown);
  if (message === null) return thrown;
  // The binding passes on no status code, only the text.
  if (/\bOOM when allocating|out of memory|failed to allocate memory/i.test(message)) {
    return new DenseLabError(
      'out-of-memory',
      'The network needs more memory than is free.',
      'Choose a smaller batch size or a smaller network.',
      message,
    );
  }
  const [, what, value] = /DenseLab: (the \w+) : Tensor had (NaN|Inf)/.exec(message) ?? [];
  if (what !== undefined && value !== undefined) {
    return new DenseLabError(
      'training-diverged',
      `A step of training was not taken, because ${what} is not finite.`,
      'Train with a lower learning rate.',
      `${what} became ${value === 'NaN' ? 'NaN' : 'infinite'}`,
    );
  }
  return new DenseLabError(
    'internal',
    'TensorFlow stopped while running the network.',
    'Try again; if it happens twice, report it with the details.',
    message,
  );
}

/** The text of an error of the binding; null for our own, and for errors of the file system. */
function nativeMessage(thrown: unknown): string | null {
  if (thrown instanceof DenseLabError || !(thrown instanceof Error) || 'syscall' in thrown) return null;
  return thrown.message;
}
