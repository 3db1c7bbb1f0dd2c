import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, listOf, nearest } from '../../../src-main/model/nearest.ts';

describe('editDistance', () => {
  it.each([
    ['train', 'train', 0],
    ['trian', 'train', 1],
    ['Train', 'train', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %d', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is the same both ways, and zero only for the same word', () => {
    const words = fc.string({ maxLength: 8 }).map((word) => word.toLowerCase());
    fc.assert(
      fc.property(words, words, (from, to) => {
        expect(editDistance(from, to)).toBe(editDistance(to, from));
        expect(editDistance(from, to) === 0).toBe(from === to);
      }),
    );
  });
});

describe('nearest', () => {
  it('puts the most alike first and leaves out what is not alike', () => {
    expect(nearest('dataset', ['datasets', 'describe', 'train'], 1)).toEqual(['datasets']);
    expect(nearest('xyz', ['datasets', 'train'])).toEqual([]);
  });
});

describe('listOf', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('%j', (words, text) => {
    expect(listOf(words)).toBe(text);
  });
});
