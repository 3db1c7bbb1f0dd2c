import { describe, expect, it } from 'vitest';
import { lookFor } from '../../../src-renderer/drawing/judgement.ts';
import { buildJudgement } from '../../support/buildRun.ts';

const JUDGEMENT = buildJudgement('test');

function positions(looked: Parameters<typeof lookFor>[1], most = 10): readonly number[] {
  return lookFor(JUDGEMENT, looked, most).map(({ position }) => position);
}

describe('judged images', () => {
  it('that are wrong come the surest first', () => {
    expect(positions({ kind: 'surestWrong' })).toEqual([8, 9, 7]);
  });

  it('that are worst come by their loss, right or wrong', () => {
    expect(positions({ kind: 'worst' }, 4)).toEqual([9, 8, 7, 6]);
  });

  it('that are best are right, the surest first', () => {
    expect(positions({ kind: 'best' }, 3)).toEqual([4, 0, 1]);
  });

  it('of a cell are those of that class that were told to be the other', () => {
    expect(positions({ kind: 'cell', label: 2, predicted: 4 })).toEqual([8, 7]);
    expect(positions({ kind: 'cell', label: 0, predicted: 4 })).toEqual([]);
  });

  it('name their place in the whole version', () => {
    expect(lookFor(JUDGEMENT, { kind: 'surestWrong' }, 1)[0]).toMatchObject({
      image: 50_008,
      label: 2,
      predicted: 4,
      loss: 3.5,
    });
  });
});
