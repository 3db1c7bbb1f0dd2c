import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { databasePath } from '../../../src-main/runs/database.ts';
import { STEP_EXTREMES } from '../../../src-main/runs/migrations/0003-step-extremes.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { createRandom } from '../../../src-main/datasets/random.ts';
import { buildRun, buildStep, SQLITE, started, steps, temporaryHome } from '../../support/runs.ts';

/** Enough that a curve of 40 points is drawn from extremes. */
const STEPS = 2000;
const WANTED = 40;

let home: string;
let removeHome: () => void;
let store: RunStore;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
  store = openRunStore(home, SQLITE);
});

afterEach(() => {
  store.close();
  removeHome();
});

function lossOf(step: number): number {
  return createRandom(step).uniform();
}

function trainedRun(losses: (step: number) => number = lossOf): number {
  const { id } = store.create(buildRun());
  store.recordEvent(id, started());
  record(id, 1, STEPS, losses);
  return id;
}

/** Tells steps in messages of 50, as a worker does. */
function record(id: number, first: number, last: number, losses: (step: number) => number): void {
  for (let step = first; step <= last; step += 50) {
    const told = Array.from({ length: Math.min(50, last - step + 1) }, (_, index) =>
      buildStep(step + index, { loss: losses(step + index) }),
    );
    store.recordEvent(id, steps(...told));
    store.recordEvent(id, { event: 'evaluating', epoch: 1 });
  }
}

describe('a long curve', () => {
  it('keeps its ends, its lowest and its highest loss', () => {
    const id = trainedRun();
    const { step, loss } = store.curves(id, WANTED).steps;
    const all = Array.from({ length: STEPS }, (_, index) => lossOf(index + 1));
    expect(step.length).toBeLessThanOrEqual(WANTED);
    expect(step.length).toBeGreaterThan(WANTED / 2);
    expect([step[0], step.at(-1)]).toEqual([1, STEPS]);
    expect([...step].sort((one, other) => one - other)).toEqual(step);
    expect(Math.min(...loss)).toBe(Math.min(...all));
    expect(Math.max(...loss)).toBe(Math.max(...all));
    step.forEach((at, index) => expect(loss[index]).toBe(lossOf(at)));
  });

  it('keeps a NaN and an infinity', () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const id = trainedRun((step) => (step === 777 ? odd : lossOf(step)));
      const { step, loss } = store.curves(id, WANTED).steps;
      expect(loss[step.indexOf(777)]).toBe(odd);
    }
  });

  it('forgets the extremes of steps that are done again', () => {
    const id = trainedRun((step) => (step === 1500 ? 99 : lossOf(step)));
    expect(store.curves(id, WANTED).steps.loss).toContain(99);
    store.recordEvent(id, { event: 'resumed', step: 1490, epochsFinished: 0 });
    const { loss: remembered, step: known } = store.curves(id, WANTED).steps;
    expect(remembered).not.toContain(99);
    expect(known.at(-1)).toBe(1490);
    record(id, 1491, STEPS, (step) => (step === 1501 ? -5 : lossOf(step)));
    const { step, loss } = store.curves(id, WANTED).steps;
    expect(loss).not.toContain(99);
    expect(loss[step.indexOf(1501)]).toBe(-5);
  });

  it('is the same for runs that were stored without extremes, once they are migrated', () => {
    const id = trainedRun((step) => (step === 900 ? Number.NaN : lossOf(step)));
    const expected = store.curves(id, WANTED);
    store.close();
    const database = new Database(
      databasePath(home),
      SQLITE.nativeBinding === undefined ? {} : { nativeBinding: SQLITE.nativeBinding },
    );
    database.exec('DROP TABLE step_extremes');
    database.exec(STEP_EXTREMES);
    // As the eighth schema has it.
    database.exec(`ALTER TABLE step_extremes ADD COLUMN gradient_norm REAL;
      UPDATE step_extremes SET gradient_norm = (SELECT step_metrics.gradient_norm FROM step_metrics
        WHERE step_metrics.run_id = step_extremes.run_id AND step_metrics.step = step_extremes.step)`);
    database.close();
    store = openRunStore(home, SQLITE);
    expect(store.curves(id, WANTED)).toEqual(expected);
  });

  it('gives every step where they are not more than are wanted', () => {
    const id = trainedRun();
    expect(store.curves(id, STEPS).steps.step).toHaveLength(STEPS);
  });
});
