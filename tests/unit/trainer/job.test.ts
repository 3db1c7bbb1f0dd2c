import { describe, expect, it } from 'vitest';
import { DenseLabError } from '../../../src-main/contract/errors.ts';
import { parseOwnerMessage } from '../../../src-main/trainer/job.ts';
import { buildJob } from '../../support/trainer/jobs.ts';

function codeOf(message: unknown): string {
  try {
    parseOwnerMessage(message);
  } catch (error) {
    if (error instanceof DenseLabError) return `${error.failure.code}: ${error.failure.message}`;
    throw error;
  }
  return 'accepted';
}

describe('parseOwnerMessage', () => {
  it('takes a job as it is', () => {
    expect(parseOwnerMessage({ kind: 'train', job: buildJob() })).toEqual({ kind: 'train', job: buildJob() });
    expect(parseOwnerMessage({ kind: 'stop' })).toEqual({ kind: 'stop' });
  });

  const job = buildJob();
  it.each([
    ['nothing', undefined, /payload-invalid/],
    ['an unknown kind', { kind: 'explode' }, /payload-invalid/],
    ['a job without a folder', { kind: 'train', job: { ...job, runDirectory: '' } }, /payload-invalid.*runDirectory/],
    ['an unknown field', { kind: 'train', job: { ...job, extra: 1 } }, /payload-invalid.*extra/],
    ['no threads', { kind: 'train', job: { ...job, threads: { intraOp: 0, interOp: 1 } } }, /payload-invalid.*intraOp/],
    ['a damaged model', { kind: 'train', job: { ...job, model: { ...job.model, growthRate: -1 } } }, /model-invalid/],
    ['a damaged recipe', { kind: 'train', job: { ...job, recipe: { ...job.recipe, epochs: 0 } } }, /recipe-invalid/],
    [
      'a batch beyond the limit',
      { kind: 'train', job: { ...job, recipe: { ...job.recipe, batchSize: 64, limit: 10 } } },
      /batch-too-large.*64.*10/,
    ],
  ])('refuses %s by name', (_what, message, expected) => {
    expect(codeOf(message)).toMatch(expected);
  });
});
