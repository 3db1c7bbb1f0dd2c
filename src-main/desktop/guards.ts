/** What no page may do, whatever it contains: leave, open windows, embed, ask for permissions, reach the network. */

import { app } from 'electron';
import type { Session } from 'electron';

/** Schemes that a page of the app may load from. */
const LOCAL_SCHEMES: ReadonlySet<string> = new Set(['app:', 'blob:', 'data:', 'devtools:']);

/** Denies navigation, new windows and webviews for every page that will ever exist. */
export function guardEveryPage(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Denies every permission and device, and every request that is not the app's own. */
export function guardSession(session: Session, developmentServer: URL | null): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, decide) => {
    const url = new URL(details.url);
    const development = developmentServer !== null && url.host === developmentServer.host;
    decide({ cancel: !LOCAL_SCHEMES.has(url.protocol) && !development });
  });
}
