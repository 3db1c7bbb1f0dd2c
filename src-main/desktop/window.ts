/** The one window: made sandboxed, put back where it was, and kept alive when its page crashes. */

import path from 'node:path';
import { BrowserWindow, screen } from 'electron';
import type { SettingsFile, WindowPlace } from './settings.ts';
import { APP_ORIGIN } from './protocol.ts';

/** `--page` of each theme, so that no other colour flashes before the first paint. */
const PAGE_COLOUR = { light: '#eeefec', dark: '#0e1012' } as const;

/** What a window needs to open. */
export interface WindowOptions {
  /** Bundled preload script. */
  readonly preload: string;
  readonly settings: SettingsFile;
  readonly dark: boolean;
  readonly icon: string;
  /** Called when the page's process died; the page is reloaded afterwards. */
  readonly onCrash: (reason: string) => void;
}

/** Opens the window and shows it when its first frame is ready. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const place = visiblePlace(options.settings.get().window);
  const window = new BrowserWindow({
    ...(place ?? { width: 1440, height: 900 }),
    minWidth: 1024,
    minHeight: 640,
    show: false,
    title: 'DenseLab',
    icon: options.icon,
    backgroundColor: PAGE_COLOUR[options.dark ? 'dark' : 'light'],
    ...(process.platform === 'darwin' ? { titleBarStyle: 'hidden' as const } : { frame: false }),
    webPreferences: {
      preload: path.resolve(options.preload),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (place?.maximised === true) window.maximize();
  rememberPlace(window, options.settings);
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, details) => {
    options.onCrash(details.reason);
    if (!window.isDestroyed() && details.reason !== 'clean-exit') window.reload();
  });
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

/** The remembered place, when a display still shows a good part of it. */
function visiblePlace(place: WindowPlace | null): WindowPlace | null {
  if (place === null) return null;
  const { workArea } = screen.getDisplayMatching(place);
  const overlapX = Math.min(place.x + place.width, workArea.x + workArea.width) - Math.max(place.x, workArea.x);
  const overlapY = Math.min(place.y + place.height, workArea.y + workArea.height) - Math.max(place.y, workArea.y);
  return overlapX >= 200 && overlapY >= 100 ? place : null;
}

function rememberPlace(window: BrowserWindow, settings: SettingsFile): void {
  window.on('close', () => {
    settings.update({ window: { ...window.getNormalBounds(), maximised: window.isMaximized() } });
  });
}

/** Does what a button of the title bar says. */
export function controlWindow(window: BrowserWindow | null, action: 'minimize' | 'maximize' | 'close'): void {
  if (window === null) return;
  if (action === 'minimize') window.minimize();
  else if (action === 'close') window.close();
  else if (window.isMaximized()) window.unmaximize();
  else window.maximize();
}
