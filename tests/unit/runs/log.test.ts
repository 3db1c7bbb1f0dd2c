import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendRunLog, readRunLog } from '../../../src-main/runs/log.ts';
import { temporaryHome } from '../../support/runs.ts';

let home: string;
let remove: () => void;

beforeEach(() => {
  ({ home, remove } = temporaryHome());
});

afterEach(() => remove());

describe('the log of a run', () => {
  it('has a line for each entry, with its time, whatever the text holds', () => {
    appendRunLog(home, 3, 'info', 'Training on CPU:0');
    appendRunLog(home, 3, 'error', 'First line\n  second\tline');
    appendRunLog(home, 4, 'warning', 'of another run');
    const { lines, shortened } = readRunLog(home, 3);
    expect(lines.map(({ level, text }) => [level, text])).toEqual([
      ['info', 'Training on CPU:0'],
      ['error', 'First line | second\tline'],
    ]);
    expect(Math.abs(Date.now() - Date.parse(lines[0]?.time ?? ''))).toBeLessThan(60_000);
    expect(shortened).toBe(false);
  });

  it('is empty for a run that has none, and leaves out what a crash has cut off', () => {
    expect(readRunLog(home, 1).lines).toEqual([]);
    appendRunLog(home, 1, 'info', 'whole');
    appendFileSync(readRunLog(home, 1).file, '2026-11-2');
    expect(readRunLog(home, 1).lines.map(({ text }) => text)).toEqual(['whole']);
  });

  it('stays small: the oldest lines go, the newest stay', () => {
    const text = 'x'.repeat(1000);
    for (let line = 0; line < 2000; line++) appendRunLog(home, 1, 'info', `${String(line)} ${text}`);
    const { lines, file, shortened } = readRunLog(home, 1);
    expect(shortened).toBe(true);
    expect(statSync(file).size).toBeLessThanOrEqual(512 * 1024);
    expect(lines.length).toBeGreaterThan(400);
    expect(lines.length).toBeLessThan(1100);
    expect(lines.at(-1)?.text.startsWith('1999 ')).toBe(true);
  });

  it('stops nobody where it cannot be written', () => {
    mkdirSync(path.join(home, 'runs'));
    writeFileSync(path.join(home, 'runs', '0001'), 'a file in the place of the folder');
    expect(() => appendRunLog(home, 1, 'info', 'lost')).not.toThrow();
  });
});
