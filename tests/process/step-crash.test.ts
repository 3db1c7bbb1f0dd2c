/** Steps that were told are kept, whoever is killed: "a recorded point is never lost". */

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunStoreReadOnly } from '../../src-main/runs/reader.ts';
import { openRunStore } from '../../src-main/runs/store.ts';
import { bundleProgram } from '../support/bundle.ts';
import { SQLITE, temporaryHome } from '../support/runs.ts';
import { Laboratory } from '../support/trainer/laboratory.ts';

let home: string;
let removeHome: () => void;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
});

afterEach(() => {
  removeHome();
});

/** Steps of the first run that anybody can read now; 0 while there is none. */
function stepsOnDisk(): number {
  const reader = openRunStoreReadOnly(home, SQLITE);
  try {
    return reader.list()[0]?.stepsDone ?? 0;
  } finally {
    reader.close();
  }
}

describe('an owner that is killed while a run tells nothing but steps (hazard 36)', () => {
  it('has written the steps by itself, and they stay', async () => {
    const program = await bundleProgram('stepTeller');
    const owner = spawn(process.execPath, [program.file, home], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = new Promise((resolve) => owner.once('close', resolve));
    try {
      await new Promise((resolve) => owner.stdout.once('data', resolve));
      // The owner has fallen silent: only its own clock can have written them.
      while (stepsOnDisk() < 5) await sleep(20);
    } finally {
      owner.kill('SIGKILL');
      await gone;
      program.remove();
    }
    const store = openRunStore(home, SQLITE);
    expect(store.markInterrupted()).toEqual([1]);
    expect(store.curves(1).steps.step).toEqual([1, 2, 3, 4, 5]);
    expect(store.show(1).status).toBe('interrupted');
    store.close();
  });
});

describe('a worker that is killed while it trains (hazard 46)', () => {
  it('has lost no step that it told, and the run says that it failed', async () => {
    const lab = await Laboratory.open();
    try {
      const told: number[] = [];
      const { id, ending } = await lab.train({ epochs: 200 }, (event, worker) => {
        if (event.event !== 'steps') return;
        told.push(...event.steps.map(({ step }) => step));
        if (told.length > 20) worker.kill();
      });
      expect(ending.event).toBe('failed');
      expect(lab.runs.show(id).status).toBe('failed');
      expect(lab.runs.curves(id, Number.POSITIVE_INFINITY).steps.step).toEqual(told);
    } finally {
      await lab.close();
    }
  });
});
