/** Puts the contract at `window.denselab`: three functions, each limited to the names that the contract lists. */

import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { IpcRendererEvent } from 'electron';
import { APP_EVENT_NAMES } from '../contract/events.ts';
import type { AppEventName, AppEvents } from '../contract/events.ts';
import { REQUEST_NAMES, eventChannel, requestChannel } from '../contract/requests.ts';
import type { DenseLabBridge, RequestInput, RequestName, RequestOutput } from '../contract/requests.ts';
import type { Result } from '../contract/errors.ts';

const requestNames: ReadonlySet<string> = new Set(REQUEST_NAMES);
const eventNames: ReadonlySet<string> = new Set(APP_EVENT_NAMES);

function refuse(kind: string): Result<never> {
  return {
    ok: false,
    error: { code: 'payload-invalid', message: `DenseLab has no ${kind} of that name.`, action: 'Report this.' },
  };
}

/** Electron 25 knows a dropped file's path as a property; later ones by `webUtils`. */
function pathOf(file: object): string {
  if ('path' in file && typeof file.path === 'string') return file.path;
  return file instanceof File && webUtils !== undefined ? webUtils.getPathForFile(file) : '';
}

const bridge: DenseLabBridge = {
  async request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Result<RequestOutput<N>>> {
    return requestNames.has(name) ? ipcRenderer.invoke(requestChannel(name), input) : refuse('request');
  },
  on<E extends AppEventName>(name: E, listener: (payload: AppEvents[E]) => void): () => void {
    if (!eventNames.has(name)) return () => undefined;
    const forward = (_event: IpcRendererEvent, payload: AppEvents[E]): void => listener(payload);
    ipcRenderer.on(eventChannel(name), forward);
    return () => void ipcRenderer.removeListener(eventChannel(name), forward);
  },
  pathOf,
};

contextBridge.exposeInMainWorld('denselab', bridge);
