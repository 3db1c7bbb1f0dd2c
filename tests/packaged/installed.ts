/** Unpacks the Debian package as dpkg does, and starts what it holds as a person's desktop does. */

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
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
  readonly process: number;
  /** What it wrote to its error output so far. */
  readonly errorOutput: () => string;
  /** Closes the window as a person does, and gives the exit status. */
  quit(): Promise<number | null>;
}

/** Somebody else than root: their number on every Linux. */
const NOBODY = 65_534;

/** As whom the app runs: as root only for what root alone can do, since Chromium's sandbox is off then. */
export type Starter = 'as it is' | 'nobody';

/**
 * Starts the packaged app. Its fuses shut the inspector by which Playwright starts an Electron, so the window is reached
 * through Chromium's own tools.
 * @param cache where it keeps TensorFlow
 * @param starter `nobody` needs root
 */
export async function startInstalled(
  executable: string,
  home: string,
  cache: string,
  starter: Starter = 'as it is',
): Promise<InstalledApp> {
  const isNobody = starter === 'nobody';
  const child = spawn(executable, [...(isNobody ? [] : ROOT_ARGUMENTS), '--remote-debugging-port=0', '--home', home], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DENSELAB_CACHE: cache, ...(isNobody ? surroundingsOfNobody(home) : {}) },
    ...(isNobody ? { uid: NOBODY, gid: NOBODY, cwd: home } : {}),
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const browser = await chromium.connectOverCDP(await toolsAddress(child, () => output), { noDefaults: true });
  const page = await firstPage(browser);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  return {
    page,
    process: child.pid ?? 0,
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

/** A home, and the leave to draw on the display, which is in a file of root's. */
function surroundingsOfNobody(home: string): NodeJS.ProcessEnv {
  const leave = process.env['XAUTHORITY'];
  if (leave === undefined || !existsSync(leave)) return { HOME: home, XDG_RUNTIME_DIR: home };
  const copy = path.join(home, 'Xauthority');
  copyFileSync(leave, copy);
  chownSync(copy, NOBODY, NOBODY);
  return { HOME: home, XDG_RUNTIME_DIR: home, XAUTHORITY: copy };
}

/** A folder that `nobody` can write to. */
export function folderOfNobody(folder: string): string {
  mkdirSync(folder);
  chownSync(folder, NOBODY, NOBODY);
  return folder;
}

/** Lines of `/proc/<process>/status` of the app's renderers. */
export function rendererStates(app: number): readonly Readonly<Record<string, string>>[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.flatMap((id) => {
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !descendsFrom(Number(id), app)) return [];
      return [statusOf(Number(id))];
    } catch {
      // It ended in the meantime.
      return [];
    }
  });
}

function descendsFrom(child: number, ancestor: number): boolean {
  for (let id = child; id > 1; id = Number(statusOf(id)['PPid'])) if (id === ancestor) return true;
  return false;
}

function statusOf(id: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${id}/status`, 'utf8').split('\n');
  return Object.fromEntries(lines.map((line) => line.split(':\t', 2)).filter((pair) => pair.length === 2));
}
