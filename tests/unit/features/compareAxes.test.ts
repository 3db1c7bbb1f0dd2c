import { describe, expect, it } from 'vitest';
import { distinctNames } from '../../../src-renderer/features/compare/compareAxes.ts';

describe('names beside curves', () => {
  it('leave out the words with which all of them begin', () => {
    expect(distinctNames(['DenseNet-BC-22 k=6 seed 1', 'DenseNet-BC-40 k=12 seed 3'], 16)).toEqual([
      '22 k=6 seed 1',
      '40 k=12 seed 3',
    ]);
  });

  it('leave out the words with which all of them end, and stay different where only their middle differs', () => {
    const sweep = [6, 12].flatMap((k) =>
      [22, 40].flatMap((depth) =>
        [1, 2].map((seed) => `DenseNet-BC (L=${String(depth)}, k=${String(k)}), seed ${String(seed)} on fashion-mnist`),
      ),
    );
    const names = distinctNames([...sweep, 'ResNet-20 (A), seed 1 on fashion-mnist'], 18);
    expect(new Set(names).size).toBe(9);
    expect(names[0]).toBe('…L=22 k=6 seed 1');
    expect(names[8]).toBe('ResNet-20 A seed 1');
    for (const name of names) expect(name.length).toBeLessThanOrEqual(18);
  });

  it('are never empty, and are cut in their middle where they are long', () => {
    expect(distinctNames(['Run 1', 'Run 1'], 14)).toEqual(['1', '1']);
    expect(distinctNames(['a very long name that ends in 7', 'b'], 9)).toEqual(['a ve…in 7', 'b']);
  });
});
