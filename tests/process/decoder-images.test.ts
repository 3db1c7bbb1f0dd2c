/** The real decoder process on real images. Needs the built bundles. */

import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecodeOutcome, DecodeRequest, DecodeSession } from '../../src-main/datasets/decoding.ts';
import { readImageHeader } from '../../src-main/datasets/formats/imageHeader.ts';
import { openDecoderPool } from '../../src-main/decoder/pool.ts';
import { shareOfFile } from '../support/datasets/damage.ts';
import {
  encodePng,
  FIXTURE_SIZE,
  fixtureBytes,
  pngWithOrientation,
  referencePixels,
  webpWithOrientation,
  withOrientation,
} from '../support/datasets/images.ts';
import { spawnDecoder } from '../support/datasets/stores.ts';
import { temporaryFolder } from '../support/datasets/trees.ts';

const { width, height } = FIXTURE_SIZE;
const folder = temporaryFolder();
let session: DecodeSession;
let files = 0;

beforeAll(() => {
  session = openDecoderPool({ spawn: spawnDecoder(), processes: 1 }).open();
});
afterAll(() => {
  session.close();
  folder.remove();
});

/** Decodes bytes as an import would: with what their header says, as far as it says something. */
async function decode(bytes: Uint8Array, overrides: Partial<DecodeRequest> = {}): Promise<DecodeOutcome> {
  const path = join(folder.path, String(++files));
  writeFileSync(path, bytes);
  const outcome = await readImageHeader((position, length) =>
    Promise.resolve(bytes.subarray(position, position + length)),
  );
  if (!outcome.ok) return outcome;
  const { kind, orientation } = outcome.header;
  const entry = statSync(path);
  return session.decode({
    path,
    kind,
    orientation,
    bytes: entry.size,
    modifiedMs: entry.mtimeMs,
    ...FIXTURE_SIZE,
    channels: 3,
    fit: 'crop',
    background: overrides.channels === 1 ? [255] : [255, 255, 255],
    ...overrides,
  });
}

async function pixelsOf(bytes: Uint8Array, overrides: Partial<DecodeRequest> = {}): Promise<Uint8Array> {
  const outcome = await decode(bytes, overrides);
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.pixels;
}

/** Largest and mean difference of two images. */
function difference(one: Uint8Array, other: Uint8Array): { largest: number; mean: number } {
  expect(one.length).toBe(other.length);
  const all = Array.from(one, (value, index) => Math.abs(value - (other[index] ?? 0)));
  return { largest: Math.max(...all), mean: all.reduce((sum, each) => sum + each, 0) / all.length };
}

describe('conversion (hazard 26)', () => {
  it.each([
    ...['rgb.png', 'grey.png', 'interlaced.png', 'palette.png', 'bit.png'],
    ...['rgb.bmp', 'grey.bmp', 'palette.bmp', 'bit.bmp', 'lossless.webp', 'lossy.webp', 'frame.gif', 'interlaced.gif'],
  ])('keeps every value of %s', async (name) => {
    expect(difference(await pixelsOf(fixtureBytes(name)), referencePixels(name)).largest).toBe(0);
  });

  it.each(['anim.webp', 'anim.gif'])('takes the first picture of %s', async (name) => {
    expect(difference(await pixelsOf(fixtureBytes(name)), referencePixels(name)).largest).toBe(0);
  });

  it('lays transparent pixels over the background that was asked for', async () => {
    const bytes = encodePng(1, 1, Uint8Array.from([10, 20, 30, 0]));
    const green = { height: 1, width: 1, background: [0, 255, 0] };
    expect([...(await pixelsOf(bytes, green))]).toEqual([0, 255, 0]);
    const grey = encodePng(1, 1, Uint8Array.from([10, 128]));
    expect([...(await pixelsOf(grey, green))]).toEqual([5, 132, 5]);
  });

  it('knows the grey of a BMP by its palette', async () => {
    const grey = await pixelsOf(fixtureBytes('grey.bmp'), { channels: 1 });
    expect(
      difference(
        grey,
        referencePixels('grey.bmp').filter((_, index) => index % 3 === 0),
      ).largest,
    ).toBe(0);
    const bytes = fixtureBytes('grey.bmp');
    expect(await readImageHeader((from, length) => Promise.resolve(bytes.subarray(from, from + length)))).toMatchObject(
      {
        header: { kind: 'bmp', channels: 1 },
      },
    );
  });

  it.each([
    ...['rgb16.png', 'grey16.png', 'alpha.png', 'greyalpha.png', 'palettealpha.png'],
    ...['alpha.webp', 'alphalossy.webp', 'alpha.gif'],
  ])('rounds %s by at most one step', async (name) => {
    expect(difference(await pixelsOf(fixtureBytes(name)), referencePixels(name)).largest).toBeLessThanOrEqual(1);
  });

  it.each(['rgb.jpg', 'restart.jpg', 'full.jpg', 'progressive.jpg', 'grey.jpg'])(
    'reads %s as libjpeg does',
    async (name) => {
      expect(difference(await pixelsOf(fixtureBytes(name)), referencePixels(name)).largest).toBeLessThanOrEqual(2);
    },
  );

  it('turns CMYK into the colours that were meant', async () => {
    expect(difference(await pixelsOf(fixtureBytes('cmyk.jpg')), referencePixels('cmyk.jpg')).mean).toBeLessThan(3);
  });

  it('keeps one channel of grey images', async () => {
    const grey = await pixelsOf(fixtureBytes('greyalpha.png'), { channels: 1 });
    const reference = referencePixels('greyalpha.png').filter((_, index) => index % 3 === 0);
    expect(difference(grey, reference).largest).toBeLessThanOrEqual(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('makes orientation %d upright', async (orientation) => {
    const upright = orientation >= 5 ? { width: height, height: width } : FIXTURE_SIZE;
    const turned = await pixelsOf(withOrientation(fixtureBytes('full.jpg'), orientation), upright);
    const stored = referencePixels('full.jpg');
    // EXIF 2.3: where the stored first row and first column belong.
    const place = (y: number, x: number): readonly [number, number] =>
      (
        [
          [y, x],
          [y, width - 1 - x],
          [height - 1 - y, width - 1 - x],
          [height - 1 - y, x],
          [x, y],
          [x, height - 1 - y],
          [width - 1 - x, height - 1 - y],
          [width - 1 - x, y],
        ] as const
      )[orientation - 1] ?? [y, x];
    const expected = new Uint8Array(stored.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [row, column] = place(y, x);
        expected.set(stored.subarray((y * width + x) * 3, (y * width + x + 1) * 3), (row * upright.width + column) * 3);
      }
    }
    expect(difference(turned, expected).largest).toBeLessThanOrEqual(2);
  });

  it('turns PNG and WebP as EXIF says, before or behind their pixels', async () => {
    const upright = { width: height, height: width };
    const turned = await pixelsOf(withOrientation(fixtureBytes('full.jpg'), 6), upright);
    const png = fixtureBytes('rgb.png');
    const pictures = [
      pngWithOrientation(png, 6, false),
      pngWithOrientation(png, 6, true),
      webpWithOrientation(fixtureBytes('lossless.webp'), 6),
    ];
    for (const picture of pictures) {
      // The same picture as the JPEG but for what JPEG loses: most of it, had it been turned otherwise.
      expect(difference(await pixelsOf(picture, upright), turned).mean).toBeLessThan(6);
    }
    expect(difference(await pixelsOf(pngWithOrientation(png, 8, true), upright), turned).mean).toBeGreaterThan(20);
  });

  it('cuts the middle square out when it makes images smaller', async () => {
    const left = new Uint8Array(120 * 40).map((_, index) => (index % 120 < 40 ? 0 : index % 120 < 80 ? 200 : 0));
    const square = await pixelsOf(encodePng(120, 40, left), { width: 8, height: 8, channels: 1 });
    expect(square.every((value, index) => index % 8 === 0 || index % 8 === 7 || value === 200)).toBe(true);
  });
});

describe('files that are damaged (hazard 23)', () => {
  it.each([
    ...['rgb.png', 'interlaced.png', 'rgb.jpg', 'restart.jpg', 'full.jpg', 'progressive.jpg', 'cmyk.jpg'],
    ...['lossy.webp', 'lossless.webp', 'alphalossy.webp', 'anim.webp'],
    ...['rgb.bmp', 'palette.bmp', 'bit.bmp', 'frame.gif', 'anim.gif', 'interlaced.gif'],
  ])('%s is refused by name wherever it is cut', async (name) => {
    const bytes = fixtureBytes(name);
    for (
      let length = 0;
      length < bytes.length - (name.endsWith('.gif') ? 0 : 2);
      length += 1 + Math.floor(bytes.length / 150)
    ) {
      const outcome = await decode(bytes.slice(0, length));
      expect(outcome, `${name} cut to ${length} bytes`).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/Truncated|Corrupt|Empty|Not an image/),
      });
    }
  });

  it.each(['rgb.jpg', 'restart.jpg', 'full.jpg', 'progressive.jpg'])(
    '%s with a false end is refused, not grey',
    async (name) => {
      const bytes = fixtureBytes(name);
      const start = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xda])) + 20;
      for (let length = start; length < bytes.length - 12; length += 1 + Math.floor(bytes.length / 100)) {
        const ended = Buffer.concat([bytes.subarray(0, length), Buffer.from([0xff, 0xd9])]);
        expect(await decode(ended), `${name} ended after ${length} bytes`).toMatchObject({ ok: false });
      }
    },
  );

  it.each(['rgb.jpg', 'full.jpg', 'progressive.jpg'])(
    '%s with more data than pixels, or a hole of zeros, is refused',
    async (name) => {
      const bytes = fixtureBytes(name);
      const start = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xda])) + 20;
      const twice = Buffer.concat([
        bytes.subarray(0, start + 200),
        bytes.subarray(start, start + 200),
        bytes.subarray(start + 200),
      ]);
      const holed = Uint8Array.from(bytes).fill(0, start + 50, start + 250);
      for (const damaged of [twice, holed])
        expect(await decode(damaged)).toMatchObject({ ok: false, reason: expect.stringContaining('JPEG') });
    },
  );

  it('never crashes the process and never changes the size, whatever the bytes', async () => {
    const names = [
      'rgb.png',
      'interlaced.png',
      'palettealpha.png',
      'rgb.jpg',
      'progressive.jpg',
      'restart.jpg',
      'cmyk.jpg',
      'lossy.webp',
      'lossless.webp',
      'alphalossy.webp',
      'palette.bmp',
      'frame.gif',
      'anim.gif',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.record({ at: shareOfFile, value: fc.nat(255) }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (name, changes) => {
          const bytes = fixtureBytes(name);
          for (const { at, value } of changes) bytes[Math.floor(at * bytes.length)] = value;
          const outcome = await decode(bytes);
          if (outcome.ok) expect(outcome.pixels.length).toBe(width * height * 3);
          else expect(outcome.reason).not.toMatch(/crashed|never ended/);
          const isUnchanged = Buffer.from(bytes).equals(fixtureBytes(name));
          if (name.endsWith('.png') && outcome.ok && !isUnchanged) {
            // Every chunk has a checksum: what still decodes is the very same image.
            expect(difference(outcome.pixels, referencePixels(name)).largest).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('refuses a file that changed after it was scanned (hazard 34)', async () => {
    expect(await decode(fixtureBytes('rgb.png'), { bytes: 5 })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('Changed'),
    });
    expect(await decode(fixtureBytes('rgb.png'), { modifiedMs: 5 })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('Changed'),
    });
    expect(await decode(fixtureBytes('rgb.png'), { path: join(folder.path, 'gone') })).toMatchObject({
      ok: false,
      reason: 'Cannot be read (ENOENT)',
    });
  });
});
