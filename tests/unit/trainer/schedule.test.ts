/** Learning rates; those of torch were printed by torch 2.15 (`optimizer.param_groups[0]['lr']` before each step). */

import { describe, expect, it } from 'vitest';
import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { learningRateAt, type RateSettings } from '../../../src-main/trainer/schedule.ts';

const BASE: RateSettings = { epochs: 5, learningRate: 0.1, warmUpEpochs: 0, schedule: { kind: 'constant' } };
const STEPS_PER_EPOCH = 4;

/** The rates of all steps of a training of five epochs of four steps. */
function ratesOf(settings: Partial<RateSettings>): number[] {
  return Array.from({ length: 20 }, (_, step) =>
    learningRateAt({ ...BASE, ...settings }, { step, stepsPerEpoch: STEPS_PER_EPOCH, history: [] }),
  );
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((rate, index) => expect(rate).toBeCloseTo(wanted[index] ?? NaN, 12));
}

describe('the step schedule', () => {
  const rateOfEpoch = (settings: RateSettings, epoch: number): number =>
    learningRateAt(settings, { step: (epoch - 1) * STEPS_PER_EPOCH, stepsPerEpoch: STEPS_PER_EPOCH, history: [] });

  it("follows the paper's CIFAR schedule: 0.1, divided by 10 after 150 and 225 of 300 epochs", () => {
    const rates = [1, 150, 151, 225, 226, 300].map((epoch) => rateOfEpoch(PAPER_RECIPE, epoch));
    expect(rates).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
  });

  it('drops between two epochs, never inside one', () => {
    const rates = ratesOf({ schedule: PAPER_RECIPE.schedule });
    expect(rates.map((rate) => Math.round(Math.log10(0.1 / rate)))).toEqual(
      [0, 0, 0, 1, 2].flatMap((drops) => Array<number>(STEPS_PER_EPOCH).fill(drops)),
    );
  });
});

describe('the smooth schedules', () => {
  it('the cosine is that of torch', () => {
    expectClose(
      ratesOf({ schedule: { kind: 'cosine', finalShare: 0.01 } }),
      [
        0.1, 0.09939057285945932, 0.09757729755661011, 0.09460482294732421, 0.09054634122155991, 0.0855017856687341,
        0.07959536998847742, 0.07297252973710756, 0.0657963412215599, 0.05824350601949144, 0.0505, 0.04275649398050859,
        0.03520365877844011, 0.02802747026289244, 0.02140463001152259, 0.015498214331265903, 0.010453658778440109,
        0.006395177052675795, 0.0034227024433899004, 0.001609427140540686,
      ],
    );
  });

  it('one cycle is that of torch', () => {
    const schedule = { kind: 'oneCycle', peakAt: 0.3, startShare: 1 / 25, finalShare: 1 / 25 / 1e4 } as const;
    expectClose(
      ratesOf({ schedule }),
      [
        0.0040000000000000036, 0.013167184270002533, 0.037167184270002526, 0.06683281572999747, 0.09083281572999748,
        0.1, 0.09874640062350874, 0.09504846320134738, 0.089091617757105, 0.0811745653949763, 0.07169430017913009,
        0.06112620219362893, 0.0500002, 0.03887419780637107, 0.028306099820869922, 0.0188258346050237,
        0.010908782242895003, 0.004951936798652629, 0.0012539993764912555, 4e-7,
      ],
    );
  });

  it('one cycle has a rate for every step of the shortest training', () => {
    const settings: RateSettings = {
      ...BASE,
      epochs: 1,
      schedule: { kind: 'oneCycle', peakAt: 0.3, startShare: 0.04, finalShare: 0 },
    };
    expect(learningRateAt(settings, { step: 0, stepsPerEpoch: 1, history: [] })).toBe(0.1);
  });
});

describe('the warm-up', () => {
  it("rises as torch's LinearLR, over a part of an epoch too", () => {
    expectClose(
      ratesOf({ warmUpEpochs: 2 }).slice(0, 10),
      [0.001, 0.013375, 0.02575, 0.038125, 0.0505, 0.062875, 0.07525, 0.087625, 0.1, 0.1],
    );
    expectClose(ratesOf({ warmUpEpochs: 0.5 }).slice(0, 3), [0.001, 0.0505, 0.1]);
  });

  it('leads to the full rate, from which the cosine falls over the steps that are left', () => {
    const rates = ratesOf({ warmUpEpochs: 1, schedule: { kind: 'cosine', finalShare: 0 } });
    expect(rates[4]).toBe(0.1);
    expect(rates[12]).toBeCloseTo(0.05, 12);
  });
});

describe('the plateau', () => {
  const settings: RateSettings = {
    ...BASE,
    schedule: { kind: 'plateau', factor: 0.5, patience: 1, minimumChange: 0.01, finalShare: 0.2 },
  };
  const LOSSES = [1, 0.9, 0.895, 0.893, 0.894, 0.892, 0.5, 0.6, 0.55, 0.7, 0.6, 0.52, 0.51, 0.6, 0.6, 0.6];

  it("lowers the rate where torch's ReduceLROnPlateau does, and stops at the last share", () => {
    const rates = LOSSES.map((_, epoch) => {
      const history = LOSSES.slice(0, epoch).map((loss) => ({ loss, accuracy: 0.5 }));
      return learningRateAt(settings, { step: epoch * STEPS_PER_EPOCH, stepsPerEpoch: STEPS_PER_EPOCH, history });
    });
    expectClose(rates, [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, ...Array<number>(7).fill(0.02)]);
  });
});
