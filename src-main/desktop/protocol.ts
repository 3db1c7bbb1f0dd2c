/** The app's own address, `app://denselab/`: serves the built renderer and nothing else, with a strict CSP. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { net, protocol } from 'electron';
import { resolveInside } from './insideFolder.ts';

/** Origin of the app's pages. */
export const APP_ORIGIN = 'app://denselab';

/** The policy of the built app. Styles come as files; the one Trusted Types policy is Svelte's. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'none'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

/** Hot reload injects styles and opens a socket; only `npm run dev` is served with this. */
function developmentPolicy(server: URL): string {
  const socket = `ws://${server.host}`;
  return `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ${socket} ${server.origin}`;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. */
export function declareAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }]);
}

/** What is served. */
export interface AppProtocolOptions {
  /** Folder of the built renderer. */
  readonly root: string;
  /** Address of Vite's server while developing; null in the built app. */
  readonly developmentServer: URL | null;
  /** Whether the page starts in the dark theme: written into the page, so that the first paint is right. */
  readonly isDark: () => boolean;
}

/** Starts answering `app://denselab/`. */
export function serveAppProtocol(options: AppProtocolOptions): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    if (`${url.protocol}//${url.host}` !== APP_ORIGIN || request.method !== 'GET') return notFound();
    const response =
      options.developmentServer === null
        ? await serveFile(options.root, url.pathname)
        : await forward(options.developmentServer, url);
    return withTheme(response, options.isDark());
  });
}

/** A file under `root`, or 404: also for paths that climb out, by `..`, a link, or a NUL. */
async function serveFile(root: string, pathname: string): Promise<Response> {
  const file = await resolveInside(root, pathname === '/' ? '/index.html' : pathname);
  const type = file === null ? undefined : CONTENT_TYPES[path.extname(file)];
  if (file === null || type === undefined) return notFound();
  try {
    const headers = { 'content-type': type, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' };
    return new Response(await readFile(file), { headers });
  } catch {
    return notFound();
  }
}

async function forward(server: URL, url: URL): Promise<Response> {
  const answer = await net.fetch(new URL(url.pathname + url.search, server).toString());
  const headers = new Headers(answer.headers);
  headers.set('content-security-policy', developmentPolicy(server));
  return new Response(answer.body, { status: answer.status, headers });
}

async function withTheme(response: Response, dark: boolean): Promise<Response> {
  if (!dark || !(response.headers.get('content-type') ?? '').startsWith('text/html')) return response;
  const page = (await response.text()).replace('data-theme="light"', 'data-theme="dark"');
  return new Response(page, { status: response.status, headers: response.headers });
}

function notFound(): Response {
  return new Response('Not found', { status: 404, headers: { 'content-type': 'text/plain' } });
}
