import { describe, expect, it } from 'vitest';

import type { FeatureMaps } from '../../../src-main/contract/inspect.ts';
import { mapFiles } from '../../../src-main/inspection/files.ts';
import { measureMaps } from '../../../src-main/inspection/mapStatistics.ts';
import { viridis } from '../../../src-main/inspection/viridis.ts';

/** Two maps of 1x3 pixels: 0, 2, 4 and -1, -1, -1. */
const VALUES = Float32Array.from([0, -1, 2, -1, 4, -1]);
const MAPS: FeatureMaps = {
  layer: 'block1/layer1/conv2',
  epoch: 3,
  height: 1,
  width: 3,
  maps: 2,
  values: VALUES,
  ...measureMaps(VALUES, 2),
};
const FACTS = {
  run: 7,
  network: 'Epoch 3 of 8.',
  image: { conversion: 'shirt.png: Scaled.', label: null, predicted: 1, probabilities: [0.25, 0.75] },
  classNames: ['cat', 'dog'],
};

describe('numbers about maps', () => {
  it('are of each map, and of all', () => {
    const { statistics, overall } = MAPS;
    expect([...statistics.mean]).toEqual([2, -1]);
    expect(statistics.variance[0]).toBeCloseTo(8 / 3, 6);
    expect(statistics.variance[1]).toBe(0);
    expect([...statistics.least, ...statistics.most]).toEqual([0, -1, 4, -1]);
    expect([...statistics.strength]).toEqual([2, 1]);
    expect(statistics.zeros[0]).toBeCloseTo(1 / 3, 6);
    expect(overall).toMatchObject({ least: -1, most: 4, mean: 0.5 });
    expect(overall.norm).toBeCloseTo(Math.sqrt(4 + 16 + 3), 6);
    // Mean of squares 23/6 minus 0.25.
    expect(overall.standardDeviation).toBeCloseTo(Math.sqrt(23 / 6 - 0.25), 6);
  });

  it('show a NaN rather than hide it', () => {
    const { statistics } = measureMaps(Float32Array.from([1, NaN, 2, 3]), 2);
    expect(statistics.most[1]).toBeNaN();
    expect(statistics.mean[1]).toBeNaN();
  });
});

describe('maps as files', () => {
  it('are exact for NumPy, one picture on a scale that is told, and statistics', async () => {
    const [npy, png, json] = await mapFiles(MAPS, FACTS);
    expect([npy, png, json].map((file) => file?.name)).toEqual([
      'block1-layer1-conv2.npy',
      'block1-layer1-conv2.png',
      'block1-layer1-conv2.json',
    ]);
    const text = Buffer.from(npy?.bytes ?? []).toString('latin1');
    expect(text).toContain("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 2), }");
    expect(Buffer.from(npy?.bytes.slice(-24) ?? []).equals(Buffer.from(VALUES.buffer))).toBe(true);
    expect(Buffer.from(png?.bytes.slice(1, 4) ?? []).toString()).toBe('PNG');
    // Two maps of 48 pixels and a gap; each value is 16 pixels.
    expect(Buffer.from(png?.bytes ?? []).readUInt32BE(16)).toBe(98);
    expect(JSON.parse(Buffer.from(json?.bytes ?? []).toString())).toMatchObject({
      run: 7,
      layer: 'block1/layer1/conv2',
      shape: [1, 3, 2],
      image: { conversion: 'shirt.png: Scaled.', predicted: { class: 'dog' } },
      maps: { mean: [2, -1] },
      picture: { colours: 'viridis', scale: 'shared', least: -1, most: 4, enlarged: 16 },
    });
  });

  it('have the ends and the middle of viridis', () => {
    expect([0, 0.5, 1, 2].map(viridis)).toEqual([
      [0x44, 0x01, 0x54],
      [0x21, 0x91, 0x8c],
      [0xfd, 0xe7, 0x25],
      [0xfd, 0xe7, 0x25],
    ]);
  });
});
