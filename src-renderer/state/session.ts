/** What the window remembers over restarts, as strings in localStorage; all of it can be lost without harm. */

const PREFIX = 'denselab.';

/** Reads a remembered text; null when there is none, or when storage is out of reach. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Reads one of a few words; `fallback` when something else is stored. */
export function recallOneOf<T extends string>(key: string, words: readonly T[], fallback: T): T {
  const stored = recall(key);
  return words.find((word) => word === stored) ?? fallback;
}

/** Remembers a text; null forgets it. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Storage that is full or switched off costs the memory of a selection, nothing else.
  }
}
