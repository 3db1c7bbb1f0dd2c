/** A database whose disk is full (hazard 38), or whose writes and syncs fail (39). */

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, databasePath } from '../../src-main/runs/database.ts';
import { openRunStoreReadOnly } from '../../src-main/runs/reader.ts';
import { openRunStore } from '../../src-main/runs/store.ts';
import { bundleProgram, type BundledProgram } from '../support/bundle.ts';
import { failureOf } from '../support/failures.ts';
import { buildEpoch, buildRun, buildStep, epochDone, SQLITE, started, steps, temporaryHome } from '../support/runs.ts';
import { CAN_TRACE } from '../support/trainer/tracedSpawn.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const MOST_EPOCHS = 20_000;
/** Milliseconds after which a writer that goes on as if nothing were is ended. */
const PATIENCE = 20_000;

let home: string;
let removeHome: () => void;
beforeEach(() => ({ home, remove: removeHome } = temporaryHome()));
afterEach(() => removeHome());

function isWhole(): boolean {
  const database = connect(databasePath(home), SQLITE, {});
  const verdict = database.pragma('integrity_check', { simple: true });
  database.close();
  return verdict === 'ok';
}

describe.skipIf(!canMount)('a full disk (hazard 38)', () => {
  // With the schema alone the database has some 250 kB, its log as much again.
  it.each([900, 1000, 1100, 1300])(
    'of %d kB is told, keeps what it had, and goes on when there is room',
    (kilobytes) => {
      mkdirSync(home, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(kilobytes)}k`, 'tmpfs', home]);
      try {
        const ballast = join(home, 'ballast');
        writeFileSync(ballast, Buffer.alloc(200_000));
        const store = openRunStore(home, SQLITE);
        const { id } = store.create(buildRun());
        store.recordEvent(id, started());
        let acknowledged = 0;
        const { code } = failureOf(() => {
          for (let epoch = 1; epoch <= MOST_EPOCHS; epoch++) {
            store.recordEvent(id, steps(buildStep(epoch * 2 - 1), buildStep(epoch * 2)));
            store.recordEvent(id, epochDone(buildEpoch(epoch)));
            acknowledged = epoch;
          }
        });
        expect(code).toBe('disk-full');
        expect(acknowledged).toBeGreaterThan(0);
        expect(store.list()).toHaveLength(1);
        expect(store.show(id).epochsDone).toBe(acknowledged);
        rmSync(ballast);
        store.recordEvent(id, epochDone(buildEpoch(acknowledged + 1)));
        expect(store.show(id).epochsDone).toBe(acknowledged + 1);
        store.close();
        expect(isWhole()).toBe(true);
      } finally {
        execFileSync('umount', [home]);
      }
    },
  );
});

describe.skipIf(!CAN_TRACE)('a disk that fails (hazard 39)', () => {
  let program: BundledProgram;
  beforeAll(async () => (program = await bundleProgram('runWriter')));
  afterAll(() => program.remove());

  it.each([
    ['fsync,fdatasync', 20],
    ['fsync,fdatasync', 60],
    ['pwrite64', 200],
  ])('at %s number %d ends what is written loudly, and nothing was called saved that is not', async (call, count) => {
    const options = ['-f', '-o', '/dev/null', '-e', `inject=${call}:error=EIO:when=${String(count)}+`];
    const writer = spawn('strace', [...options, process.execPath, program.file, home], { timeout: PATIENCE });
    let [told, errors] = ['', ''];
    writer.stdout.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')));
    writer.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    const status = await new Promise((resolve) => writer.once('close', resolve));
    expect(status).toBe(1);
    expect(errors).toContain('home-unwritable');
    const acknowledged = told.split('\n').filter((line) => line.startsWith('epoch ')).length;
    const reader = openRunStoreReadOnly(home, SQLITE);
    const [run] = reader.list();
    expect(run?.epochsDone ?? 0).toBeGreaterThanOrEqual(acknowledged);
    reader.close();
    expect(isWhole()).toBe(true);
  });
});
