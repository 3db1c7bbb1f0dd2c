import { describe, expect, it } from 'vitest';
import type { CheckpointRecord } from '../../../src-main/contract/run.ts';
import { chooseCheckpoint, describeChoice } from '../../../src-main/inference/chooseCheckpoint.ts';
import { buildRunDetail } from '../../support/buildRun.ts';

function record(epoch: number, step: number, inside = false): CheckpointRecord {
  const file = `checkpoints/epoch-000${String(epoch)}${inside ? `-step-0000000${String(step)}` : ''}.safetensors`;
  return { epoch, step, file, bytes: 1, sha256: '', createdAt: '' };
}

const BEST = record(2, 4);
const LAST = record(3, 6);
const RUN = buildRunDetail({
  id: 7,
  status: 'stopped',
  epochs: 8,
  heldOutSplit: 'validation',
  best: { epoch: 2, accuracy: 0.9 },
  checkpoints: [record(2, 3, true), BEST, LAST],
});

describe('the checkpoint that is meant', () => {
  it('is the best by held-out accuracy, and said to be', () => {
    expect(chooseCheckpoint(RUN)).toBe(BEST);
    expect(describeChoice(RUN, BEST)).toBe('Epoch 2 of 8, the best by validation accuracy.');
  });

  it('is the newest where the best is gone, or no epoch has finished', () => {
    expect(chooseCheckpoint({ ...RUN, checkpoints: [LAST] })).toBe(LAST);
    expect(describeChoice(RUN, LAST)).toBe('Epoch 3 of 8.');
    const inside = record(1, 1, true);
    expect(chooseCheckpoint({ ...RUN, best: null, checkpoints: [inside] })).toBe(inside);
    expect(describeChoice(RUN, inside)).toBe('Step 1, inside epoch 1 of 8.');
  });

  it('is that of the end of the epoch that is asked for', () => {
    expect(chooseCheckpoint(RUN, 2)).toBe(BEST);
    expect(() => chooseCheckpoint(RUN, 5)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ action: 'Choose one of the epochs 2, 3.' }) }),
    );
    expect(() => chooseCheckpoint({ ...RUN, checkpoints: [] })).toThrow('Run 7 has no checkpoint yet.');
  });
});
