import { describe, expect, it } from 'vitest';

import { bfloat16Refusal } from '../../../src-main/tensorflow/precision.ts';

function refusal(device: string, flags: readonly string[], capability: string | null = null): string | null {
  return bfloat16Refusal(device, { processorFlags: flags, capability: () => capability });
}

describe('bfloat16', () => {
  it.each([['avx512_bf16'], ['amx_bf16']])('is offered on processors with %s', (flag) => {
    expect(refusal('CPU:0', ['avx512f', flag])).toBeNull();
  });

  it('is refused on a processor without it, in words', () => {
    expect(refusal('CPU:0', ['avx2', 'avx512f'])).toBe('this processor has neither AVX512_BF16 nor AMX_BF16');
  });

  it.each(['8.0', '8.6', '12.0'])('is offered on a GPU of compute capability %s', (capability) => {
    expect(refusal('GPU:0', [], capability)).toBeNull();
  });

  it('is refused on an older GPU, or one that nobody knows, whatever the processor has', () => {
    expect(refusal('GPU:1', ['avx512_bf16'], '7.5')).toBe('GPU:1 has compute capability 7.5, and bfloat16 needs 8.0');
    expect(refusal('GPU:1', ['avx512_bf16'])).toContain('does not tell');
  });
});
