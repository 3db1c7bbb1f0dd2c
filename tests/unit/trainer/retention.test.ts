import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectCheckpoints } from '../../../src-main/trainer/retention.ts';

/** Checkpoints `1`, `2`, ... with these accuracies. */
function checkpoints(...accuracies: (number | null)[]) {
  return accuracies.map((accuracy, index) => ({ file: String(index + 1), accuracy }));
}

function kept(...accuracies: (number | null)[]): string[] {
  return selectCheckpoints(checkpoints(...accuracies)).keep.map(({ file }) => file);
}

describe('selectCheckpoints', () => {
  it('keeps the newest two and the best', () => {
    expect(kept(0.1, 0.9, 0.5, 0.6, 0.7)).toEqual(['2', '4', '5']);
  });

  it('keeps just two when the best is among them', () => {
    expect(kept(0.1, 0.2, 0.3)).toEqual(['2', '3']);
  });

  it('never replaces the best by an equal one (hazard 50)', () => {
    expect(kept(0.9, 0.9, 0.1, 0.9)).toEqual(['1', '3', '4']);
  });

  it('keeps a checkpoint of a stopped epoch without letting it count as the best', () => {
    expect(kept(0.9, 0.5, 0.4, null)).toEqual(['1', '3', '4']);
  });

  it('removes exactly what it does not keep', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (accuracies) => {
        const all = checkpoints(...accuracies);
        const { keep, remove } = selectCheckpoints(all);
        expect(new Set([...keep, ...remove])).toEqual(new Set(all));
        expect(keep.length).toBeLessThanOrEqual(3);
        if (all.length > 0)
          expect(Math.max(...keep.map(({ accuracy }) => accuracy ?? 0))).toBe(Math.max(...accuracies));
      }),
    );
  });
});
