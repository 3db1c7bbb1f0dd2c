/** Answers about the app, its window and its engine. */

import type { AppInfo } from '../contract/requests.ts';
import type { EngineReport } from '../contract/engine.ts';
import type { Handlers } from './register.ts';

/** What the answers need; the desktop does the deeds. */
export interface AppHandlerParts {
  readonly info: () => AppInfo;
  readonly control: (action: 'minimize' | 'maximize' | 'close') => void;
  readonly setTheme: (theme: AppInfo['theme']) => void;
  /** Opens a folder of the data folder in the system's file manager. */
  readonly showFolder: (folder: string) => void;
  readonly home: string;
  /** The end of the app's log. */
  readonly log: () => string;
  readonly runFolder: (id: number) => string;
  readonly datasetFolder: (id: string) => string;
  readonly report: () => Promise<EngineReport>;
}

/** Handlers of `app/*`, `window/*` and `engine/*`. */
export function appHandlers(parts: AppHandlerParts) {
  return {
    'app/info': () => parts.info(),
    'app/log': () => ({ text: parts.log() }),
    'app/showPath': ({ path }) => {
      const folder =
        path === 'home' ? parts.home : 'run' in path ? parts.runFolder(path.run) : parts.datasetFolder(path.dataset);
      parts.showFolder(folder);
      return null;
    },
    'window/control': ({ action }) => {
      parts.control(action);
      return null;
    },
    'window/setTheme': ({ theme }) => {
      parts.setTheme(theme);
      return null;
    },
    'engine/report': () => parts.report(),
  } satisfies Partial<Handlers>;
}
