import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { checkMemory, estimateMemory, largestPass, memoryAdvice } from '../../../src-main/model/memory.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';

const MEASURED = z
  .array(
    z.object({
      model: z.string(),
      size: z.number(),
      batch: z.number(),
      recomputation: z.boolean(),
      kernels: z.enum(['stock', 'block']),
      precision: z.enum(['float32', 'bfloat16']),
      peakBytes: z.number(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../../docs/figures/memory.json', import.meta.url), 'utf8')));

function planOf(model: string, size = 32) {
  return planModel(modelFromName(model), { height: size, width: size, channels: 3 }, 10);
}

const BC100 = planOf('densenet-bc-100-12');
const STOCK = { kernels: 'stock', precision: 'float32' } as const;
const NATIVE = { kernels: 'block', precision: 'float32' } as const;
const KEPT = { batchSize: 64, accumulation: 1, recomputation: false };

describe('the estimate of memory', () => {
  it.each(MEASURED)(
    'is within 10% of the measured peak: $model $size, batch $batch, $recomputation, $kernels, $precision',
    (measured) => {
      const { model, size, batch, recomputation, peakBytes } = measured;
      const { total } = estimateMemory(
        planOf(model, size),
        { ...PAPER_RECIPE, batchSize: batch, recomputation },
        measured,
      );
      expect(Math.abs(total / peakBytes - 1)).toBeLessThan(0.1);
    },
  );

  it('counts the images of one pass, not of the batch', () => {
    const whole = estimateMemory(BC100, KEPT, STOCK);
    const parts = estimateMemory(BC100, { ...KEPT, accumulation: 4 }, STOCK);
    expect(parts.images).toBe(16);
    expect(parts.activations).toBeCloseTo(whole.activations / 4);
  });

  it('recomputes deep networks where the recipe leaves it open, as the compiler does', () => {
    expect(estimateMemory(BC100, { ...KEPT, recomputation: null }, STOCK).recomputed).toBe(true);
    expect(estimateMemory(planOf('densenet-bc-40-12'), { ...KEPT, recomputation: null }, STOCK).recomputed).toBe(false);
  });

  it('of native kernels is what they need: less, and no less with recomputation in float32, which is not offered', () => {
    const native = estimateMemory(BC100, KEPT, NATIVE);
    expect(native.total).toBeLessThan(estimateMemory(BC100, KEPT, STOCK).total / 2);
    expect(estimateMemory(BC100, { ...KEPT, recomputation: true }, NATIVE).total).toBe(native.total);
    expect(memoryAdvice(BC100, { ...KEPT, batchSize: 512 }, NATIVE, 3e9)).not.toMatch(/recomputation/);
  });

  it('tells the largest pass: it fits, and one image more does not', () => {
    const available = 3e9;
    const images = largestPass(BC100, KEPT, STOCK, available);
    expect(images).toBeGreaterThan(1);
    expect(estimateMemory(BC100, { ...KEPT, batchSize: images }, STOCK).total).toBeLessThanOrEqual(available);
    expect(estimateMemory(BC100, { ...KEPT, batchSize: images + 1 }, STOCK).total).toBeGreaterThan(available);
    expect(largestPass(BC100, KEPT, STOCK, 1e8)).toBe(0);
  });
});

describe('a training that does not fit (hazard 53)', () => {
  it('is refused before it starts where it cannot fit, with the largest batch and the offer to recompute', () => {
    const refused = (): unknown =>
      checkMemory(BC100, { ...KEPT, batchSize: 1024 }, STOCK, { total: 8e9, available: 6e9 });
    expect(refused).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'out-of-memory',
          message: expect.stringMatching(/^This training needs about \d+\.\d GB .*only 8\.0 GB in all\.$/),
          action: expect.stringMatching(/a batch of at most \d+ images, recomputation, .* or accumulation/),
        }),
      }),
    );
  });

  it('is only warned of where it may fit once other programs are closed', () => {
    expect(checkMemory(BC100, KEPT, STOCK, { total: 8e9, available: 2e9 })).toMatch(
      /only 2\.0 GB are free\. Choose a batch/,
    );
    expect(checkMemory(BC100, KEPT, STOCK, { total: 8e9, available: 6e9 })).toBeNull();
  });

  it('is told to use a smaller network where not even two images fit', () => {
    expect(memoryAdvice(BC100, KEPT, STOCK, 1e8)).toBe(
      'Choose a smaller network or smaller images, or close other programs.',
    );
  });

  it('is not offered what it does already', () => {
    expect(memoryAdvice(BC100, { ...KEPT, recomputation: true }, STOCK, 3e9)).not.toMatch(/recomputation/);
  });
});
