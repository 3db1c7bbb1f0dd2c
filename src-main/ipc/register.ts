/** Connects handlers to Electron's channels. Every call passes the same two gates: who asks, and with what. */

import { ipcMain } from 'electron';
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import type { z } from 'zod';
import { DenseLabError, fail, succeed } from '../contract/errors.ts';
import type { Failure, Result } from '../contract/errors.ts';
import type { AppEventName, AppEvents } from '../contract/events.ts';
import { REQUEST_NAMES, eventChannel, requestChannel } from '../contract/requests.ts';
import type { RequestInput, RequestName, RequestOutput } from '../contract/requests.ts';
import { REQUEST_SCHEMAS } from './schemas.ts';

/** One function per request; what it throws reaches the window as a `Failure`. */
export type Handlers = {
  readonly [N in RequestName]: (input: RequestInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>>;
};

/** What the gates need to know. */
export interface RegisterOptions {
  readonly handlers: Handlers;
  /** The one page that may ask; null while there is no window. */
  readonly window: () => WebContents | null;
  /** Origin of the app's own pages, e.g. `app://denselab`. */
  readonly origin: string;
  /** Told about each failure, for the log. */
  readonly onFailure: (name: RequestName, failure: Failure) => void;
}

/** Starts answering every request of the contract. */
export function registerRequests(options: RegisterOptions): void {
  for (const name of REQUEST_NAMES) {
    ipcMain.handle(requestChannel(name), (event, payload: unknown) => answer(name, event, payload, options));
  }
}

/** Pushes an event to a page; a page that is gone is skipped, since a message to it would raise a dialog. */
export function pushEvent<E extends AppEventName>(page: WebContents | null, name: E, payload: AppEvents[E]): void {
  if (page === null || page.isDestroyed()) return;
  page.send(eventChannel(name), payload);
}

async function answer<N extends RequestName>(
  name: N,
  event: IpcMainInvokeEvent,
  payload: unknown,
  options: RegisterOptions,
): Promise<Result<RequestOutput<N>>> {
  try {
    requireOwnPage(event, options);
    const input = parsePayload(name, payload);
    return succeed(await options.handlers[name](input));
  } catch (thrown) {
    const failed = fail(thrown);
    if (!failed.ok) options.onFailure(name, failed.error);
    return failed;
  }
}

/** Only the main frame of the app's own window may ask; not an iframe, another page, or a frame that is gone. */
function requireOwnPage(event: IpcMainInvokeEvent, options: RegisterOptions): void {
  const frame = event.senderFrame;
  const page = options.window();
  const own = frame !== null && page !== null && event.sender === page && frame === page.mainFrame;
  if (own && originOf(frame.url) === options.origin) return;
  throw new DenseLabError('sender-refused', 'DenseLab answers only its own window.', 'Open DenseLab again.');
}

/** `scheme://host` of an address; empty when it has none. (`URL.origin` is "null" for schemes of one's own.) */
function originOf(address: string): string {
  try {
    const url = new URL(address);
    return `${url.protocol}//${url.host}`;
  } catch {
    return '';
  }
}

function parsePayload<N extends RequestName>(name: N, payload: unknown): RequestInput<N> {
  const schema: z.ZodType<RequestInput<N>> = REQUEST_SCHEMAS[name];
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the request' : issue.path.join('.');
  throw new DenseLabError(
    'payload-invalid',
    `${where}: ${issue?.message ?? 'not understood'}.`,
    'Correct the value and try again.',
    `${name}: ${parsed.error.message}`,
  );
}
