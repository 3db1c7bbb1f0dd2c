/** Hazard 59: one owner per data folder, and a second start comes to the first. */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { cacheDirectory, readManifest } from '../../src-main/tensorflow/locate.ts';
import { openApp, removeHome, temporaryHome } from './support/app.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

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

test('a second window comes to the first, and the command line says who has the folder', async () => {
  const home = temporaryHome();
  const running = await openApp(home);
  const electron = readManifest(cacheDirectory()).electron?.executable ?? '';
  const second = await run(electron, ['--no-sandbox', PROJECT], home);
  expect(second.code).toBe(0);
  const command = await run(
    'node',
    [path.join(PROJECT, 'out/main/cli.cjs'), 'datasets', 'add', 'sample:shapes', '--json'],
    home,
  );
  expect(command.code).toBe(1);
  const answer = JSON.parse(command.output) as { error: { code: string; message: string } };
  expect(answer.error.code).toBe('home-busy');
  expect(answer.error.message).toContain(home);
  const list = await run('node', [path.join(PROJECT, 'out/main/cli.cjs'), 'runs', 'list', '--json'], home);
  expect(list.code).toBe(0);
  await running.quit();
  removeHome(home);
});
