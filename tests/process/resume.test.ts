/** Runs that go on: byte for byte what an uninterrupted run gives, whatever ended them. Needs the built bundles. */

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src-main/contract/events.ts';
import type { TrainingRecipe } from '../../src-main/contract/recipe.ts';
import { readCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import { STANDARD_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import { CAN_TRACE, tracedWorker } from '../support/trainer/tracedSpawn.ts';
import { Laboratory, type Remains, type Watcher } from '../support/trainer/laboratory.ts';

/** Five steps an epoch, with a checkpoint after every second step. */
const RECIPE = { epochs: 4, limit: 160, batchSize: 32, seed: 7 };
/** State and randomness of every kind. */
const VARIED: Partial<TrainingRecipe> = {
  learningRate: 0.003,
  warmUpEpochs: 0.5,
  schedule: { kind: 'cosine', finalShare: 0 },
  optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  weightDecayOn: 'weights',
  labelSmoothing: 0.1,
  classWeights: 'balanced',
  gradientClipping: 1,
  accumulation: 3,
  augmentation: {
    mirror: true,
    crop: { kind: 'randomResized', smallestArea: 0.3, largestRatio: 4 / 3 },
    colour: { brightness: 0.2, contrast: 0.2, saturation: 0.2 },
    cutout: { size: 2 },
    mixup: { alpha: 0.2 },
  },
};
const KILLS = 6;
const ATTEMPTS = 5;
/** Which of them Node calls depends on the C library. */
const RENAME = 'rename,renameat,renameat2';

let lab: Laboratory;
let uninterrupted: Remains;

beforeAll(async () => {
  lab = await Laboratory.open({ saving: { seconds: null, steps: 2 } });
  const { id, ending } = await lab.train(RECIPE);
  expect(ending.event).toBe('finished');
  uninterrupted = lab.remains(id);
});

afterAll(() => lab.close());

/** Kills the worker `after` milliseconds after the first event of a kind. */
function killAt(kind: RunEvent['event'], after: number): Watcher {
  let seen = false;
  return (event, worker) => {
    if (seen || event.event !== kind) return;
    seen = true;
    if (after === 0) worker.kill();
    else setTimeout(() => worker.kill(), after);
  };
}

/** Resumes with one watcher after another, and then without one, until the run has finished. */
async function goOn(id: number, watchers: readonly Watcher[]): Promise<void> {
  for (const watcher of watchers) {
    if (lab.runs.show(id).status === 'finished') return;
    await lab.resume(id, watcher);
  }
  if (lab.runs.show(id).status !== 'finished') await lab.resume(id);
}

/** On a busy machine an evaluation may be over before the stop reaches the worker; then it is tried again. */
async function stoppedWhileEvaluating(): Promise<{ readonly id: number }> {
  for (let attempt = 1; ; attempt++) {
    const { id, ending } = await lab.train(RECIPE, ({ event, run }) => {
      if (event === 'evaluating') lab.coordinator.stop(run);
    });
    if (ending.event === 'stopped' && ending.epoch === 1 && ending.step === 5) return { id };
    // Whatever it had reached, it stopped: a late one is told as such.
    expect(ending.event).toBe('stopped');
    expect(attempt, 'attempts to stop an evaluation').toBeLessThan(ATTEMPTS);
  }
}

describe('a run that goes on', () => {
  it('after a stop equals one that was never stopped', async () => {
    const stop: Watcher = ({ event, run }) => {
      if (event === 'checkpoint') lab.coordinator.stop(run);
    };
    const { id, ending } = await lab.train(RECIPE, stop);
    expect(ending.event).toBe('stopped');
    const { ending: last } = await lab.resume(id);
    expect(last.event).toBe('finished');
    expect(lab.remains(id)).toEqual(uninterrupted);
  });

  it('after a stop during an evaluation equals one that was never stopped', async () => {
    const { id } = await stoppedWhileEvaluating();
    await goOn(id, []);
    expect(lab.remains(id)).toEqual(uninterrupted);
  });

  it('after kill -9 at random moments, again and again, equals one that was never killed (hazards 46, 49)', async () => {
    const random = createRandom(1_913);
    const kinds = ['preparing', 'resumed', 'started', 'steps', 'evaluating', 'epoch', 'checkpoint'] as const;
    const draw = (): Watcher => killAt(kinds[random.below(kinds.length)] ?? 'steps', random.below(60));
    const { id } = await lab.train(RECIPE, killAt('steps', random.below(30)));
    await goOn(id, Array.from({ length: KILLS }, draw));
    expect(lab.remains(id)).toEqual(uninterrupted);
  });

  it('with moments, parts and everything random in its recipe equals one that was never killed', async () => {
    const recipe = { ...RECIPE, epochs: 2, ...VARIED };
    const { id: whole } = await lab.train(recipe);
    const { id } = await lab.train(recipe, killAt('checkpoint', 0));
    await goOn(id, [killAt('checkpoint', 20)]);
    expect(lab.remains(id)).toEqual(lab.remains(whole));
  });

  it('before its first checkpoint starts again from the beginning', async () => {
    const { id, ending } = await lab.train(RECIPE, killAt('preparing', 0));
    expect(ending.event).toBe('failed');
    await goOn(id, []);
    expect(lab.remains(id)).toEqual(uninterrupted);
  });

  it('before its first step remembers the device that was asked for', async () => {
    const { id } = await lab.train(RECIPE, killAt('preparing', 0), { device: 'cpu' });
    expect(lab.runs.show(id).environment).toBeNull();
    await goOn(id, []);
    expect(lab.runs.show(id).environment?.deviceReason).toBe('It was asked for.');
  });

  it('leaves no file behind that no record knows', async () => {
    const { id } = await lab.train(RECIPE, killAt('checkpoint', 3));
    // As a kill between the rename and the record leaves it.
    writeFileSync(join(lab.directory(id), 'checkpoints', 'epoch-0001-step-00000003.safetensors'), 'whole, but unknown');
    await goOn(id, []);
    const known = lab.runs.show(id).checkpoints.map(({ file }) => file.replace('checkpoints/', ''));
    expect(readdirSync(join(lab.directory(id), 'checkpoints')).sort()).toEqual(known.sort());
  });
});

describe('early stopping', () => {
  // No epoch is better than the first by so much, so the third is the last.
  const PATIENT = { ...RECIPE, epochs: 9, earlyStopping: { patience: 2, minimumChange: 0.9 } };

  it('tests the best weights, and does so after a stop too', async () => {
    const { id, ending } = await lab.train(PATIENT);
    const { epochs } = lab.runs.curves(id);
    const best = Math.max(...epochs.map(({ heldOut }) => heldOut.accuracy));
    const bestEpoch = epochs.find(({ heldOut }) => heldOut.accuracy === best);
    expect(epochs).toHaveLength(3);
    expect(ending).toMatchObject({ event: 'finished', test: bestEpoch?.heldOut, restoredEpoch: bestEpoch?.epoch });

    const { id: stopped } = await lab.train(PATIENT, ({ event, run }) => {
      if (event === 'checkpoint' && lab.runs.show(run).epochsDone === 1) lab.coordinator.stop(run);
    });
    expect((await lab.resume(stopped)).ending).toMatchObject({ test: bestEpoch?.heldOut });
    expect(lab.remains(stopped)).toEqual(lab.remains(id));
  });
});

describe('a learning rate that follows the held-out loss', () => {
  it('goes on after a kill as if there had been none', async () => {
    const schedule = { kind: 'plateau', factor: 0.5, patience: 0, minimumChange: 9, finalShare: 0.01 } as const;
    const recipe = { ...RECIPE, schedule, warmUpEpochs: 0.5 };
    const { id } = await lab.train(recipe);
    const { id: killed } = await lab.train(recipe, killAt('epoch', 20));
    await goOn(killed, [killAt('epoch', 20)]);
    expect(lab.remains(killed)).toEqual(lab.remains(id));
    const rates = lab.runs.curves(id).steps.learningRate;
    expect(Math.min(...rates.slice(5))).toBeLessThan(0.1);
  });
});

describe('a recipe with a state of its own', () => {
  const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  const augmentation = { ...STANDARD_AUGMENTATION, cutout: { size: 4 }, mixup: { alpha: 0.3 } } as const;

  it('goes on exactly too: moments of Adam, mixed targets, batches in parts', async () => {
    const recipe = {
      ...RECIPE,
      optimizer: adam,
      learningRate: 0.01,
      augmentation,
      accumulation: 2,
      gradientClipping: 1,
    };
    const { id } = await lab.train(recipe);
    const { id: killed } = await lab.train(recipe, killAt('checkpoint', 2));
    await goOn(killed, [killAt('steps', 3)]);
    expect(lab.remains(killed)).toEqual(lab.remains(id));
  });
});

describe.skipIf(!CAN_TRACE)('a worker that is killed while it saves (hazard 47)', () => {
  /** Two saves into the run: each one syncs its file, renames it, and syncs the folder. */
  it.each([
    ['the first file is synced', 'fsync', 1],
    ['the first folder is synced', 'fsync', 2],
    ['the third file is synced', 'fsync', 5],
    ['the first file gets its name', RENAME, 1],
    ['the third file gets its name', RENAME, 3],
  ])('before %s has lost nothing that was finished', async (_when, systemCall, count) => {
    lab.spawnNext((environment) => tracedWorker(systemCall, count, environment));
    const { id, ending } = await lab.train(RECIPE);
    expect(ending.event).toBe('failed');
    for (const { file, sha256 } of lab.runs.show(id).checkpoints.slice(-1)) {
      readCheckpoint(join(lab.directory(id), file), sha256);
    }
    await goOn(id, []);
    expect(lab.remains(id)).toEqual(uninterrupted);
  });
});
