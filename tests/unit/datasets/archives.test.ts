/** Archives become folders: nothing outside, nothing twice, nothing without end (hazards 17 to 22). */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveShelf } from '../../../src-main/datasets/archives/archives.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../../../src-main/datasets/archives/unpacking.ts';
import { DenseLabError, toFailure } from '../../../src-main/contract/errors.ts';
import { shareOfFile } from '../../support/datasets/damage.ts';
import { tarOf, zipOf, type TestEntry } from '../../support/datasets/archives.ts';
import { rejectionOf } from '../../support/datasets/stores.ts';
import { fingerprint, temporaryFolder, writeTree } from '../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  writeTree(folder.path, { 'home/keep': 'k', 'canary/a': 'a' });
});
afterEach(() => folder.remove());

const text = (value: string): Uint8Array => Buffer.from(value);
const FORMS: readonly (readonly [string, (entries: readonly TestEntry[]) => Uint8Array])[] = [
  ['zip', zipOf],
  ['tar', tarOf],
  ['tar.gz', (entries) => gzipSync(tarOf(entries))],
];

/** What an archive unpacks to: contents by path, and reasons by skipped path. */
async function unpack(
  bytes: Uint8Array,
  {
    limits = ARCHIVE_LIMITS,
    signal = new AbortController().signal,
  }: { limits?: ArchiveLimits; signal?: AbortSignal } = {},
): Promise<{ files: Record<string, string>; skipped: Record<string, string> }> {
  // The name says nothing: content does.
  const path = join(folder.path, 'archive.bin');
  writeFileSync(path, bytes);
  const shelf = new ArchiveShelf(home, limits);
  const opened = await shelf.open({ kind: 'paths', paths: [path] }, { signal, onCounted: () => undefined });
  if (opened.source.kind !== 'paths') throw new Error('paths stay paths');
  const [root = ''] = opened.source.paths;
  const files: Record<string, string> = {};
  if (root !== path) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) files[file.slice(root.length + 1)] = readFileSync(file, 'utf8');
      else expect(entry.isDirectory(), `${entry.name} is a file or a folder`).toBe(true);
    }
  }
  const { skipped } = opened.describe(PREPARED);
  await opened.close(false);
  return { files, skipped: Object.fromEntries(skipped.map((file) => [file.path, file.reason])) };
}

const PREPARED = {
  format: 'folder',
  source: '',
  suggestedName: '',
  height: 1,
  width: 1,
  channels: 1,
  classNames: [],
  conversion: '',
  splitSeed: null,
  total: 0,
  splits: { train: 0, validation: 0, test: 0 },
  skipped: [],
  batches: () => {
    throw new Error('nothing is read here');
  },
} as const;

describe.each(FORMS)('a %s archive', (form, pack) => {
  it('gives its files, whatever its name', async () => {
    const entries = [
      { name: 'a/', type: '5', mode: 0o040755 },
      { name: 'a/1.txt', content: text('one') },
      { name: 'b/c/2.txt', content: text('two'.repeat(100_000)) },
    ];
    expect((await unpack(pack(entries))).files).toEqual({ 'a/1.txt': 'one', 'b/c/2.txt': 'two'.repeat(100_000) });
  });

  it('writes nothing outside its folder (hazard 17)', async () => {
    const before = fingerprint(folder.path);
    const names = [
      '../canary/a',
      '/tmp/canary',
      'a/../../../canary/a',
      'C:/x',
      'C:\\x',
      '..\\..\\canary\\a',
      '..',
      '.',
      '//x',
    ];
    const { files, skipped } = await unpack(pack([...names, 'good/1'].map((name) => ({ name, content: text('x') }))));
    expect(files).toEqual({ 'good/1': 'x' });
    expect(Object.keys(skipped).sort()).toEqual([...names].sort());
    const { 'archive.bin': _archive, ...after } = fingerprint(folder.path);
    expect(after).toEqual(before);
  });

  it('makes no link and writes through none (hazard 18)', async () => {
    const link = (name: string, target: string): TestEntry => ({
      name,
      target,
      type: '2',
      mode: 0o120777,
      content: form === 'zip' ? text(target) : new Uint8Array(0),
    });
    const entries = [
      link('out', join(folder.path, 'canary')),
      { name: 'out/a', content: text('overwritten') },
      { ...link('hard', 'out/a'), type: '1' },
    ];
    const { files, skipped } = await unpack(pack(entries));
    expect(files).toEqual({ 'out/a': 'overwritten' });
    expect(Object.keys(skipped).sort()).toEqual(['hard', 'out']);
    expect(readFileSync(join(folder.path, 'canary/a'), 'utf8')).toBe('a');
  });

  it('keeps names that differ, and tells of those that do not (hazard 19)', async () => {
    const names = ['caf\u00e9', 'cafe\u0301', 'Stra\u00dfe', 'STRASSE', 'strasse', 'x', 'x', 'x/y'];
    const { files, skipped } = await unpack(pack(names.map((name, index) => ({ name, content: text(String(index)) }))));
    // Where the disk takes two names for one, the second is told; nothing is ever lost in silence.
    expect(Object.keys(files).length + Object.keys(skipped).length).toBe(names.length);
    expect(files['x']).toBe('5');
    expect(skipped['x']).toBe('Another entry has the same name');
    expect(skipped['x/y']).toBe('A file has the name of its folder');
  });

  it('stops at a number of entries, of bytes, and at a ratio (hazard 20)', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ name: `f${index}`, content: text('x') }));
    const limits = { ...ARCHIVE_LIMITS, entries: 10 };
    expect(await rejectionOf(unpack(pack(many), { limits }))).toMatchObject({
      code: 'source-unsupported',
      message: expect.stringContaining('more than 10 entries'),
    });
    const zeros = pack([{ name: 'zeros', content: new Uint8Array(3 << 20) }]);
    expect(await rejectionOf(unpack(zeros, { limits: { ...ARCHIVE_LIMITS, bytes: 1 << 20 } }))).toMatchObject({
      message: expect.stringContaining('unpacks to more than 1 MB'),
    });
    if (form !== 'tar') {
      expect(
        await rejectionOf(unpack(zeros, { limits: { ...ARCHIVE_LIMITS, free: 1 << 20, ratio: 50 } })),
      ).toMatchObject({
        message: expect.stringContaining('times its own size'),
      });
    }
    expect(readdirSync(home)).toEqual(['keep']);
  });

  it('that is cut off anywhere is refused or read as far as it is whole, and leaves nothing (hazard 21)', async () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, index) => (index * index * 31) % 251);
    const bytes = pack([
      { name: 'a', content: noise },
      { name: 'b', content: noise },
    ]);
    for (let length = 600; length < bytes.length - 1100; length += 397) {
      const failure = await rejectionOf(unpack(bytes.subarray(0, length)).then((whole) => notWhole(whole.files)));
      expect(failure.code, `${form} cut to ${length} bytes`).toBe('source-damaged');
      expect(readdirSync(home)).toEqual(['keep']);
    }
  });

  it('is ended at once when it is cancelled, and leaves nothing', async () => {
    const controller = new AbortController();
    controller.abort();
    const bytes = pack([{ name: 'a', content: text('x') }]);
    expect(await rejectionOf(unpack(bytes, { signal: controller.signal }))).toMatchObject({ code: 'cancelled' });
    expect(readdirSync(home)).toEqual(['keep']);
  });

  it('never breaks anything but itself, whatever its bytes (hazard 22)', async () => {
    const bytes = pack([
      { name: 'a/1', content: text('one'.repeat(50)) },
      { name: 'b/2', content: text('two'.repeat(50)) },
    ]);
    const change = fc.record({ at: shareOfFile, value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, value } of changes) damaged[Math.floor(at * bytes.length)] = value;
        try {
          await unpack(damaged);
        } catch (error) {
          if (!(error instanceof DenseLabError)) throw error;
          expect(toFailure(error).code).toMatch(/^source-|^disk-full$/);
        }
        expect(readdirSync(home)).toEqual(['keep']);
      }),
      { numRuns: 300 },
    );
  });
});

/** Files that a cut archive still gives must not be all of them. */
function notWhole(files: Record<string, string>): never {
  if (Object.keys(files).length < 2) throw new DenseLabError('source-damaged', 'A part.', 'None.');
  throw new Error('a cut archive was taken for a whole one');
}

describe('a zip that lies (hazard 21)', () => {
  it.each([
    ['a smaller size', { saidSize: 10 }],
    ['a larger size', { saidSize: 5000 }],
    ['another checksum', { saidChecksum: 1 }],
    ['a smaller size, stored', { saidSize: 10, stored: true }],
  ])('of %s loses that file, by name', async (_, lie) => {
    const bytes = zipOf([
      { name: 'good', content: text('good') },
      { name: 'bad', content: text('bad'.repeat(1000)), ...lie },
    ]);
    const outcome = await unpack(bytes).catch((error: unknown) => toFailure(error));
    if ('files' in outcome) {
      expect(outcome.files).toEqual({ good: 'good' });
      expect(outcome.skipped['bad']).toMatch(/^Damaged in the archive/);
    } else expect(outcome.code).toBe('source-damaged');
  });

  it('with entries that share their bytes is a bomb', async () => {
    const content = Uint8Array.from({ length: 4000 }, (_, index) => (index * index * 31) % 251);
    const honest = Buffer.from(
      zipOf(Array.from({ length: 4 }, (_, index) => ({ name: `f${index}`, content, stored: true }))),
    );
    // Every directory entry points at the first file, and the others are cut out.
    const one = zipOf([{ name: 'f0', content, stored: true }]).length - 22 - 48;
    const directory = honest.subarray(one * 4, honest.length - 22);
    for (let entry = 0; entry < 4; entry++) directory.writeUInt32LE(0, entry * 48 + 42);
    const end = Buffer.from(honest.subarray(honest.length - 22));
    end.writeUInt32LE(one, 16);
    const bomb = Buffer.concat([honest.subarray(0, one), directory, end]);
    expect(await rejectionOf(unpack(bomb))).toMatchObject({ message: expect.stringContaining('entries that overlap') });
  });
});

describe('what a preview has unpacked', () => {
  it('serves the import, and is gone after it', async () => {
    const path = join(folder.path, 'x.zip');
    writeFileSync(path, zipOf([{ name: 'a', content: text('1') }]));
    const shelf = new ArchiveShelf(home);
    let counted = 0;
    const options = { signal: new AbortController().signal, onCounted: () => void counted++ };
    const source = { kind: 'paths', paths: [path] } as const;
    await (await shelf.open(source, options)).close(true);
    expect(counted).toBe(1);
    const again = await shelf.open(source, options);
    expect(counted).toBe(1);
    if (again.source.kind === 'paths') expect(existsSync(join(again.source.paths[0] ?? '', 'a'))).toBe(true);
    await again.close(false);
    expect(readdirSync(home)).toEqual(['keep']);
  });
});
