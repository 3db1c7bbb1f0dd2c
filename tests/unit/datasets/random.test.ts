import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOrder } from '../../../src-main/datasets/order.ts';
import { createRandom } from '../../../src-main/datasets/random.ts';

describe('createRandom', () => {
  it('gives the same numbers on every machine and in every version', () => {
    const random = createRandom(1, 2);
    expect([random.bits(), random.bits(), random.bits(), random.bits()]).toEqual([
      2672178190, 1383466527, 1733910691, 3217714435,
    ]);
  });

  it('gives unrelated streams for neighbouring, swapped and large words', () => {
    const firsts = [[1], [2], [1, 0], [0, 1], [1, 2], [2, 1], [2 ** 40], [2 ** 40 + 2 ** 33]].map((words) =>
      createRandom(...words).bits(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('favours no part of a bound that does not divide 2^32', () => {
    const random = createRandom(3);
    const third = 2 ** 30;
    let low = 0;
    for (let draw = 0; draw < 30_000; draw++) if (random.below(3 * third) < third) low++;
    // Expected 10,000, deviation 82; a plain remainder would give 15,000.
    expect(Math.abs(low - 10_000)).toBeLessThan(500);
  });

  it('spreads below a bound evenly', () => {
    const random = createRandom(5);
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) {
      const drawn = random.below(7);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    // Five standard deviations of a binomial count around 10,000.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(700);
  });
});

describe('batchOrder', () => {
  it('is a permutation, and a pure function of seed, epoch and count', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(1000), fc.integer({ min: 0, max: 300 }), (seed, epoch, count) => {
        const order = batchOrder(seed, epoch, count);
        expect([...order].sort((one, other) => one - other)).toEqual(
          Array.from({ length: count }, (_, index) => index),
        );
        expect(batchOrder(seed, epoch, count)).toEqual(order);
      }),
    );
  });

  it('differs between epochs and seeds', () => {
    const orders = [batchOrder(1, 1, 100), batchOrder(1, 2, 100), batchOrder(2, 1, 100)].map(String);
    expect(new Set(orders).size).toBe(3);
  });

  it('is frozen: stored runs resume in this order', () => {
    expect([...batchOrder(1, 1, 10)]).toEqual([5, 3, 0, 9, 4, 8, 2, 7, 6, 1]);
  });
});
