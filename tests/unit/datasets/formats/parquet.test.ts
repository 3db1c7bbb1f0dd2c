/** Parquet tables as the hub has them: what pyarrow wrote is read, whatever packs it; damage is named (hazards 21, 22). */

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DenseLabError } from '../../../../src-main/contract/errors.ts';
import { openParquet } from '../../../../src-main/datasets/formats/parquetTable.ts';
import { arrayFixture, prepareArrayPaths } from '../../../support/datasets/arrays.ts';
import { rejectionOf } from '../../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

describe('a Parquet dataset', () => {
  it.each(['snappy', 'zstd', 'gzip', 'none'])('packed by %s is read: shards, splits, class names', async (codec) => {
    const root = arrayFixture(`parquet-${codec}`);
    for (const path of [root, join(root, 'data'), join(root, 'data/train-00001-of-00002.parquet')]) {
      const source = await prepareArrayPaths([path]);
      expect(source).toMatchObject({
        format: 'parquet',
        classNames: ['even', 'odd'],
        height: 10,
        width: 9,
        channels: 3,
      });
      expect(source).toMatchObject({
        splits: { train: 4, validation: 0, test: 2 },
        skipped: [],
        suggestedName: `parquet-${codec}`,
      });
    }
  });

  it('is also found with a folder for each split', async () => {
    const data = arrayFixture('parquet-snappy/data');
    for (const [from, to] of [
      ['train-00000-of-00002', 'train/0000'],
      ['test-00000-of-00001', 'test/0000'],
    ]) {
      cpSync(join(data, `${from ?? ''}.parquet`), join(folder.path, `default/${to ?? ''}.parquet`), {
        recursive: true,
      });
    }
    expect((await prepareArrayPaths([folder.path])).splits).toEqual({ train: 2, validation: 0, test: 2 });
  });
});

describe('a Parquet file', () => {
  const name = 'train-00000-of-00002.parquet';
  const whole = readFileSync(arrayFixture('parquet-snappy/data', name));
  const withLength = (length: number): Uint8Array => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(length, bytes.length - 8);
    return bytes;
  };
  const cases: Record<string, [Uint8Array, string]> = {
    'cut off': [whole.subarray(0, whole.length - 100), 'does not end with PAR1'],
    'whose description is longer than it': [
      withLength(0x7fffffff),
      'says that its description has 2,147,483,647 bytes',
    ],
    'whose description begins elsewhere': [withLength(40), 'is damaged'],
    'with a spoilt page': [
      Buffer.concat([whole.subarray(0, 4), Buffer.alloc(600, 0xff), whole.subarray(604)]),
      'is damaged',
    ],
  };
  it.each(Object.keys(cases))('%s is refused by name', async (what) => {
    const [bytes, message] = cases[what] ?? [new Uint8Array(0), ''];
    writeTree(folder.path, { [name]: bytes });
    const failure = await rejectionOf(prepareArrayPaths([folder.path]));
    expect(failure).toMatchObject({ code: 'source-damaged', message: expect.stringContaining(name) });
    expect(failure.message).toContain(message);
  });

  it('whose runs are longer than its rows is refused before they are written out', async () => {
    const plain = readFileSync(arrayFixture('parquet-none/data', name));
    // The levels of a page of one row: two bytes, a run of 1.
    const levels = plain.indexOf(Buffer.from([2, 0, 0, 0, 2, 1]));
    const runs: readonly [readonly number[], string][] = [
      [[2, 0, 0, 0, 0x7e, 1], 'a run of 63 values where 1 are left'],
      [[4, 0, 0, 0, 0xfe, 0xff, 0xff, 0x7f], 'a run of 134217727 values where 1 are left'],
      [[0xff, 0xff, 0xff, 0x7f], 'breaks off inside its levels'],
    ];
    for (const [bytes, message] of runs) {
      const bomb = Uint8Array.from(plain);
      bomb.set(bytes, levels);
      writeTree(folder.path, { [name]: bomb });
      expect(await rejectionOf(prepareArrayPaths([folder.path]))).toMatchObject({
        code: 'source-damaged',
        message: expect.stringContaining(message),
      });
    }
  });

  it('whose description counts what is not there is refused before it is believed', async () => {
    // A list of 2^28 truths in two bytes each, then the length of the whole and PAR1.
    const description = Buffer.from([0x19, 0xf1, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00]);
    const tail = Buffer.from([description.length, 0, 0, 0, ...Buffer.from('PAR1')]);
    writeTree(folder.path, { [name]: Buffer.concat([Buffer.from('PAR1'), description, tail]) });
    expect(await rejectionOf(prepareArrayPaths([folder.path]))).toMatchObject({
      code: 'source-damaged',
      message: expect.stringContaining('counts 268435456 elements'),
    });
  });

  it('never does more than fail by name, whatever its description says', async () => {
    const footer = whole.readUInt32LE(whole.length - 8);
    const first = whole.length - 8 - footer;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: first, max: whole.length - 5 }), fc.nat(255)), {
          minLength: 1,
          maxLength: 3,
        }),
        async (changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          writeTree(folder.path, { [name]: bytes });
          try {
            const table = await openParquet(join(folder.path, name));
            for (let group = 0; group + 1 < table.groups.length; group++) await table.readGroup(group, 'label');
          } catch (error) {
            if (!(error instanceof DenseLabError)) throw error;
            expect(error.failure.code).toMatch(/^source-(damaged|unsupported)$/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
