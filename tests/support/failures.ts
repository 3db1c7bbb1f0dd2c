/** Catching of typed failures. */

import { DenseLabError, type Failure } from '../../src-main/contract/errors.ts';

/** The failure that a call throws; anything else, or nothing, fails the test. */
export function failureOf(call: () => unknown): Failure {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof DenseLabError) return thrown.failure;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}
