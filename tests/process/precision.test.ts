/** Trainings in bfloat16 by real workers. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bfloat16Refusal, precisionEvidence } from '../../src-main/tensorflow/precision.ts';
import { Laboratory } from '../support/trainer/laboratory.ts';

const supported = bfloat16Refusal('CPU:0', precisionEvidence()) === null;

let laboratory: Laboratory;

beforeAll(async () => {
  laboratory = await Laboratory.open();
});

afterAll(async () => {
  await laboratory.close();
});

describe('precision', () => {
  it.runIf(supported)(
    'is bfloat16 when the recipe says so, is kept with the run, and repeats bit for bit',
    async () => {
      const recipe = { precision: 'bfloat16', epochs: 2 } as const;
      const [first, second] = [await laboratory.train(recipe), await laboratory.train(recipe)];
      expect(first.ending.event).toBe('finished');
      expect(laboratory.runs.show(first.id).environment?.precision).toBe('bfloat16');
      expect(laboratory.remains(second.id)).toEqual(laboratory.remains(first.id));
    },
  );

  it.runIf(!supported)('is refused where the processor does not have it', async () => {
    const { ending } = await laboratory.train({ precision: 'bfloat16' });
    expect(ending).toMatchObject({ event: 'failed', error: { code: 'recipe-invalid' } });
  });

  it('is measured with auto, and told', async () => {
    const { id, ending } = await laboratory.train({ precision: 'auto' });
    expect(ending.event).toBe('finished');
    expect(['float32', 'bfloat16']).toContain(laboratory.runs.show(id).environment?.precision);
  });
});
