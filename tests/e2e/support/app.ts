/** Starts the built app in a real Electron window on a data folder of its own. */

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import { cacheDirectory, readManifest } from '../../../src-main/tensorflow/locate.ts';

const PROJECT = path.resolve(import.meta.dirname, '../../..');

/** A running app. */
export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** What went wrong in the page so far: console errors and uncaught exceptions. */
  readonly pageErrors: readonly string[];
  /** Quits the way a person does; bounded. */
  quit(): Promise<void>;
}

/** A data folder that does not exist yet, below a fresh temporary folder. */
export function temporaryHome(): string {
  return path.join(mkdtempSync(path.join(os.tmpdir(), 'denselab-e2e-')), 'data');
}

/** Removes a data folder made by `temporaryHome`. */
export function removeHome(home: string): void {
  rmSync(path.dirname(home), { recursive: true, force: true });
}

/** Opens the window and waits until the frame is there. */
export async function openApp(home: string, extraArguments: readonly string[] = []): Promise<RunningApp> {
  const executable = readManifest(cacheDirectory()).electron?.executable;
  if (executable === undefined) throw new Error('no Electron: run `npm run setup`');
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--force-device-scale-factor=1',
      PROJECT,
      ...extraArguments,
    ],
    env: { ...process.env, DENSELAB_HOME: home },
  });
  const page = await app.firstWindow();
  const pageErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  return { app, page, home, pageErrors, quit: () => quit(app) };
}

async function quit(app: ElectronApplication): Promise<void> {
  const exited = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  const killer = setTimeout(() => app.process().kill('SIGKILL'), 30_000);
  await app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined);
  await exited;
  clearTimeout(killer);
}

/** Drops files or folders and imports what the sheet shows of them, by Enter. */
export async function importByDrop(page: Page, paths: readonly string[]): Promise<void> {
  await dropPaths(page, paths);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Import/ })
    .press('Enter');
}

/** Drops files or folders on the window as the desktop does, paths and all. */
export async function dropPaths(page: Page, paths: readonly string[], at = { x: 700, y: 450 }): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await devtools.detach();
}
