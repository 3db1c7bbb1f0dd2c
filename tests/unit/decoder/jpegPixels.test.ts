/** Our own JPEG decoder on damaged files: it may decline what is whole, but never takes what the check refuses. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkJpeg } from '../../../src-main/decoder/jpegCheck.ts';
import { decodePlainJpeg } from '../../../src-main/decoder/jpegPixels.ts';
import { ImageProblem } from '../../../src-main/decoder/problem.ts';
import { shareOfFile } from '../../support/datasets/damage.ts';
import { FIXTURE_SIZE, fixtureBytes } from '../../support/datasets/images.ts';

const RUNS = 2_000;

/** What may happen to a file: bytes that change, a hole of zeros, an end too early, a piece that comes twice. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('change'), at: shareOfFile, size: fc.nat(255) }),
  fc.record({ kind: fc.constant('hole'), at: shareOfFile, size: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('end'), at: shareOfFile, size: fc.constant(0) }),
  fc.record({ kind: fc.constant('twice'), at: shareOfFile, size: fc.integer({ min: 1, max: 200 }) }),
);

function damaged(bytes: Uint8Array, kind: string, at: number, size: number): Uint8Array {
  const start = Math.floor(at * bytes.length);
  if (kind === 'end') return Uint8Array.from([...bytes.subarray(0, start), 0xff, 0xd9]);
  if (kind === 'twice') return Uint8Array.from([...bytes.subarray(0, start + size), ...bytes.subarray(start)]);
  return Uint8Array.from(bytes).fill(kind === 'hole' ? 0 : size, start, kind === 'hole' ? start + size : start + 1);
}

/** Whether a function finds nothing wrong. */
function passes(action: () => unknown): boolean {
  try {
    return action() !== null;
  } catch (error) {
    if (error instanceof ImageProblem) return false;
    throw error;
  }
}

it.each([
  ['rgb.jpg', 3],
  ['full.jpg', 3],
  ['restart.jpg', 3],
  ['grey.jpg', 1],
] as const)('never takes a damaged %s that the check refuses', (name, channels) => {
  const whole = fixtureBytes(name);
  expect(decodePlainJpeg(whole, { ...FIXTURE_SIZE, channels }, 2)).not.toBeNull();
  let taken = 0;
  fc.assert(
    fc.property(damage, fc.constantFrom(1, 2), ({ kind, at, size }, ratio) => {
      const bytes = damaged(whole, kind, at, size);
      if (!passes(() => decodePlainJpeg(bytes, { ...FIXTURE_SIZE, channels }, ratio === 1 ? 1 : 2))) return;
      taken++;
      expect(passes(() => (checkJpeg(bytes), true))).toBe(true);
    }),
    { numRuns: RUNS / 4 },
  );
  // Bytes that changed into other codes of the same length cannot be told; most damage is.
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(RUNS / 8);
});
