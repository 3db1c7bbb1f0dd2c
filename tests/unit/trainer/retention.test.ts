import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pastKept, selectCheckpoints } from '../../../src-main/trainer/retention.ts';

/** Checkpoints `1`, `2`, ... with these accuracies. */
function checkpoints(...accuracies: (number | null)[]) {
  return accuracies.map((accuracy, index) => ({ file: String(index + 1), accuracy }));
}

function kept(...accuracies: (number | null)[]): string[] {
  return selectCheckpoints(checkpoints(...accuracies), 0).keep.map(({ file }) => file);
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

  it('keeps epochs evenly apart to look back at, whichever came between', () => {
    let files: readonly string[] = [];
    for (let epoch = 1; epoch <= 40; epoch++) {
      const number = String(epoch).padStart(4, '0');
      const all = [...files, `epoch-${number}-step-00000007.safetensors`, `epoch-${number}.safetensors`];
      const judged = all.map((file) => ({
        file,
        accuracy: file.includes('step') ? null : file.includes('0007.') ? 1 : 0,
      }));
      files = selectCheckpoints(judged, 8).keep.map(({ file }) => file);
    }
    const epochs = files.map((file) => Number(/epoch-(\d+)/.exec(file)?.[1]));
    // Every eighth, the best, and the newest two.
    expect(epochs).toEqual([7, 8, 16, 24, 32, 40, 40]);
  });

  it('keeps fewer of large ones, and none where the disk is nearly full', () => {
    expect(pastKept(1e6, 1e9)).toBe(8);
    expect(pastKept(64e6, 1e10)).toBe(4);
    expect(pastKept(1e9, 1e12)).toBe(0);
    expect(pastKept(1e6, 3e6)).toBe(0);
  });

  it('removes exactly what it does not keep', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (accuracies) => {
        const all = checkpoints(...accuracies);
        const { keep, remove } = selectCheckpoints(all, 0);
        expect(new Set([...keep, ...remove])).toEqual(new Set(all));
        expect(keep.length).toBeLessThanOrEqual(3);
        if (all.length > 0)
          expect(Math.max(...keep.map(({ accuracy }) => accuracy ?? 0))).toBe(Math.max(...accuracies));
      }),
    );
  });
});
