/** Every way in which a worker can end reaches its owner as exactly one ending event. Real processes, a stub program. */

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { forkedSpawn } from '../../src-main/cli/spawn.ts';
import type { TrainerEvent } from '../../src-main/contract/events.ts';
import { superviseTraining, type SuperviseOptions } from '../../src-main/trainer/supervisor.ts';
import { buildJob } from '../support/trainer/jobs.ts';

const spawnStub = forkedSpawn(fileURLToPath(new URL('../support/trainer/stub', import.meta.url)));
const ENDINGS = ['finished', 'stopped', 'failed'];

/** Starts a stub; `onEvent` may act on the training. */
function start(behaviour: string, options: Partial<SuperviseOptions> = {}) {
  const events: TrainerEvent[] = [];
  const training = superviseTraining({
    job: buildJob(),
    spawn: (entry, environment) => spawnStub(entry, { ...environment, DENSELAB_STUB: behaviour }),
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { training, events };
}

describe('superviseTraining', () => {
  it.each([
    ['abort', 'worker-died', /epoch 2, after step 7/, /SIGABRT[^]*Check failed: dims == 4/],
    ['silent', 'worker-died', /before its first step/, /exit status 3/],
    ['oom', 'out-of-memory', /memory ran out/, /std::bad_alloc/],
    ['killed', 'out-of-memory', /memory ran out/, /SIGKILL/],
  ])('turns the death "%s" into %s with its last words (hazard 53)', async (behaviour, code, message, detail) => {
    const { training, events } = start(behaviour);
    const ending = await training.done;
    expect(events.at(-1)).toBe(ending);
    expect(events.filter(({ event }) => ENDINGS.includes(event))).toHaveLength(1);
    if (ending.event !== 'failed') throw new Error(`ended as ${ending.event}`);
    expect(ending.error.code).toBe(code);
    expect(ending.error.message).toMatch(message);
    expect(ending.error.detail).toMatch(detail);
  });

  it('passes a stop on and ends as the worker says', async () => {
    const { training, events } = start('good', { onEvent: () => training.stop() });
    expect(await training.done).toEqual({ event: 'stopped', epoch: 1, step: 2 });
    expect(events.map(({ event }) => event)).toEqual(['preparing', 'stopped']);
  });

  it('kills a worker that does not answer a stop, and tells the last step that it had told', async () => {
    const { training } = start('deaf', { stopTimeout: 100, onEvent: () => training.stop() });
    expect(await training.done).toEqual({ event: 'stopped', epoch: 2, step: 7 });
  });

  it('ends as stopped when it is killed by its owner', async () => {
    const { training, events } = start('deaf', { onEvent: ({ event }) => event === 'steps' && training.kill() });
    expect(await training.done).toEqual({ event: 'stopped', epoch: 2, step: 7 });
    expect(events.map(({ event }) => event)).toEqual(['steps', 'stopped']);
  });

  it('hears nothing after the ending, and kills what does not exit', async () => {
    const { training, events } = start('chatty', { exitTimeout: 100 });
    expect(await training.done).toEqual({ event: 'finished', test: { loss: 0.5, accuracy: 0.75 } });
    expect(events.map(({ event }) => event)).toEqual(['finished']);
  });

  it('ignores messages that are no events', async () => {
    const { training, events } = start('noise');
    await training.done;
    expect(events.map(({ event }) => event)).toEqual(['stopped']);
  });

  it('tells a failure to start as an event', async () => {
    const { training, events } = start('good', {
      spawn: () => {
        throw Object.assign(new Error('spawn EACCES'), { code: 'EACCES', path: '/opt/denselab/worker.cjs' });
      },
    });
    const ending = await training.done;
    expect(ending).toMatchObject({ event: 'failed', error: { code: 'path-unreadable' } });
    expect(events).toEqual([ending]);
  });

  it('gives the worker its thread counts before TensorFlow can load', async () => {
    let seen: Readonly<Record<string, string>> = {};
    const { training } = start('good', {
      job: buildJob({ threads: { intraOp: 3, interOp: 2 } }),
      spawn: (entry, environment) => spawnStub(entry, { ...(seen = environment), DENSELAB_STUB: 'silent' }),
    });
    await training.done;
    expect(seen).toMatchObject({ TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '2' });
  });
});
