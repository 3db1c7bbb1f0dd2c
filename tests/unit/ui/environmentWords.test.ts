import { describe, expect, it } from 'vitest';
import { environmentPairs } from '../../../src-renderer/ui/environmentWords.ts';
import { buildRunDetail } from '../../support/buildRun.ts';

describe('what trained a run', () => {
  const environment = buildRunDetail().environment;
  if (environment === null) throw new Error('a finished run has an environment');
  const value = (name: string, changes = {}): string | undefined =>
    environmentPairs({ ...environment, ...changes }).find((pair) => pair.name === name)?.value;

  it('names the kernels; runs of the first version had those of TensorFlow', () => {
    expect(value('Kernels')).toBe("TensorFlow's own");
    expect(value('Kernels', { kernels: 'block' })).toBe("DenseLab's block kernels");
  });

  it('names the precision; runs of the first version had float32', () => {
    expect(value('Precision')).toBe('float32');
    expect(value('Precision', { precision: 'bfloat16' })).toBe('bfloat16');
  });

  it('says why it was this device, where that is known', () => {
    expect(value('Why')).toBeUndefined();
    expect(value('Why', { deviceReason: 'It was asked for.' })).toBe('It was asked for.');
  });
});
