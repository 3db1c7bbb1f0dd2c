import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatDurationShort,
  formatLoss,
  formatMagnitude,
  formatMoment,
  formatNumber,
  formatPercent,
  formatPlural,
  formatSetting,
  formatSize,
} from '../../../src-renderer/ui/format.ts';

describe('figures', () => {
  it('have thousands separators and a true minus', () => {
    expect(formatNumber(175690)).toBe('175,690');
    expect(formatNumber(-1234.5, 1)).toBe('−1,234.5');
    expect(formatNumber(-0.001, 1)).toBe('0.0');
    expect(formatNumber(NaN)).toBe('NaN');
  });

  it('give accuracy two digits, loss three significant ones, and settings as typed', () => {
    expect(formatPercent(0.94617)).toBe('94.62');
    expect([0.3384, 1.2, 12.34, 0.0312].map(formatLoss)).toEqual(['0.338', '1.20', '12.3', '0.0312']);
    expect(formatLoss(0.00004)).toBe('4.0e−5');
    expect([0.1, 1e-4, 0.05, 300].map(formatSetting)).toEqual(['0.1', '0.0001', '0.05', '300']);
  });

  it('write counts whole up to seven digits, then shortened', () => {
    expect([175_690, 6_979_642, 15_324_406, 1_240_000_000].map(formatCount)).toEqual([
      '175,690',
      '6,979,642',
      '15.3 M',
      '1.24 G',
    ]);
    expect(formatMagnitude(55_100_000)).toEqual({ figure: '55.1', prefix: 'M' });
    expect(formatMagnitude(812)).toEqual({ figure: '812', prefix: '' });
  });

  it('sign differences, multiply sizes and count in words', () => {
    expect([0.5, -0.5, 0].map((value) => formatDifference(value, 2))).toEqual(['+0.50', '−0.50', '0.00']);
    expect(formatSize(28, 28, 1)).toBe('28 × 28 × 1');
    expect([formatPlural(1, 'run'), formatPlural(2, 'run')]).toEqual(['1 run', '2 runs']);
  });
});

describe('times and bytes', () => {
  it('are in seconds below ten minutes, then in minutes, hours, days', () => {
    expect([2.34, 139, 1440, 15_840, 200_000].map(formatDuration)).toEqual([
      '2.3 s',
      '139 s',
      '24 min',
      '4 h 24 min',
      '2 d 7 h',
    ]);
    expect(formatDurationShort(15_840)).toBe('4 h 24');
    expect(formatDuration(NaN)).toBe('');
  });

  it('count bytes in powers of 1000', () => {
    expect([812, 1_448_920, 212e9].map(formatBytes)).toEqual(['812 B', '1.4 MB', '212 GB']);
  });

  it('name a moment by how far away it is', () => {
    const now = new Date(2026, 10, 24, 20, 0);
    expect(formatMoment(new Date(2026, 10, 24, 13, 58).toISOString(), now)).toBe('today 13:58');
    expect(formatMoment(new Date(2026, 10, 21, 18, 2).toISOString(), now)).toBe('21 Nov 18:02');
    expect(formatMoment(new Date(2025, 10, 21, 18, 2).toISOString(), now)).toBe('21 Nov 2025');
    expect(formatMoment('never', now)).toBe('');
  });
});
