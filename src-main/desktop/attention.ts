/** Electron's side of `TrainingPresence`. */

import { Notification, powerSaveBlocker } from 'electron';
import type { BrowserWindow } from 'electron';
import type { RunSummary } from '../contract/run.ts';
import { TrainingPresence } from './presence.ts';
import type { SettingsFile } from './settings.ts';

/** What it looks at. */
export interface AttentionParts {
  readonly settings: SettingsFile;
  readonly run: (id: number) => RunSummary;
  readonly window: () => BrowserWindow | null;
}

/** A presence that acts on the real desktop. */
export function openPresence({ settings, run, window }: AttentionParts): TrainingPresence {
  const open = (): BrowserWindow | null => {
    const found = window();
    return found === null || found.isDestroyed() ? null : found;
  };
  return new TrainingPresence({
    settings: () => settings.choices(),
    run,
    isFocused: () => open()?.isFocused() === true,
    stayAwake: () => {
      const blocker = powerSaveBlocker.start('prevent-app-suspension');
      return () => powerSaveBlocker.stop(blocker);
    },
    notify: (title, body) => {
      const notification = new Notification({ title, body });
      notification.on('click', () => open()?.show());
      notification.show();
    },
    showProgress: (share) => open()?.setProgressBar(share),
  });
}
