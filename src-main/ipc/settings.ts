/** Answers about the choices of a person that hold for the whole app. */

import type { AppSettings } from '../contract/settings.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface SettingsHandlerParts {
  readonly get: () => AppSettings;
  /** Stores a change and lets it hold; what holds then. */
  readonly set: (change: Partial<AppSettings>) => AppSettings;
}

/** Handlers of `settings/*`. */
export function settingsHandlers({ get, set }: SettingsHandlerParts) {
  return {
    'settings/get': () => get(),
    'settings/set': (change) => set(change),
  } satisfies Partial<Handlers>;
}
