/** The search for a learning rate that a window has started: at most one at a time. */

import type { RateSearchEvent } from '../contract/events.ts';
import { findRate, type RateSearchParts } from '../experiments/findRate.ts';
import type { Handlers } from './register.ts';

/** Handlers of `rates/*`. @param tell pushes what the search tells */
export function rateSearchHandlers(parts: RateSearchParts, tell: (event: RateSearchEvent) => void) {
  let running = new AbortController();
  return {
    'rates/find': (request) => {
      // A new search takes the place of one that still runs.
      running.abort();
      running = new AbortController();
      return findRate(request, parts, { onEvent: tell, signal: running.signal });
    },
    'rates/cancel': () => {
      running.abort();
      return null;
    },
  } satisfies Partial<Handlers>;
}
