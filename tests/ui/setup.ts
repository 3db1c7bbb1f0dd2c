/** What jsdom leaves out and every component may use: no layout, no canvas, no size observer. */

import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeEach } from 'vitest';

/** Reports nothing: nothing has a size here but what a test gives it. */
class StillObserver implements ResizeObserver {
  observe(): void {
    // Sizes never change.
  }
  unobserve(): void {
    // Nothing was observed.
  }
  disconnect(): void {
    // Nothing was observed.
  }
}

globalThis.ResizeObserver = StillObserver;
Element.prototype.scrollIntoView = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;
/** No medium matches: light, with motion. */
globalThis.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

beforeEach(() => localStorage.clear());
afterEach(() => cleanup());
