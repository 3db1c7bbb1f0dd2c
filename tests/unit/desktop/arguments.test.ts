import path from 'node:path';
import { expect, test } from 'vitest';
import { readStartArguments } from '../../../src-main/desktop/arguments.ts';

const here = path.resolve(import.meta.dirname);

test('a packaged start opens existing paths and ignores switches', () => {
  const started = readStartArguments(['denselab', '--no-sandbox', 'arguments.test.ts', 'missing.zip'], true, here);
  expect(started).toEqual({ home: null, paths: [path.join(here, 'arguments.test.ts')] });
});

test('an unpackaged start passes over the folder of the app', () => {
  const started = readStartArguments(['electron', '--inspect=0', here, '--home', 'data', '.'], false, here);
  expect(started).toEqual({ home: path.join(here, 'data'), paths: [here] });
});

test('the data folder can be given in one word', () => {
  expect(readStartArguments(['denselab', '--home=/tmp/lab'], true, here).home).toBe('/tmp/lab');
});
