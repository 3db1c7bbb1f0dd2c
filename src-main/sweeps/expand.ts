/** From a sweep to the configurations that it trains: pure arithmetic. */

import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { LeftOut, SweepAxis, SweepModel, SweepRequest, SweepValue, SweptValue } from '../contract/sweep.ts';
import { SWEEP_LIMITS } from '../contract/sweep.ts';
import { createRandom } from '../datasets/random.ts';
import { listOf, nearest } from '../model/nearest.ts';
import { titleOf } from '../model/spec.ts';
import { checkAxis, drawnValue, gridValues, sweepInvalid } from './axis.ts';
import { checked, hasSetting, settingKeys, withSetting, type Configuration } from './fields.ts';

/** A run of a sweep before it has met its dataset. */
export interface SweptRun extends Configuration {
  readonly values: readonly SweptValue[];
  readonly seed: number;
}

/** What a sweep comes to before it has met its dataset. */
export interface Expansion {
  readonly runs: readonly SweptRun[];
  readonly leftOut: readonly LeftOut[];
}

/** Keeps the combinations that are drawn apart from what runs draw from the same seed. */
const STREAM = 0x73776570;
/** Drawings for each combination that is wanted: where there are not as many, the search ends. */
const PATIENCE = 50;
/** Combinations of one network that are looked at, also those that come to nothing. */
const MOST_LOOKED_AT = 20 * SWEEP_LIMITS.runs;
/** Settings that follow from others unless they are set themselves, so they are set last. */
const FOLLOWING = ['model.initialFeatures', 'model.gateBias'];

/**
 * All runs of a sweep: network by network, combination by combination (the last axis changes fastest), seed by seed.
 * An axis whose setting a network lacks does not count for it.
 * @throws DenseLabError `sweep-invalid` for an axis that no network has, `sweep-too-large`
 */
export function expandSweep(request: SweepRequest): Expansion {
  checkAxes(request);
  const runs: SweptRun[] = [];
  const leftOut: LeftOut[] = [];
  const known = new Map<string, string>();
  for (const [index, network] of modelsOf(request).entries()) {
    const modelTitle = titleOf(network.model);
    const start = { model: network.model, recipe: request.base.recipe };
    let wanted = request.choose.kind === 'random' ? request.choose.count : Infinity;
    for (const combination of combinationsOf(request, axesFor(network, request), index)) {
      if (wanted === 0) break;
      const found = configured(start, combination);
      if ('reason' in found) {
        leftOut.push({ modelTitle, ...found });
        continue;
      }
      const subject = JSON.stringify([found.model, found.recipe]);
      const applied = JSON.stringify([index, found.values]);
      const twin = known.get(subject);
      if (twin === undefined) {
        known.set(subject, applied);
        wanted--;
        runs.push(...overSeeds(found, request));
        if (runs.length > SWEEP_LIMITS.runs) throw tooLarge();
      } else if (twin !== applied) {
        leftOut.push({ modelTitle, values: found.values, reason: 'It is the same as another run of the sweep.' });
      }
    }
  }
  return { runs, leftOut };
}

/** The seeds of a sweep; that of its recipe where none are given. */
export function seedsOf({ seeds, base }: SweepRequest): readonly number[] {
  return seeds.length === 0 ? [base.recipe.seed] : [...new Set(seeds)];
}

function modelsOf({ base, fixed, models }: SweepRequest): readonly SweepModel[] {
  return [{ model: base.model, fixed }, ...models];
}

function overSeeds(found: Configuration & Pick<SweptRun, 'values'>, request: SweepRequest): SweptRun[] {
  return seedsOf(request).map((seed) => ({ ...found, recipe: { ...found.recipe, seed }, seed }));
}

/** The axes that may change a network: those whose setting it has, or may have once another axis has set the whole. */
function axesFor({ model, fixed }: SweepModel, { axes, base }: SweepRequest): readonly SweepAxis[] {
  const start = { model, recipe: base.recipe };
  const open = axes.filter(({ key }) => !fixed || !key.startsWith('model.'));
  return open.filter(({ key }) => hasSetting(start, key) || open.some((other) => key.startsWith(`${other.key}.`)));
}

/** Values of every axis, one list for each combination. */
function combinationsOf(
  { choose }: SweepRequest,
  axes: readonly SweepAxis[],
  network: number,
): Iterable<readonly SweptValue[]> {
  if (choose.kind === 'random') return drawn(axes, choose, network);
  const lists = axes.map((axis) => ({ key: axis.key, values: gridValues(axis) }));
  if (lists.reduce((product, { values }) => product * values.length, 1) > MOST_LOOKED_AT) throw tooLarge();
  return grid(lists);
}

function* grid(
  axes: readonly { readonly key: string; readonly values: readonly SweepValue[] }[],
): Generator<readonly SweptValue[]> {
  const [first, ...rest] = axes;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const value of first.values) for (const others of grid(rest)) yield [{ key: first.key, value }, ...others];
}

function* drawn(
  axes: readonly SweepAxis[],
  { count, seed }: { readonly count: number; readonly seed: number },
  network: number,
): Generator<readonly SweptValue[]> {
  const random = createRandom(STREAM, seed, network);
  const seen = new Set<string>();
  for (let tries = 0; tries < PATIENCE * count; tries++) {
    const combination = axes.map((axis) => ({ key: axis.key, value: drawnValue(axis, random) }));
    const subject = JSON.stringify(combination);
    if (seen.has(subject)) continue;
    seen.add(subject);
    yield combination;
  }
}

/** The start with a combination's values; those it lacks are dropped. Or why that is no training. */
function configured(
  start: Configuration,
  combination: readonly SweptValue[],
): (Configuration & Pick<SweptRun, 'values'>) | Omit<LeftOut, 'modelTitle'> {
  const applied = new Set<string>();
  let now = start;
  try {
    for (const { key, value } of [...combination].sort((one, other) => turnOf(one.key) - turnOf(other.key))) {
      const after = withSetting(now, key, value);
      if (after === null) continue;
      applied.add(key);
      now = after;
    }
    return { ...checked(now), values: combination.filter(({ key }) => applied.has(key)) };
  } catch (thrown) {
    const { code, message } = toFailure(thrown);
    if (code === 'internal') throw thrown;
    return { values: combination, reason: message };
  }
}

/** A whole comes before its parts: a schedule before its factor. */
function turnOf(key: string): number {
  return FOLLOWING.includes(key) ? Infinity : key.split('.').length;
}

function checkAxes(request: SweepRequest): void {
  const keys = request.axes.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw sweepInvalid(`The sweep has ${twice} twice.`, 'Put all its values into one list.');
  for (const axis of request.axes) {
    checkAxis(axis);
    checkKey(axis, request);
  }
}

/** An axis must be able to change a network. */
function checkKey({ key }: SweepAxis, request: SweepRequest): void {
  if (key === 'recipe.seed') {
    throw sweepInvalid(
      'Seeds are no axis of a sweep.',
      'Give them as the seeds that each combination is repeated with.',
    );
  }
  if (modelsOf(request).some((network) => axesFor(network, request).some((axis) => axis.key === key))) return;
  const { recipe } = request.base;
  const all = modelsOf(request).flatMap(({ model }) => settingKeys({ model, recipe }));
  const alike = nearest(key, [...new Set(all)], 1).filter((other) => other !== key);
  throw sweepInvalid(
    `No network that the sweep may change has the setting ${key}.`,
    alike.length > 0 ? `Did you mean ${listOf(alike)}?` : 'Take it out, or choose another one.',
  );
}

function tooLarge(): DenseLabError {
  return new DenseLabError(
    'sweep-too-large',
    `The sweep comes to more than ${SWEEP_LIMITS.runs.toLocaleString('en')} runs.`,
    'Take fewer values or seeds, or draw random combinations.',
  );
}
