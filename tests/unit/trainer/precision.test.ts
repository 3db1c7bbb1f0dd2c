import { describe, expect, it } from 'vitest';

import { possiblePrecisions } from '../../../src-main/trainer/precision.ts';
import { ENVIRONMENT } from '../../support/runs.ts';

const WITH = { processorFlags: ['avx512_bf16'], capability: () => '8.6' };
const WITHOUT = { processorFlags: ['avx2'], capability: () => '7.5' };

describe('the precisions of a run', () => {
  it('are float32 where nothing else is asked for', () => {
    expect(possiblePrecisions('float32', null, ['CPU:0'], WITH)).toEqual(['float32']);
  });

  it('are both, to be measured, with auto on a device that has bfloat16, and float32 elsewhere', () => {
    expect(possiblePrecisions('auto', null, ['CPU:0'], WITH)).toEqual(['float32', 'bfloat16']);
    expect(possiblePrecisions('auto', null, ['CPU:0'], WITHOUT)).toEqual(['float32']);
  });

  it('are both only when every device that may train has bfloat16', () => {
    const mixed = { ...WITH, capability: () => '7.5' };
    expect(possiblePrecisions('auto', null, ['CPU:0', 'GPU:0'], mixed)).toEqual(['float32']);
  });

  it('are not measured again when a run goes on: it keeps what it had', () => {
    expect(possiblePrecisions('auto', { ...ENVIRONMENT, precision: 'bfloat16' }, ['CPU:0'], WITH)).toEqual([
      'bfloat16',
    ]);
    expect(possiblePrecisions('auto', ENVIRONMENT, ['CPU:0'], WITH)).toEqual(['float32']);
  });

  it('refuse bfloat16 that the device does not have, with the reason', () => {
    expect(() => possiblePrecisions('bfloat16', null, ['CPU:0'], WITHOUT)).toThrow(
      'The recipe asks for bfloat16, but this processor has neither AVX512_BF16 nor AMX_BF16.',
    );
    expect(() => possiblePrecisions('bfloat16', null, ['GPU:0'], WITHOUT)).toThrow('compute capability 7.5');
  });
});
