/** What a step costs here, by its work: fitted to the times of a calibration. */

import type { CaseTiming, TimedCase } from '../contract/forecast.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { Kernels, Precision } from '../contract/run.ts';
import { planModel } from '../model/plan.ts';
import { nonNegativeFit } from './leastSquares.ts';
import { workOf } from './work.ts';

/** A case with what was measured of it. */
export interface MeasuredCase {
  readonly subject: TimedCase;
  readonly timing: CaseTiming;
}

/** A way to compute. */
export interface Way {
  readonly kernels: Kernels;
  readonly precision: Precision;
}

/** Foretells times by what was measured. */
export interface CostModel {
  /** Milliseconds of a training step; null for a way that was not measured. */
  step(plan: LayerPlan, way: Way, images: number): number | null;
  /** Milliseconds of a batch of an evaluation, which native kernels have no part in; null likewise. */
  evaluation(plan: LayerPlan, precision: Precision, images: number): number | null;
  /** Seconds from the plan to the end of the first step, likewise. */
  preparation(plan: LayerPlan, way: Way): number | null;
  /** Median distance of the model from its own measurements of steps, as a share of them. */
  readonly error: number;
}

/** Work in units in which a step of a small network has amounts near 1, which the fit converges for. */
const UNITS = { multiplyAdds: 1e9, moved: 1e7, parameters: 1e6, layers: 100 };

/** Fits costs to measurements: each kind of work has a price of its own, in each way to compute. */
export function fitCosts(cases: readonly MeasuredCase[]): CostModel {
  const planned = cases.map((each) => ({
    ...each,
    plan: planModel(each.subject.model, each.subject.input, each.subject.classes),
  }));
  const steps = pricesBy(planned, wayKey, ({ plan, subject }) => amounts(plan, subject.batchSize), stepOf);
  const evaluations = pricesBy(
    planned,
    ({ precision }) => precision,
    ({ plan, timing }) => amounts(plan, timing.evaluationImages),
    ({ timing }) => timing.evaluationMilliseconds,
  );
  const preparations = pricesBy(
    planned,
    wayKey,
    ({ plan }) => [1, ...layers(plan)],
    ({ timing }) => timing.preparationSeconds,
  );
  const step = (plan: LayerPlan, way: Way, images: number) => priced(steps.get(wayKey(way)), amounts(plan, images));
  const errors = planned.map((each) => {
    const found = step(each.plan, each.subject, each.subject.batchSize) ?? 0;
    return Math.abs(found / stepOf(each) - 1);
  });
  return {
    step,
    evaluation: (plan, precision, images) => priced(evaluations.get(precision), amounts(plan, images)),
    preparation: (plan, way) => priced(preparations.get(wayKey(way)), [1, ...layers(plan)]),
    error: errors.sort((one, other) => one - other)[errors.length >> 1] ?? 0,
  };
}

interface Planned extends MeasuredCase {
  readonly plan: LayerPlan;
}

function stepOf({ timing }: MeasuredCase): number {
  return timing.stepMilliseconds;
}

function wayKey({ kernels, precision }: Way): string {
  return `${kernels} ${precision}`;
}

/** Prices by key. Errors count as shares of what was measured, so that small networks count as much as large ones. */
function pricesBy(
  cases: readonly Planned[],
  keyOf: (way: Way) => string,
  rowOf: (each: Planned) => readonly number[],
  timeOf: (each: Planned) => number,
): ReadonlyMap<string, readonly number[]> {
  const keys = [...new Set(cases.map(({ subject }) => keyOf(subject)))];
  return new Map(
    keys.map((key) => {
      const own = cases.filter(({ subject }) => keyOf(subject) === key);
      const rows = own.map((each) => rowOf(each).map((amount) => amount / timeOf(each)));
      return [
        key,
        nonNegativeFit(
          rows,
          own.map(() => 1),
        ),
      ];
    }),
  );
}

function priced(prices: readonly number[] | undefined, amountsOf: readonly number[]): number | null {
  if (prices === undefined) return null;
  return amountsOf.reduce((sum, amount, kind) => sum + amount * (prices[kind] ?? 0), 0);
}

/** The work of so many images at once, and of the step itself: a call, its layers, its parameters. */
function amounts(plan: LayerPlan, images: number): readonly number[] {
  const { pointwise, spatial, moved, parameters } = workOf(plan);
  return [
    1,
    ...layers(plan),
    (images * pointwise) / UNITS.multiplyAdds,
    (images * spatial) / UNITS.multiplyAdds,
    (images * moved) / UNITS.moved,
    parameters / UNITS.parameters,
  ];
}

function layers(plan: LayerPlan): readonly number[] {
  return [plan.layers.length / UNITS.layers];
}
