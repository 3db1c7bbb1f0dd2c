import path from 'node:path';
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { layers } from '../../../tools/lint/layers.js';

const root = path.resolve(import.meta.dirname, '../../..');

/** Messages for one import in one file. */
function complaints(file: string, source: string): string[] {
  const linter = new Linter({ cwd: root });
  const configuration = [{ plugins: { house: { rules: { layers } } }, rules: { 'house/layers': 'error' as const } }];
  return linter.verify(`import '${source}';`, configuration, path.join(root, file)).map(({ message }) => message);
}

test('an import against the stream is an error whose message names the allowed layers', () => {
  const [message] = complaints('src-main/graph/compile.js', '../tensorflow/session.ts');
  expect(message).toContain('graph may not import tensorflow. Allowed here: graph, contract, model');
});

test('imports with the stream are fine', () => {
  expect(complaints('src-main/trainer/loop.js', '../graph/compile.ts')).toEqual([]);
  expect(complaints('src-main/runs/store.js', '../contract/run.ts')).toEqual([]);
});

test('trainer and runs never meet', () => {
  expect(complaints('src-main/trainer/loop.js', '../runs/store.ts')).toHaveLength(1);
  expect(complaints('src-main/runs/store.js', '../trainer/loop.ts')).toHaveLength(1);
});

test('electron is for the desktop only', () => {
  expect(complaints('src-main/trainer/loop.js', 'electron')).toHaveLength(1);
  expect(complaints('src-main/desktop/window.js', 'electron')).toEqual([]);
});

test('features import state and widgets, never one another', () => {
  expect(complaints('src-renderer/features/runs/RunPage.js', '../../ui/format.ts')).toEqual([]);
  expect(complaints('src-renderer/features/runs/RunPage.js', '../train/words.ts')).toHaveLength(1);
  expect(complaints('src-renderer/ui/Button.js', '../state/runs.svelte.ts')).toHaveLength(1);
});
