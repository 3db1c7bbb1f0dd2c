/**
 * Hazard 59: one owner per data folder, and a second start comes to the first. What the command line queues meanwhile is trained by the
 * window, and again after it was closed.
 */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { cacheDirectory, readManifest } from '../../src-main/tensorflow/locate.ts';
import { openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';
import { askFor } from './support/ask.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const COMMAND_LINE = path.join(PROJECT, 'out/main/cli.cjs');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(program: string, words: readonly string[], home: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { env: { ...process.env, DENSELAB_HOME: home, DENSELAB_NO_DIALOG: '1' } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('exit', (code) => resolve({ code, output }));
  });
}

/** States of all runs, the oldest first. */
async function states({ page }: RunningApp): Promise<readonly string[]> {
  return (await askFor(page, 'runs/list', null)).map(({ status }) => status).reverse();
}

test('a second window comes to the first, and the command line says who has the folder', async () => {
  const home = temporaryHome();
  const running = await openApp(home);
  const electron = readManifest(cacheDirectory()).electron?.executable ?? '';
  const second = await run(electron, ['--no-sandbox', PROJECT], home);
  expect(second.code).toBe(0);
  const command = await run('node', [COMMAND_LINE, 'datasets', 'add', 'sample:shapes', '--json'], home);
  expect(command.code).toBe(1);
  const answer = JSON.parse(command.output) as { error: { code: string; message: string } };
  expect(answer.error.code).toBe('home-busy');
  expect(answer.error.message).toContain(home);
  const list = await run('node', [COMMAND_LINE, 'runs', 'list', '--json'], home);
  expect(list.code).toBe(0);
  await running.quit();
  removeHome(home);
});

test('the window trains what the command line queues, and goes on with the queue when it is opened again', async () => {
  const home = temporaryHome();
  let running = await openApp(home);
  await running.page.getByRole('button', { name: 'Make Shapes-10' }).click();
  await expect(running.page.getByRole('button', { name: 'Train on this' })).toBeVisible({ timeout: 120_000 });
  const what = ['--dataset', 'Shapes-10', '--model', 'densenet-10-4', '--limit', '640'];
  const added = await run('node', [COMMAND_LINE, 'queue', 'add', ...what, '--epochs', '60'], home);
  expect(added.output).not.toContain('error');
  const next = await run('node', [COMMAND_LINE, 'queue', 'add', ...what, '--epochs', '1'], home);
  expect([added.code, next.code]).toEqual([0, 0]);
  await expect.poll(() => states(running), { timeout: 120_000 }).toEqual(['running', 'queued']);
  await running.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
  });
  await running.quit();
  running = await openApp(home);
  await expect.poll(() => states(running), { timeout: 120_000 }).toEqual(['stopped', 'finished']);
  expect(running.pageErrors).toEqual([]);
  await running.quit();
  removeHome(home);
});
