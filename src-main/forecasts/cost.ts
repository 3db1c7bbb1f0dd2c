/** What a step costs here, by its work: fitted to the times of a calibration. */

import type { CaseTiming, TimedCase } from '../contract/forecast.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { Precision } from '../contract/run.ts';
import { planModel } from '../model/plan.ts';
import { keepsMaps, recomputes, type Way } from '../model/recomputation.ts';
import { anchoredFit, medianOf, product } from './anchoredFit.ts';
import { EVALUATION_PRICES, PREPARATION_PRICES, STEP_PRICES, type WayKey } from './prices.ts';
import { workOf } from './work.ts';

/** A case with what was measured of it. */
export interface MeasuredCase {
  readonly subject: TimedCase;
  readonly timing: CaseTiming;
}

/** Images that are computed at once, and whether their backward pass recomputes: by depth when null. */
export interface Pass {
  readonly images: number;
  readonly recomputation: boolean | null;
}

/** Foretells times by what was measured. */
export interface CostModel {
  /** Milliseconds of a training step; null for a way that was not measured. */
  step(plan: LayerPlan, way: Way, pass: Pass): number | null;
  /** Milliseconds of a batch of an evaluation, which native kernels have no part in; null likewise. */
  evaluation(plan: LayerPlan, precision: Precision, images: number): number | null;
  /** Seconds from the plan to the end of the first step, likewise. */
  preparation(plan: LayerPlan, way: Way, pass: Pass): number | null;
  /** Median distance of the model from its own measurements of steps, as a share of them. */
  readonly error: number;
}

/** Work in units in which a step of a small network has amounts near 1, which the fit converges for. */
const UNITS = { multiplyAdds: 1e9, moved: 1e7, parameters: 1e6, layers: 100, milliseconds: 1000 };

/** Fits costs to measurements: each kind of work has a price of its own, in each way to compute. */
export function fitCosts(cases: readonly MeasuredCase[]): CostModel {
  const planned = cases.map((each) => ({
    ...each,
    plan: planModel(each.subject.model, each.subject.input, each.subject.classes),
  }));
  const steps = pricesBy(
    planned,
    wayKey,
    (each) => stepWork(each.plan, each.subject, passOf(each)),
    stepOf,
    STEP_PRICES,
  );
  const evaluations = pricesBy(
    planned,
    ({ precision }) => precision,
    ({ plan, subject, timing }) => evaluationWork(plan, subject.precision, timing.evaluationImages),
    ({ timing }) => timing.evaluationMilliseconds,
    EVALUATION_PRICES,
  );
  const preparations = pricesBy(
    planned,
    wayKey,
    (each) => preparationWork(each.plan, stepOf(each)),
    ({ timing }) => timing.preparationSeconds,
    PREPARATION_PRICES,
  );
  const step = (plan: LayerPlan, way: Way, pass: Pass) => priced(steps.get(wayKey(way)), stepWork(plan, way, pass));
  const errors = planned.map((each) => {
    const found = step(each.plan, each.subject, passOf(each)) ?? 0;
    return Math.abs(found / stepOf(each) - 1);
  });
  return {
    step,
    evaluation: (plan, precision, images) =>
      priced(evaluations.get(precision), evaluationWork(plan, precision, images)),
    preparation: (plan, way, pass) =>
      priced(preparations.get(wayKey(way)), preparationWork(plan, step(plan, way, pass) ?? 0)),
    error: medianOf(errors),
  };
}

interface Planned extends MeasuredCase {
  readonly plan: LayerPlan;
}

function stepOf({ timing }: MeasuredCase): number {
  return timing.stepMilliseconds;
}

function passOf({ subject }: MeasuredCase): Pass {
  return { images: subject.batchSize, recomputation: subject.recomputation };
}

function wayKey({ kernels, precision }: Way): WayKey {
  return `${kernels} ${precision}`;
}

/** Prices by key. Errors count as shares of what was measured, so that small networks count as much as large ones. */
function pricesBy<Key extends string>(
  cases: readonly Planned[],
  keyOf: (way: Way) => Key,
  workOfCase: (each: Planned) => readonly number[],
  timeOf: (each: Planned) => number,
  expected: Readonly<Record<Key, readonly number[]>>,
): ReadonlyMap<Key, readonly number[]> {
  const keys = [...new Set(cases.map(({ subject }) => keyOf(subject)))];
  return new Map(
    keys.map((key) => {
      const own = cases.filter(({ subject }) => keyOf(subject) === key);
      const rows = own.map((each) => workOfCase(each).map((amount) => amount / timeOf(each)));
      return [key, anchoredFit(rows, expected[key])];
    }),
  );
}

function priced(prices: readonly number[] | undefined, amounts: readonly number[]): number | null {
  return prices === undefined ? null : product(amounts, prices);
}

/** The work of a step, in the order of the prices: a call, its layers, its images, its parameters. */
function stepWork(plan: LayerPlan, way: Way, { images, recomputation }: Pass): readonly number[] {
  const { pointwise, spatial, moved, repeatable, parameters } = workOf(plan, way.kernels);
  return [
    1,
    layers(plan),
    (images * pointwise) / UNITS.multiplyAdds,
    (images * spatial) / UNITS.multiplyAdds,
    (images * moved) / UNITS.moved,
    keepsMaps(way) && recomputes(plan, recomputation) ? (images * repeatable) / UNITS.moved : 0,
    parameters / UNITS.parameters,
  ];
}

/** As of a step that recomputes nothing: an evaluation has no backward pass. */
function evaluationWork(plan: LayerPlan, precision: Precision, images: number): readonly number[] {
  return stepWork(plan, { kernels: 'stock', precision }, { images, recomputation: false });
}

function preparationWork(plan: LayerPlan, stepMilliseconds: number): readonly number[] {
  return [1, layers(plan), stepMilliseconds / UNITS.milliseconds];
}

function layers(plan: LayerPlan): number {
  return plan.layers.length / UNITS.layers;
}
