/** The order of names decides which image is which: it is the same however many there are, and however they are sorted. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNaturally, sortNaturally } from '../../../src-main/datasets/formats/naturalOrder.ts';

describe('natural order', () => {
  it('counts, ignores leading zeros until nothing else differs, and puts the shorter first', () => {
    const sorted = [
      '',
      '-1',
      '01',
      '1',
      '2',
      '10',
      'a',
      'a1',
      'a01.png',
      'a1.png',
      'a2',
      'a10',
      'a-1',
      'ab',
      'b',
      '\u00e9',
    ];
    expect([...sorted].reverse().sort(compareNaturally)).toEqual(sorted);
  });

  it('of many names is that of any two of them', async () => {
    const letter = fc.constantFrom('0', '1', '9', 'a', 'b', '-', '.', '/', ':', '\u{1F600}');
    const name = fc.string({ unit: letter, maxLength: 6 });
    const names = fc.sample(name, { numRuns: 12_000, seed: 1 });
    const sorted = await sortNaturally(names);
    expect(sorted).toEqual([...names].sort(compareNaturally));
    sorted.forEach((one, place) => {
      if (place > 0) expect(byPieces(sorted[place - 1] ?? '', one)).toBeLessThanOrEqual(0);
    });
  });
});

/** The order as its definition has it: piece by piece. */
function byPieces(one: string, other: string): number {
  const [left, right] = [one, other].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (const [index, piece] of (left ?? []).entries()) {
    const against = right?.[index];
    if (against === undefined) break;
    const isNumber = /^\d/.test(piece) && /^\d/.test(against);
    const order = isNumber ? Number(piece) - Number(against) : compare(piece, against);
    if (order !== 0) return order;
  }
  return (left?.length ?? 0) - (right?.length ?? 0) || compare(one, other);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
