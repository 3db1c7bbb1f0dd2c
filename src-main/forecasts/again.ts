/** Which measurements something else on the machine has spoilt, and what a second one makes of them. */

import type { TimedCase } from '../contract/forecast.ts';
import { planModel } from '../model/plan.ts';
import { fitCosts, type MeasuredCase } from './cost.ts';

/** So many times what the others make expect. */
const SPOILT = 1.2;

/** The networks whose steps took far longer than the others let expect: they are worth a second look. */
export function seemSlow(cases: readonly MeasuredCase[]): readonly TimedCase[] {
  const costs = fitCosts(cases);
  return cases
    .filter(({ subject, timing }) => {
      const { batchSize: images, recomputation, model, input, classes } = subject;
      const expected = costs.step(planModel(model, input, classes), subject, { images, recomputation });
      return timing.stepMilliseconds > SPOILT * (expected ?? Infinity);
    })
    .map(({ subject }) => subject);
}

/** The shorter times of networks that were measured twice: what disturbs a measurement makes it longer. */
export function shorterOf(cases: readonly MeasuredCase[], again: readonly MeasuredCase[]): readonly MeasuredCase[] {
  return cases.map(({ subject, timing }) => {
    const second = again.find((each) => each.subject === subject)?.timing ?? timing;
    return {
      subject,
      timing: {
        ...timing,
        stepMilliseconds: Math.min(timing.stepMilliseconds, second.stepMilliseconds),
        evaluationMilliseconds: Math.min(timing.evaluationMilliseconds, second.evaluationMilliseconds),
        preparationSeconds: Math.min(timing.preparationSeconds, second.preparationSeconds),
      },
    };
  });
}
