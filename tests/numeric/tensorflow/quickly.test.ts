/** The addon that decodes common images, beside the long way that judges files: TensorFlow's libjpeg, Rust's PNG, our own filters. */

import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodeRequest } from '../../../src-main/datasets/decoding.ts';
import { probeImage } from '../../../src-main/datasets/formats/probeImage.ts';
import { decodeFile } from '../../../src-main/decoder/decodeFile.ts';
import type { ImageAddon } from '../../../src-main/decoder/imageAddon.ts';
import { loadImageAddon } from '../../../src-main/decoder/imageAddon.ts';
import { decodeQuickly, probeQuickly } from '../../../src-main/decoder/quickly.ts';
import { loadBinding } from '../../../src-main/tensorflow/binding.ts';
import { shareOfFile } from '../../support/datasets/damage.ts';
import {
  fixture,
  fixtureBytes,
  PNG_SIGNATURE,
  pngChunk,
  pngHeader,
  withOrientation,
} from '../../support/datasets/images.ts';
import { temporaryFolder } from '../../support/datasets/trees.ts';

/** Colours at half the size across and down, across only, and at full size; grey; what ImageMagick writes around pixels. */
const PLAIN = [
  ...['rgb.jpg', 'restart.jpg', 'full.jpg', 'grey.jpg'],
  ...['rgb.png', 'grey.png', 'alpha.png', 'greyalpha.png'],
];
const OTHERS = ['progressive.jpg', 'cmyk.jpg', 'interlaced.png', 'rgb16.png', 'lossy.webp', 'rgb.bmp', 'frame.gif'];

const addon = theAddon();

function theAddon(): ImageAddon {
  const loaded = loadImageAddon();
  if (loaded === null) throw new Error('set-up compiled no image decoder');
  return loaded;
}

function requestOf(content: Uint8Array, changes: Partial<DecodeRequest>): DecodeRequest {
  const kind = content[0] === 0x89 ? 'png' : 'jpeg';
  const background = changes.channels === 1 ? [77] : [10, 200, 90];
  const file = { path: 'x', kind, bytes: content.length, modifiedMs: 0, orientation: 1, content } as const;
  return { ...file, height: 12, width: 12, channels: 3, fit: 'crop', background, ...changes };
}

/** Null where the addon declines. */
function quickly(request: DecodeRequest): Buffer | null {
  const pixels = Buffer.alloc(request.height * request.width * request.channels);
  return decodeQuickly(addon, request, pixels) ? pixels : null;
}

async function thoroughly(request: DecodeRequest): Promise<Buffer | string> {
  const outcome = await decodeFile(request, () => Promise.resolve(void loadBinding()));
  return outcome.ok ? Buffer.from(outcome.pixels) : outcome.reason;
}

const edge = fc.integer({ min: 1, max: 60 });
const wish: fc.Arbitrary<Partial<DecodeRequest>> = fc.record({
  height: edge,
  width: edge,
  channels: fc.constantFrom(1, 3),
  fit: fc.constantFrom('crop', 'pad', 'stretch'),
  orientation: fc.integer({ min: 1, max: 8 }),
});

/** Any bytes are rows of a PNG: each begins with its filter. */
const anyPng = fc
  .record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    type: fc.constantFrom(0, 2, 4, 6),
  })
  .chain(({ height, width, type }) => {
    const length = 1 + width * { 0: 1, 2: 3, 4: 2, 6: 4 }[type];
    const rows = fc.uint8Array({ minLength: height * length, maxLength: height * length });
    const ways = fc.record({ filters: fc.integer({ min: 0, max: 4 }), level: fc.integer({ min: 0, max: 9 }) });
    return fc.tuple(rows, ways).map(([bytes, { filters, level }]) => {
      for (let at = 0, row = 0; at < bytes.length; at += length, row++) bytes[at] = (filters + row) % 5;
      const data = deflateSync(bytes, { level });
      const cut = data.length >> 1;
      const pieces = [pngChunk('IDAT', data.subarray(0, cut)), pngChunk('IDAT', data.subarray(cut))];
      return Uint8Array.from(
        Buffer.concat([PNG_SIGNATURE, pngHeader(width, height, type), ...pieces, pngChunk('IEND', new Uint8Array(0))]),
      );
    });
  });

describe('common images have the pixels of the long way', () => {
  it.each(PLAIN)('%s, however it is converted', async (name) => {
    const content = fixtureBytes(name);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(wish, async (changes) => {
        const request = requestOf(content, changes);
        const pixels = quickly(request);
        // Colours at half the size across only are spread without smoothing at an eighth: that is left to libjpeg.
        if (pixels === null) return expect(name).toBe('restart.jpg');
        taken++;
        expect(pixels.equals(Buffer.from(await thoroughly(request)))).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(40);
  });

  it('a PNG of any bytes under any filters', async () => {
    await fc.assert(
      fc.asyncProperty(anyPng, wish, async (content, changes) => {
        const request = requestOf(content, changes);
        expect(quickly(request)?.equals(Buffer.from(await thoroughly(request)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each(OTHERS)('%s is left to the long way', (name) => {
    expect(quickly(requestOf(fixtureBytes(name), {}))).toBeNull();
  });
});

describe('damaged images', () => {
  /** Bytes that change, a hole of zeros, an end too early, a piece that comes twice. */
  const damage = fc.record({
    kind: fc.constantFrom('change', 'hole', 'end', 'twice'),
    at: shareOfFile,
    size: fc.integer({ min: 1, max: 200 }),
  });

  function damaged(bytes: Uint8Array, { kind, at, size }: { kind: string; at: number; size: number }): Uint8Array {
    const start = Math.floor(at * bytes.length);
    if (kind === 'end') return Uint8Array.from([...bytes.subarray(0, start), 0xff, 0xd9]);
    if (kind === 'twice') return Uint8Array.from([...bytes.subarray(0, start + size), ...bytes.subarray(start)]);
    return Uint8Array.from(bytes).fill(kind === 'hole' ? 0 : size, start, kind === 'hole' ? start + size : start + 1);
  }

  it.each(PLAIN)('%s is never taken where the long way refuses it, and never with other pixels', async (name) => {
    const whole = fixtureBytes(name);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(damage, wish, async (how, changes) => {
        const request = requestOf(damaged(whole, how), changes);
        const pixels = quickly(request);
        if (pixels === null) return;
        taken++;
        expect(pixels.equals(Buffer.from(await thoroughly(request)))).toBe(true);
      }),
      { numRuns: 500 },
    );
    // Of a JPEG, bytes that changed into other codes of the same length cannot be told; most damage is.
    expect(taken).toBeLessThan(250);
  });
});

describe('headers', () => {
  it.each([...PLAIN, ...OTHERS])('%s is known as the long way knows it, or left to it', async (name) => {
    const quick = probeQuickly(addon, fixture(name));
    if (quick !== null) expect({ ok: true, image: quick }).toEqual(await probeImage(fixture(name)));
    else expect(name).toMatch(/webp|bmp|gif/);
  });

  it('reads how a picture is turned, and follows no link', async () => {
    const folder = temporaryFolder();
    try {
      const turned = join(folder.path, 'turned.jpg');
      writeFileSync(turned, withOrientation(fixtureBytes('rgb.jpg'), 6));
      expect(probeQuickly(addon, turned)).toMatchObject({ orientation: 6, bytes: statSync(turned).size });
      symlinkSync(turned, join(folder.path, 'link.jpg'));
      expect(probeQuickly(addon, join(folder.path, 'link.jpg'))).toBeNull();
      const request = requestOf(fixtureBytes('rgb.jpg'), { path: turned, bytes: statSync(turned).size, modifiedMs: 5 });
      const { content, ...listed } = request;
      expect(content).toBeDefined();
      expect(quickly(listed)).toBeNull();
      expect(quickly({ ...listed, modifiedMs: statSync(turned).mtimeMs })).not.toBeNull();
    } finally {
      folder.remove();
    }
  });
});
