import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { TimedCase } from '../../../src-main/contract/forecast.ts';
import { seemSlow, shorterOf } from '../../../src-main/forecasts/again.ts';
import { timedCase } from '../../../src-main/forecasts/cases.ts';
import { fitCosts, type CostModel, type MeasuredCase } from '../../../src-main/forecasts/cost.ts';
import { planModel } from '../../../src-main/model/plan.ts';

/** As `npm run bench -- forecast` measured them. */
const MEASURED = JSON.parse(readFileSync(new URL('../../../docs/figures/forecast.json', import.meta.url), 'utf8')) as {
  readonly calibrating: readonly MeasuredCase[];
  readonly judged: readonly MeasuredCase[];
  readonly unseen: readonly MeasuredCase[];
};

const STOCK = { kernels: 'stock', precision: 'float32' } as const;

function foretold(costs: CostModel, subject: TimedCase): number {
  const { model, input, classes, batchSize: images, recomputation } = subject;
  return costs.step(planModel(model, input, classes), subject, { images, recomputation }) ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

describe('the forecast of a step', () => {
  it('of networks that did not calibrate it is within 15% in the median, and 55% at most', () => {
    const costs = fitCosts(MEASURED.calibrating);
    const errorsOf = (measured: readonly MeasuredCase[]): readonly number[] =>
      measured.map(({ subject, timing }) => Math.abs(foretold(costs, subject) / timing.stepMilliseconds - 1));
    const errors = errorsOf(MEASURED.judged);
    expect(errors.length).toBeGreaterThan(12);
    expect(median(errors)).toBeLessThan(0.15);
    expect(Math.max(...errors)).toBeLessThan(0.55);
    const unseen = errorsOf(MEASURED.unseen);
    expect(unseen.length).toBe(8);
    expect(median(unseen)).toBeLessThan(0.1);
    expect(Math.max(...unseen)).toBeLessThan(0.2);
  });

  it('hardly follows a measurement that something else has spoilt, which is measured again', () => {
    const stock = MEASURED.calibrating.filter(({ subject }) => subject.kernels === 'stock');
    expect(stock.length).toBeGreaterThan(5);
    for (const [at, spoilt] of stock.entries()) {
      const timing = { ...spoilt.timing, stepMilliseconds: 4 * spoilt.timing.stepMilliseconds };
      const slow = stock.map((each) => (each === spoilt ? { ...spoilt, timing } : each));
      const whole = foretold(fitCosts(stock), spoilt.subject);
      expect(foretold(fitCosts(slow), spoilt.subject) / whole, `the ${String(at)}th`).toBeLessThan(1.2);
      expect(seemSlow(slow)).toContain(spoilt.subject);
      expect(shorterOf(slow, [spoilt])[at]?.timing).toEqual(spoilt.timing);
    }
  });

  it('knows what recomputation costs, also where no network that recomputes was measured', () => {
    const costs = fitCosts(
      MEASURED.calibrating.filter(
        ({ subject }) =>
          subject.kernels === 'stock' && subject.precision === 'float32' && subject.recomputation !== true,
      ),
    );
    const deep = timedCase(['densenet-bc-100-12', 32, 3, 16], STOCK);
    const share = foretold(costs, deep) / foretold(costs, { ...deep, recomputation: false });
    expect(share).toBeGreaterThan(1.03);
    expect(share).toBeLessThan(2.5);
  });
});
