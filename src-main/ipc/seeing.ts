/** What a network sees of an image: at most one question at a time. */

import { seeAugmented, type SeeingParts } from '../experiments/seeing.ts';
import type { Handlers } from './register.ts';

/** Handler of `datasets/augmented`. */
export function seeingHandlers(parts: SeeingParts) {
  let running = new AbortController();
  return {
    'datasets/augmented': (request) => {
      // A new question takes the place of one that still runs.
      running.abort();
      running = new AbortController();
      return seeAugmented(request, parts, running.signal);
    },
  } satisfies Partial<Handlers>;
}
