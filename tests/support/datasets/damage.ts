/** Where generated damage lies in a file. */

import fc from 'fast-check';

const PARTS = 100_000;

/** A share of a file, 0 to 1 without 1, each as likely: `fc.double` hardly ever leaves the first bytes. */
export const shareOfFile: fc.Arbitrary<number> = fc
  .noBias(fc.integer({ min: 0, max: PARTS - 1 }))
  .map((part) => part / PARTS);
