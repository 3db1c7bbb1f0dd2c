/** The real worker in a real process: from the first step to every way of ending. Needs the built bundles. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planModel } from '../../src-main/model/plan.ts';
import { readCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import { initialState } from '../../src-main/trainer/initialise.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';
import { PATTERN_CLASSES, PATTERN_SIZE } from '../support/trainer/patterns.ts';
import { eventsOf, openTrainingGround, type TrainingGround } from '../support/trainer/training.ts';

const INPUT = { height: PATTERN_SIZE, width: PATTERN_SIZE, channels: 1 };

let ground: TrainingGround;
beforeAll(async () => (ground = await openTrainingGround()));
afterAll(() => ground.remove());

function checkpointsOf(runDirectory: string): string[] {
  const folder = join(runDirectory, 'checkpoints');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

describe('a training', () => {
  it('tells its story in order and leaves complete checkpoints', async () => {
    const job = ground.job({}, { epochs: 3, limit: 160, batchSize: 32 });
    const run = ground.start(job);
    const ending = await run.done;
    expect(ending).toMatchObject({ event: 'finished', test: eventsOf(run.events, 'epoch').at(-1)?.metrics.heldOut });

    const names = run.events.map(({ event }) => event);
    expect(names.filter((name) => name !== 'steps')).toEqual([
      ...Array.from({ length: names.lastIndexOf('preparing') + 1 }, () => 'preparing'),
      'started',
      ...[1, 2, 3].flatMap(() => ['evaluating', 'epoch', 'checkpoint']),
      'finished',
    ]);
    const steps = eventsOf(run.events, 'steps').flatMap((message) => message.steps);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(steps.map(({ epoch }) => epoch)).toEqual([1, 2, 3].flatMap((epoch) => Array<number>(5).fill(epoch)));
    expect(eventsOf(run.events, 'started')[0]).toMatchObject({
      stepsPerEpoch: 5,
      environment: { device: 'CPU:0', intraOpThreads: 2, interOpThreads: 2, tensorflow: '2.21.0' },
    });

    const last = eventsOf(run.events, 'checkpoint').at(-1)?.checkpoint;
    if (last === undefined) throw new Error('no checkpoint');
    const { description, tensors } = readCheckpoint(join(job.runDirectory, last.file), last.sha256);
    expect(description).toMatchObject({
      model: job.model,
      recipe: job.recipe,
      epoch: 3,
      step: 15,
      epochFinished: true,
    });
    const plan = planModel(TINY_MODEL, INPUT, PATTERN_CLASSES);
    const planned = plan.layers.flatMap((layer) => layer.tensors);
    const expected = [
      ...planned.map(({ name, shape }) => ({ name, shape })),
      ...planned.filter(({ trainable }) => trainable).map(({ name, shape }) => ({ name: `${name}/velocity`, shape })),
    ];
    const stored = tensors.map(({ name, shape }) => ({ name, shape }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect([...stored].sort(byName)).toEqual(expected.sort(byName));
    expect(tensors.every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  it('learns what it can tell on images that it has not seen', async () => {
    const run = ground.start(ground.job({}, { epochs: 4, limit: null }));
    const ending = await run.done;
    // Chance is one third.
    expect(ending.event === 'finished' && ending.test.accuracy).toBeGreaterThan(0.9);
  });

  it('gives byte-identical weights for the same seed, and others for another', async () => {
    const tensorsAfter = async (seed: number) => {
      const job = ground.job({ model: { ...TINY_MODEL, dropoutRate: 0.2 } }, { epochs: 2, seed });
      const run = ground.start(job);
      await run.done;
      const file = eventsOf(run.events, 'checkpoint').at(-1)?.checkpoint.file ?? '';
      return readCheckpoint(join(job.runDirectory, file)).tensors.map(({ name, data }) => [
        name,
        Buffer.from(data.buffer),
      ]);
    };
    const first = await tensorsAfter(5);
    expect(await tensorsAfter(5)).toEqual(first);
    expect(await tensorsAfter(6)).not.toEqual(first);
  });

  it('stops in the middle of an epoch with a checkpoint of that very step', async () => {
    const job = ground.job({}, { epochs: 50, limit: null });
    const run = ground.start(job, ({ event }, training) => event === 'steps' && training.stop());
    const ending = await run.done;
    if (ending.event !== 'stopped') throw new Error(`ended as ${ending.event}`);
    const saved = eventsOf(run.events, 'checkpoint').at(-1)?.checkpoint;
    expect(saved).toMatchObject({ epoch: ending.epoch, step: ending.step });
    const steps = eventsOf(run.events, 'steps').flatMap((message) => message.steps);
    expect(steps.at(-1)?.step).toBe(ending.step);
    const { description, tensors } = readCheckpoint(join(job.runDirectory, saved?.file ?? ''), saved?.sha256);
    expect(description).toMatchObject({ epochFinished: false, heldOut: null, step: ending.step });
    const plan = planModel(TINY_MODEL, INPUT, PATTERN_CLASSES);
    const start = initialState(
      plan,
      [{ name: 'classifier/weights', role: 'parameter', shape: [11, PATTERN_CLASSES] }],
      1,
    )[0];
    expect(tensors.find(({ name }) => name === 'classifier/weights')?.data).not.toEqual(start?.data);
  });

  it('stops during an evaluation too', async () => {
    const job = ground.job({}, { epochs: 50, limit: 64 });
    const run = ground.start(job, ({ event }, training) => event === 'evaluating' && training.stop());
    expect(await run.done).toEqual({ event: 'stopped', epoch: 1, step: 2 });
    expect(checkpointsOf(job.runDirectory)).toEqual(['epoch-0001-step-00000002.safetensors']);
  });

  it('stops before its first step without a checkpoint', async () => {
    const job = ground.job();
    const run = ground.start(job, ({ event }, training) => event === 'preparing' && training.stop());
    expect(await run.done).toEqual({ event: 'stopped', epoch: 0, step: 0 });
    expect(checkpointsOf(job.runDirectory)).toEqual([]);
  });

  it('stops with a checkpoint when the system ends the worker (SIGTERM, hazard 58)', async () => {
    const job = ground.job({}, { epochs: 50, limit: null });
    const run = ground.start(job, ({ event }, { pid }) => event === 'steps' && process.kill(pid ?? 0, 'SIGTERM'));
    expect(await run.done).toMatchObject({ event: 'stopped', epoch: 1 });
    expect(checkpointsOf(job.runDirectory)).toHaveLength(1);
  });

  it('fails by name when the worker is killed, and keeps what was finished (hazard 46)', async () => {
    const job = ground.job({}, { epochs: 50, limit: 64 });
    const run = ground.start(job, ({ event }, { pid }) => event === 'checkpoint' && process.kill(pid ?? 0, 'SIGKILL'));
    const ending = await run.done;
    expect(ending).toMatchObject({ event: 'failed', error: { code: 'out-of-memory' } });
    const saved = eventsOf(run.events, 'checkpoint')[0]?.checkpoint;
    expect(readCheckpoint(join(job.runDirectory, saved?.file ?? ''), saved?.sha256).description.epoch).toBe(1);
  });

  it('stops at the very step that diverges, and names it (hazard 52)', async () => {
    const job = ground.job({}, { epochs: 50, learningRate: 1e9 });
    const run = ground.start(job);
    const ending = await run.done;
    if (ending.event !== 'failed') throw new Error(`ended as ${ending.event}`);
    expect(ending.error.code).toBe('training-diverged');
    const step = eventsOf(run.events, 'steps').flatMap((message) => message.steps).length + 1;
    expect(ending.error.message).toContain(`in epoch 1 at step ${String(step)}: the `);
    expect(ending.error.message).toMatch(
      /the (loss|gradient) became .*; the (first|largest) .* is (that of )?[a-z0-9/]+\.$/,
    );
    // The step was not taken: what broke is not the weights that it would have left, which begin with the stem's.
    expect(ending.error.message).not.toContain('stem/conv');
    expect(ending.error.detail).toBe('All weights are finite.');
  });

  it('keeps no checkpoint of weights that are no numbers any more (hazard 52)', async () => {
    // One step per epoch: its own loss is still finite, and what it leaves behind is not.
    const job = ground.job({}, { epochs: 2, limit: 32, learningRate: 3e38 });
    const ending = await ground.start(job).done;
    expect(ending).toMatchObject({ event: 'failed', error: { code: 'training-diverged' } });
    expect(checkpointsOf(job.runDirectory)).toEqual([]);
  });

  it('keeps the best, the newest and some between, and tells which it removed', async () => {
    const job = ground.job({}, { epochs: 10, limit: 64 });
    const run = ground.start(job);
    await run.done;
    const told = eventsOf(run.events, 'checkpoint');
    const removed = new Set(told.flatMap((event) => event.removed));
    const left = told.map(({ checkpoint }) => checkpoint.file).filter((file) => !removed.has(file));
    expect(checkpointsOf(job.runDirectory)).toEqual(left.map((file) => file.replace('checkpoints/', '')).sort());
    // Every other epoch, the ninth, and the best where it is none of them.
    expect(left.length).toBeGreaterThanOrEqual(6);
    expect(left.length).toBeLessThanOrEqual(7);
    const best = Math.max(...eventsOf(run.events, 'epoch').map(({ metrics }) => metrics.heldOut.accuracy));
    const kept = left.map((file) => readCheckpoint(join(job.runDirectory, file)).description.heldOut?.accuracy);
    expect(kept).toContain(best);
  });
});

describe('a job that cannot be trained', () => {
  it('is refused when the message is damaged', async () => {
    const job = { ...ground.job(), threads: { intraOp: 2, interOp: 1.5 } };
    expect(await ground.start(job).done).toMatchObject({ event: 'failed', error: { code: 'payload-invalid' } });
  });

  it('is refused when a batch is larger than the train split', async () => {
    const ending = await ground.start(ground.job({}, { batchSize: 6000, limit: null })).done;
    expect(ending).toMatchObject({ event: 'failed', error: { code: 'batch-too-large' } });
    expect(ending.event === 'failed' && ending.error.message).toMatch(/6000.*600/);
  });

  it('is refused when the dataset is gone', async () => {
    const job = ground.job({ datasetDirectory: join(ground.runDirectory('x'), 'none') });
    expect(await ground.start(job).done).toMatchObject({ event: 'failed', error: { code: 'dataset-damaged' } });
  });

  it('is refused when TensorFlow was not set up (hazard 54)', async () => {
    const job = ground.job({ cacheDirectory: ground.runDirectory('empty-cache') });
    expect(await ground.start(job).done).toMatchObject({ event: 'failed', error: { code: 'runtime-missing' } });
  });
});
