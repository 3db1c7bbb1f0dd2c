import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOwned, takeOwnership } from '../../../src-main/runs/ownership.ts';
import { failureOf } from '../../support/failures.ts';
import { SQLITE, temporaryHome } from '../../support/runs.ts';

let home: string;
let removeHome: () => void;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
});

afterEach(() => {
  removeHome();
});

describe('takeOwnership', () => {
  it('creates the folder', () => {
    const inner = path.join(home, 'a', 'b');
    takeOwnership(inner, SQLITE).release();
    expect(existsSync(inner)).toBe(true);
  });

  it('has one owner at a time, who is named', () => {
    const first = takeOwnership(home, SQLITE);
    const failure = failureOf(() => takeOwnership(home, SQLITE));
    expect(failure.code).toBe('home-busy');
    expect(failure.message).toContain(home);
    expect(failure.message).toContain(`process ${String(process.pid)}`);
    first.release();
    takeOwnership(home, SQLITE).release();
  });

  it('can be looked at without taking it', () => {
    expect(isOwned(home, SQLITE)).toBe(false);
    const owner = takeOwnership(home, SQLITE);
    expect(isOwned(home, SQLITE)).toBe(true);
    owner.release();
    expect(isOwned(home, SQLITE)).toBe(false);
  });

  it('refuses a folder that cannot be one', () => {
    const file = path.join(home, 'file');
    writeFileSync(file, '');
    expect(failureOf(() => takeOwnership(file, SQLITE)).code).toBe('home-unwritable');
    expect(failureOf(() => takeOwnership(path.join(file, 'inner'), SQLITE)).code).toBe('home-unwritable');
  });
});
