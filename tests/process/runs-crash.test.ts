import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, databasePath } from '../../src-main/runs/database.ts';
import { isOwned, takeOwnership } from '../../src-main/runs/ownership.ts';
import { openRunStoreReadOnly } from '../../src-main/runs/reader.ts';
import { openRunStore } from '../../src-main/runs/store.ts';
import { bundleProgram, type BundledProgram } from '../support/bundle.ts';
import { failureOf } from '../support/failures.ts';
import { SQLITE, temporaryHome } from '../support/runs.ts';

let program: BundledProgram;
let home: string;
let removeHome: () => void;

beforeAll(async () => {
  program = await bundleProgram('runWriter');
});

afterAll(() => {
  program.remove();
});

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
});

afterEach(() => {
  removeHome();
});

/** Lets a writer work until it has acknowledged `epochs`, asks `meanwhile`, kills it; what it acknowledged in all. */
async function killWriterAfter(epochs: number, meanwhile: (pid: number) => void = () => undefined): Promise<number> {
  const writer = spawn(process.execPath, [program.file, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => writer.once('close', resolve));
  let acknowledged = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [what, number] = line.split(' ');
    if (what !== 'epoch') continue;
    acknowledged = Number(number);
    if (acknowledged !== epochs) continue;
    meanwhile(writer.pid ?? 0);
    writer.kill('SIGKILL');
  }
  await gone;
  return acknowledged;
}

describe('a writer that is killed (hazards 36 and 56)', () => {
  it.each([1, 2, 3, 7, 20, 55])('after %d epochs has kept every one, whole', async (epochs) => {
    const acknowledged = await killWriterAfter(epochs);
    expect(isOwned(home, SQLITE)).toBe(false);
    takeOwnership(home, SQLITE).release();
    const store = openRunStore(home, SQLITE);
    expect(store.markInterrupted()).toEqual([1]);
    const run = store.show(1);
    expect(run.status).toBe('interrupted');
    expect(run.epochsDone).toBeGreaterThanOrEqual(acknowledged);
    expect(run.stepsDone).toBe(run.epochsDone * 2);
    expect(store.curves(1, 1000).steps.step).toHaveLength(run.stepsDone);
    store.close();
    const database = connect(databasePath(home), SQLITE, {});
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });

  it('shows its runs to a reader as interrupted at once', async () => {
    await killWriterAfter(2);
    const reader = openRunStoreReadOnly(home, SQLITE);
    expect(reader.list().map((run) => run.status)).toEqual(['interrupted']);
    reader.close();
  });
});

describe('a folder that another process owns (hazard 59)', () => {
  it('is refused, with the process named, and can still be read', async () => {
    await killWriterAfter(5, (pid) => {
      const failure = failureOf(() => takeOwnership(home, SQLITE));
      expect(failure.code).toBe('home-busy');
      expect(failure.message).toContain(`process ${String(pid)}`);
      const reader = openRunStoreReadOnly(home, SQLITE);
      expect(reader.show(1)).toMatchObject({ status: 'running' });
      expect(reader.show(1).epochsDone).toBeGreaterThanOrEqual(5);
      reader.close();
    });
  });
});
