import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEnvironment } from '../../../src-main/contract/run.ts';
import { writeCheckpoint, type Checkpoint } from '../../../src-main/trainer/checkpoint.ts';
import {
  matchTensors,
  readResumable,
  requireSameEnvironment,
  startOf,
  type RunFacts,
} from '../../../src-main/trainer/start.ts';
import { failureOf } from '../../support/failures.ts';
import { buildCheckpoint } from '../../support/trainer/checkpoints.ts';

const FACTS: RunFacts = (({ model, recipe, dataset }) => ({ model, recipe, dataset }))(buildCheckpoint().description);
const TOTALS = {
  lossSum: 12.25,
  correct: 40,
  images: 64,
  milliseconds: 10.5,
  timedImages: 32,
  sessionMilliseconds: 9.75,
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'denselab-start-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reread(checkpoint: Checkpoint, facts: RunFacts = FACTS): Checkpoint {
  return readResumable(folder, writeCheckpoint(folder, checkpoint), facts);
}

describe('a checkpoint to go on from', () => {
  it('continues with the next epoch when it is of a finished one', () => {
    const { description } = reread(buildCheckpoint());
    const { history } = buildCheckpoint().description;
    expect(startOf(description)).toMatchObject({ epoch: 4, step: 15, history, totals: { images: 0 } });
  });

  it('continues its epoch with the very sums that it was left with', () => {
    const checkpoint = buildCheckpoint({ epochFinished: false, heldOut: null, history: [], unfinished: TOTALS });
    expect(startOf(reread(checkpoint).description)).toEqual({ epoch: 3, step: 15, history: [], totals: TOTALS });
  });

  it.each<[string, Partial<RunFacts>, string]>([
    ['network', { model: { ...FACTS.model, initialFeatures: 5 } }, 'another network'],
    ['recipe', { recipe: { ...FACTS.recipe, seed: 2 } }, 'another recipe'],
    ['images', { dataset: { ...FACTS.dataset, contentHash: 'cd' } }, 'other images'],
    ['classes', { dataset: { ...FACTS.dataset, classNames: ['cat', 'cow'] } }, 'other classes'],
  ])('is refused when the run has another %s', (_what, other, named) => {
    const failure = failureOf(() => reread(buildCheckpoint(), { ...FACTS, ...other }));
    expect(failure).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining(named) });
  });

  it('is refused from the middle of an epoch without its sums: the epoch could not be measured', () => {
    const failure = failureOf(() => reread(buildCheckpoint({ epochFinished: false, heldOut: null, unfinished: null })));
    expect(failure.code).toBe('checkpoint-mismatch');
  });

  it('is refused with a value that is no number (hazard 52)', () => {
    const checkpoint = buildCheckpoint();
    checkpoint.tensors[0]?.data.fill(NaN, 2, 3);
    const failure = failureOf(() => reread(checkpoint));
    expect(failure).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining('not finite') });
  });
});

describe('the tensors of a checkpoint', () => {
  const { tensors } = buildCheckpoint();
  const [weights, velocity] = tensors.map(({ name, shape }) => ({ name, shape, role: 'parameter' as const }));
  if (weights === undefined || velocity === undefined) throw new Error('the checkpoint has two tensors');

  it('are put into the order of the network', () => {
    const ordered = matchTensors('file', tensors, [velocity, weights]);
    expect(ordered.map(({ name }) => name)).toEqual([velocity.name, weights.name]);
  });

  it.each([
    ['one is missing', [weights, velocity, { ...weights, name: 'stem/weights' }], 'lacks the tensor stem/weights'],
    ['one has another shape', [weights, { ...velocity, shape: [4] }], 'is [2, 2] and not [4]'],
    ['one is left over', [weights], 'no tensor classifier/weights/velocity'],
  ])('are refused when %s', (_what, variables, named) => {
    const failure = failureOf(() => matchTensors('file', tensors, variables));
    expect(failure).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining(named) });
  });
});

describe('requireSameEnvironment', () => {
  const { environment } = buildCheckpoint().description;

  it('does not mind another Node or another version of DenseLab', () => {
    expect(() => requireSameEnvironment(environment, { ...environment, node: '24.0.0', denselab: '9' })).not.toThrow();
  });

  it.each<[string, Partial<RunEnvironment>, string]>([
    ['device', { device: 'GPU:0' }, 'the device CPU:0, and here it is GPU:0'],
    ['TensorFlow', { tensorflow: '2.22.0' }, 'TensorFlow 2.21.0, and here it is 2.22.0'],
    ['thread count', { intraOpThreads: 8 }, '2, and here it is 8'],
  ])('names another %s, and how to go on all the same', (_what, other, named) => {
    const failure = failureOf(() => requireSameEnvironment(environment, { ...environment, ...other }));
    expect(failure).toMatchObject({ code: 'environment-changed', message: expect.stringContaining(named) });
    expect(failure.action).toContain('--force');
  });
});
