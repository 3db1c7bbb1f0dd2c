/** SVHN's MATLAB files: what scipy wrote is read value for value; lengths that lie are told (hazards 21, 22). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  arrayFixture,
  madeImages,
  prepareArrayPaths,
  readArrays,
  readOrRefuse,
} from '../../../support/datasets/arrays.ts';
import { rejectionOf } from '../../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const TRAIN = readFileSync(arrayFixture('svhn-plain/train_32x32.mat'));
const TEST = readFileSync(arrayFixture('svhn-plain/test_32x32.mat'));

describe('SVHN', () => {
  it.each(['svhn', 'svhn-plain'])('is read as scipy wrote it (%s): columns become rows, 10 becomes 0', async (name) => {
    const { source, splits, classes, pixels } = await readArrays([arrayFixture(name)]);
    expect(source).toMatchObject({ format: 'svhn', suggestedName: 'svhn', classNames: [...'0123456789'] });
    expect(splits).toEqual(['train', 'train', 'train', 'train', 'test', 'test']);
    expect(classes).toEqual(['0', '1', '0', '1', '0', '1']);
    expect(pixels).toEqual(madeImages(0, 6, 32, 32, 3));
  });

  it('takes the extra images only when they are chosen', async () => {
    writeTree(folder.path, { 'train_32x32.mat': TRAIN, 'test_32x32.mat': TEST, 'extra_32x32.mat': TRAIN });
    expect((await prepareArrayPaths([folder.path])).splits).toEqual({ train: 4, validation: 0, test: 2 });
    expect((await prepareArrayPaths([folder.path], { choice: 'with extra' })).splits.train).toBe(8);
  });
});

/** A plain file with one field changed: [byte, value] as uint32. */
function changed(at: number, value: number): Uint8Array {
  const bytes = Buffer.from(TRAIN);
  bytes.writeUInt32LE(value, at);
  return bytes;
}

describe('a MATLAB file', () => {
  // Header 128, tag 8, flags 16, then the tag of the dimensions and four of them.
  const dimensions = 128 + 8 + 16 + 8;
  const cases: Record<string, [Uint8Array, string]> = {
    'cut off': [TRAIN.subarray(0, 9000), 'breaks off: the element at byte 128 says'],
    'without a byte order': [
      Buffer.concat([TRAIN.subarray(0, 126), Buffer.from('??'), TRAIN.subarray(128)]),
      'no byte order in its header',
    ],
    'with four billion images': [changed(dimensions + 12, 0x7fffffff), 'says 32 x 32 x 3 x 2147483647 numbers'],
    'of negative size': [changed(dimensions, 0xffffffff), 'says that "X" has -1 x 32'],
    'of dimensions without end': [changed(dimensions - 4, 0x10000000), 'whose dimensions take'],
    'that unpacks to nothing': [
      (() => {
        const packed = deflateSync(Buffer.alloc(3));
        const tag = Buffer.alloc(8);
        tag.writeUInt32LE(15, 0);
        tag.writeUInt32LE(packed.length, 4);
        return Buffer.concat([TRAIN.subarray(0, 128), tag, packed]);
      })(),
      'breaks off inside a variable',
    ],
  };
  it.each(Object.keys(cases))('%s is refused by name', async (what) => {
    const [bytes, message] = cases[what] ?? [new Uint8Array(0), ''];
    writeTree(folder.path, { 'train_32x32.mat': bytes, 'test_32x32.mat': TEST });
    const failure = await rejectionOf(readArrays([folder.path]));
    expect(failure).toMatchObject({ code: 'source-damaged', message: expect.stringContaining('train_32x32.mat') });
    expect(failure.message).toContain(message);
  });

  it('with other variables says which', async () => {
    const bytes = Buffer.from(TRAIN);
    bytes.write('Z', bytes.indexOf('X', 128), 'latin1');
    writeTree(folder.path, { 'other.mat': bytes });
    const failure = await rejectionOf(prepareArrayPaths([join(folder.path, 'other.mat')]));
    expect(failure).toMatchObject({
      code: 'source-unsupported',
      message: 'other.mat holds Z, y, where SVHN has X and y.',
    });
  });

  it('never does more than fail by name, whatever its bytes', async () => {
    const packed = readFileSync(arrayFixture('svhn/train_32x32.mat'));
    writeTree(folder.path, { 'test_32x32.mat': TEST });
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(260), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (isPacked, changes) => {
          const bytes = Uint8Array.from(isPacked ? packed : TRAIN);
          for (const [at, value] of changes) bytes[at] = value;
          writeTree(folder.path, { 'train_32x32.mat': bytes });
          const read = await readOrRefuse([folder.path]);
          if (read !== null) expect(read.pixels.length % read.classes.length).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});
