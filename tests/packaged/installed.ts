/** Unpacks the Debian package as dpkg does, and starts what it holds as a person's desktop does. */

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';

const RELEASE = path.resolve(import.meta.dirname, '../../release');
/** Chromium says where its tools listen in its first second. */
const PATIENCE = 60_000;

/** The newest Debian package that was made; throws with what to do where there is none. */
export function debianPackage(): string {
  const name = readdirSync(RELEASE).find((file) => file.endsWith('.deb'));
  if (name === undefined) throw new Error('no package: run `npm run package -- deb`');
  return path.join(RELEASE, name);
}

/** Unpacks the package below a new temporary folder. */
export function unpackPackage(): { readonly root: string; readonly executable: string } {
  const root = mkdtempSync(path.join(os.tmpdir(), 'denselab-package-'));
  execFileSync('dpkg-deb', ['--extract', debianPackage(), root]);
  return { root, executable: path.join(root, 'opt', 'DenseLab', 'denselab') };
}

/** Arguments that Chromium needs as root. */
export const ROOT_ARGUMENTS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** A packaged app that runs. */
export interface InstalledApp {
  readonly page: Page;
  /** What it wrote to its error output so far. */
  readonly errorOutput: () => string;
  /** Closes the window as a person does, and gives the exit status. */
  quit(): Promise<number | null>;
}

/**
 * Starts the packaged app. Its fuses shut the inspector by which Playwright starts an Electron, so the window is reached
 * through Chromium's own tools.
 * @param cache where it keeps TensorFlow
 */
export async function startInstalled(executable: string, home: string, cache: string): Promise<InstalledApp> {
  const child = spawn(executable, [...ROOT_ARGUMENTS, '--remote-debugging-port=0', '--home', home], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DENSELAB_CACHE: cache },
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const browser = await chromium.connectOverCDP(await toolsAddress(child, () => output), { noDefaults: true });
  const page = await firstPage(browser);
  await page.getByRole('navigation').waitFor();
  return {
    page,
    errorOutput: () => output,
    quit: async () => {
      const killer = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await page.evaluate("window.denselab.request('window/control', { action: 'close' })").catch(() => undefined);
      const status = await exited;
      clearTimeout(killer);
      return status;
    },
  };
}

async function toolsAddress(child: ChildProcess, output: () => string): Promise<string> {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const address = /DevTools listening on (ws:\S+)/.exec(output())?.[1];
    if (address !== undefined) return address;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the app did not start: ${output()}`);
}

async function firstPage(browser: Browser): Promise<Page> {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('the app has no window');
  return context.pages()[0] ?? context.waitForEvent('page');
}
