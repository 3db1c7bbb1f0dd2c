/**
 * 2,000 generated corrupt and odd files through the real decoder processes, and hostile sources beside a canary tree. Needs the
 * built bundles. The seed is logged; FC_SEED repeats a run.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SkippedFile } from '../../src-main/contract/dataset.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import { openDatasetStore, type DatasetStore } from '../../src-main/datasets/store.ts';
import { openDecoderPool } from '../../src-main/decoder/pool.ts';
import { shareOfFile } from '../support/datasets/damage.ts';
import { tarOf, zipOf } from '../support/datasets/archives.ts';
import { encodePng, fixtureBytes, referencePixels } from '../support/datasets/images.ts';
import { importOptions, spawnDecoder } from '../support/datasets/stores.ts';
import { fingerprint, temporaryFolder, writeTree } from '../support/datasets/trees.ts';

const FILES = 2000;
const NAMES = [
  ...['rgb.png', 'grey.png', 'interlaced.png', 'palettealpha.png', 'rgb16.png', 'alpha.png'],
  ...['rgb.jpg', 'progressive.jpg', 'restart.jpg', 'cmyk.jpg', 'grey.jpg'],
  ...['lossy.webp', 'lossless.webp', 'alphalossy.webp', 'anim.webp'],
  ...['rgb.bmp', 'palette.bmp', 'bit.bmp', 'frame.gif', 'interlaced.gif', 'anim.gif'],
];

let folder: ReturnType<typeof temporaryFolder>;
let source: string;
let store: DatasetStore;

beforeEach(async () => {
  folder = temporaryFolder();
  source = join(folder.path, 'source');
  writeTree(folder.path, { 'canary/a.txt': 'a', 'canary/deep/b.bin': 'b', 'home/keep': 'c' });
  store = await openDatasetStore(join(folder.path, 'home'), { decoder: openDecoderPool({ spawn: spawnDecoder() }) });
});
afterEach(() => folder.remove());

interface OddFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Untouched, so that it must come in. */
  readonly isWhole: boolean;
}

const fixture = fc.constantFrom(...NAMES);
const oddFile: fc.Arbitrary<OddFile> = fc.oneof(
  fixture.map((name) => ({ name, bytes: fixtureBytes(name), isWhole: true })),
  fc.tuple(fixture, shareOfFile).map(([name, at]) => {
    const whole = fixtureBytes(name);
    return { name: `cut ${name}`, bytes: whole.slice(0, Math.floor(at * (whole.length - 2))), isWhole: false };
  }),
  fc
    .tuple(fixture, fc.array(fc.tuple(shareOfFile, fc.nat(255)), { minLength: 1, maxLength: 8 }))
    .map(([name, changes]) => {
      const bytes = fixtureBytes(name);
      for (const [at, value] of changes) bytes[Math.floor(at * bytes.length)] = value;
      return { name: `flipped ${name}`, bytes, isWhole: Buffer.from(bytes).equals(fixtureBytes(name)) };
    }),
  fc.tuple(fixture, fixture, shareOfFile).map(([one, other, at]) => {
    const [head, tail] = [fixtureBytes(one), fixtureBytes(other)];
    const bytes = Buffer.concat([
      head.subarray(0, Math.floor(at * head.length)),
      tail.subarray(Math.floor(at * tail.length)),
    ]);
    return { name: `spliced ${one} ${other}`, bytes, isWhole: false };
  }),
  fc.tuple(fixture, shareOfFile, fc.nat(4000)).map(([name, at, length]) => {
    const bytes = fixtureBytes(name);
    const from = Math.floor(at * bytes.length);
    return { name: `holed ${name}`, bytes: bytes.fill(0, from, from + length), isWhole: false };
  }),
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => ({ name: 'noise', bytes, isWhole: false })),
  fc.constantFrom('<!doctype html><html>', '<svg/>', '%PDF-1.4', 'BM is a text', 'GIF89a', 'RIFF', '').map((words) => ({
    name: 'words',
    bytes: Buffer.from(words),
    isWhole: false,
  })),
);

describe('generated corrupt and odd files (hazards 23 to 27)', () => {
  it(`${FILES} of them: each comes in or is named, the whole ones all, and no process dies`, async () => {
    const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed}`);
    const files = fc.sample(oddFile, { numRuns: FILES, seed });
    files.forEach(({ bytes }, index) => {
      const directory = join(source, index % 2 === 0 ? 'even' : 'odd');
      mkdirSync(directory, { recursive: true });
      // Names of files say nothing.
      writeFileSync(join(directory, `${index}.${['png', 'jpg', 'txt', 'gif'][index % 4] ?? ''}`), bytes);
    });
    const detail = await store.import({ source: { kind: 'paths', paths: [source] } }, importOptions());
    expect(detail.images + detail.skippedCount).toBe(FILES);
    const lines = readFileSync(join(store.directoryOf(detail.id), 'skipped.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const reasons = new Map(lines.map((line) => skippedIn(line)));
    files.forEach(({ name, isWhole, bytes }, index) => {
      const reason = reasons.get(index);
      if (isWhole) expect(reason, `${name}, file ${index}`).toBeUndefined();
      if (bytes.length === 0) expect(reason).toBe('Empty file');
      if (reason === undefined) return;
      expect(reason, `${name}, file ${index}`).not.toMatch(/crash|never ended|another size|undefined/);
      if (name.startsWith('cut') && bytes.length > 600) expect(reason).toMatch(/^(Truncated|Corrupt)/);
    });
    // Files that were cut never come in: not even with a grey rest.
    const cut = files.flatMap(({ name }, index) => (name.startsWith('cut') ? [index] : []));
    expect(cut.filter((index) => !reasons.has(index)).map((index) => files[index]?.name)).toEqual([]);
    expect(cut.length).toBeGreaterThan(100);
  }, 90_000);

  it('the pixels of what comes in as PNG are those of the file', async () => {
    const whole = ['rgb.png', 'interlaced.png', 'palette.png'] as const;
    writeTree(
      source,
      Object.fromEntries([...whole, ...whole].map((name, index) => [`${index % 2}/${index}`, fixtureBytes(name)])),
    );
    const detail = await store.import({ source: { kind: 'paths', paths: [source] } }, importOptions());
    const { images, pixels } = await store.images(detail.id, { filter: {}, offset: 0, limit: 10 });
    images.forEach(({ origin }, at) => {
      const reference = referencePixels(whole[Number(origin.split('/')[1]) % 3] ?? 'rgb.png');
      expect(Buffer.from(pixels.subarray(at * 2880, (at + 1) * 2880)).equals(reference), origin).toBe(true);
    });
  });
});

describe('hostile sources (hazards 17 to 20, 25, 31, 32)', () => {
  it('leave everything around the data folder as it was, byte for byte', async () => {
    const png = encodePng(8, 8, 9);
    const whole = {
      ...Object.fromEntries(['a', 'b'].flatMap((name) => [0, 1, 2].map((at) => [`${name}/${at}.png`, png]))),
    };
    const entries = [
      ...Object.entries(whole).map(([name, content]) => ({ name, content })),
      { name: '../canary/a.txt', content: Buffer.from('overwritten') },
      { name: join(folder.path, 'canary/a.txt'), content: Buffer.from('overwritten') },
      { name: '..\\..\\home\\keep', content: Buffer.from('overwritten') },
      { name: 'link', target: folder.path, type: '2', mode: 0o120777, content: Buffer.from('') },
      { name: 'link/canary/a.txt', content: Buffer.from('overwritten') },
      { name: 'a/0.png', content: Buffer.from('again') },
    ];
    writeTree(folder.path, {
      'sources/evil.zip': zipOf(entries),
      'sources/evil.tar': tarOf(entries),
      'sources/evil.tgz': gzipSync(tarOf(entries)),
      'sources/cut.tgz': gzipSync(tarOf(entries)).subarray(0, 300),
      'sources/folder/a/0.png': png,
      'sources/folder/a/1.png': png,
      'sources/folder/b/0.png': png,
      'sources/folder/b/1.png': png,
      'sources/folder/b/bomb.png': pixelBomb(),
      'sources/folder/..%2f..%2fcanary/0.png': png,
    });
    symlinkSync(join(folder.path, 'canary'), join(folder.path, 'sources/folder/b/out'));
    execFileSync('mkfifo', [join(folder.path, 'sources/folder/b/pipe.png')]);
    const before = fingerprint(join(folder.path, 'canary'));
    const beforeSources = readdirSync(join(folder.path, 'sources'), { recursive: true }).sort();
    const outcomes: string[] = [];
    for (const name of ['evil.zip', 'evil.tar', 'evil.tgz', 'cut.tgz', 'folder']) {
      const request = { source: { kind: 'paths', paths: [join(folder.path, 'sources', name)] } } as const;
      const outcome = await store.import(request, importOptions()).catch((error: unknown) => toFailure(error));
      outcomes.push('code' in outcome ? outcome.code : `${outcome.images} images, ${outcome.skippedCount} skipped`);
    }
    // Skipped of the folder: the bomb, the link, the pipe, and the folder whose name begins with a dot.
    expect(outcomes.slice(0, 4)).toEqual([...outcomes.slice(0, 3).map(() => '6 images, 7 skipped'), 'source-damaged']);
    expect(outcomes[4]).toBe('4 images, 4 skipped');
    expect(fingerprint(join(folder.path, 'canary'))).toEqual(before);
    expect(readdirSync(join(folder.path, 'sources'), { recursive: true }).sort()).toEqual(beforeSources);
    expect(readdirSync(folder.path).sort()).toEqual(['canary', 'home', 'sources']);
    expect(readdirSync(join(folder.path, 'home')).sort()).toEqual(['datasets', 'keep']);
    expect(readdirSync(join(folder.path, 'home/datasets')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** Number of the file, and why it was left out. */
function skippedIn(line: string): readonly [number, string] {
  const { path, reason } = JSON.parse(line) as SkippedFile;
  return [Number(/(\d+)\.\w+$/.exec(path)?.[1]), reason];
}

/** A PNG of 30,000 x 30,000 in a few hundred bytes. */
function pixelBomb(): Uint8Array {
  const bytes = Buffer.from(encodePng(8, 8, 1));
  bytes.writeUInt32BE(30_000, 16);
  bytes.writeUInt32BE(30_000, 20);
  return bytes;
}
