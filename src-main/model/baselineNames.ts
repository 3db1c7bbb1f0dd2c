/** Names of the networks that DenseNets are compared with: `resnet-110`, `wide-resnet-28-10`. */

import type { ResNetSpec } from '../contract/model.ts';
import {
  defaultGateBias,
  FINAL_SURVIVAL,
  FIRST_FEATURES,
  preactivationUnit,
  SMALL_INCEPTION,
  type BaselineSpec,
} from './baselines.ts';
import { listOf } from './nearest.ts';
import { modelInvalid } from './spec.ts';

const STAGES = 3;
const NAME = /^(plain|resnet|resnet-b|preact-resnet|wide-resnet|highway|stochastic-depth)-(\d{1,6})(?:-(\d{1,6}))?$/;

/** Published ones, for menus. */
export const BASELINE_NAMES: readonly string[] = [
  ...['plain-20', 'highway-20', 'inception-small', 'resnet-20', 'resnet-b-20', 'resnet-110', 'stochastic-depth-110'],
  ...['preact-resnet-110', 'preact-resnet-164', 'preact-resnet-1001', 'wide-resnet-28-10'],
];

/** Forms of names, for a sentence. */
export const BASELINE_FORMS =
  'plain-, resnet-, resnet-b-, preact-resnet-, highway- or stochastic-depth-DEPTH, or wide-resnet-DEPTH-WIDTH';

/**
 * The network of a lower-case name; undefined when it is none of these forms.
 * @throws DenseLabError `model-invalid` with the nearest depths that fit.
 */
export function baselineFromName(name: string): BaselineSpec | undefined {
  if (name === 'inception-small') return SMALL_INCEPTION;
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, form = '', digits, width] = match;
  const depth = Number(digits);
  if ((form === 'wide-resnet') !== (width !== undefined)) return undefined;
  const base = { version: 1, initialFeatures: FIRST_FEATURES } as const;
  const stages = (period: number, rest: number) => ({ unitsPerStage: unitsOf(form, depth, [period], rest) });
  switch (form) {
    case 'plain':
      return { ...base, family: 'plain', ...stages(6, 2) };
    case 'highway':
      return { ...base, family: 'highway', ...stages(3, 2), gateBias: defaultGateBias(depth) };
    case 'wide-resnet':
      return { ...residual('preactivation', 'B'), ...stages(6, 4), widthFactor: Number(width) };
    case 'preact-resnet': {
      const unit = preactivationUnit(depth);
      const unitsPerStage = unitsOf(form, depth, unit === 'basic' ? [6, 9] : [9, 6], 2);
      return { ...residual('preactivation', 'B'), unit, unitsPerStage };
    }
    case 'stochastic-depth':
      return { ...residual('original', 'A'), ...stages(6, 2), finalSurvival: FINAL_SURVIVAL };
    default:
      return { ...residual('original', form === 'resnet' ? 'A' : 'B'), ...stages(6, 2) };
  }
}

function residual(form: ResNetSpec['form'], shortcut: ResNetSpec['shortcut']) {
  return {
    version: 1,
    family: 'resnet',
    form,
    unit: 'basic',
    shortcut,
    initialFeatures: FIRST_FEATURES,
    widthFactor: 1,
    dropoutRate: 0,
    finalSurvival: 1,
  } as const;
}

/** Units of each of three equal stages for the first of `periods`; any of them may be offered when the depth fits none. */
function unitsOf(form: string, depth: number, periods: readonly number[], rest: number): readonly number[] {
  const period = periods[0] ?? 1;
  if (depth >= period + rest && (depth - rest) % period === 0) {
    return new Array<number>(STAGES).fill((depth - rest) / period);
  }
  const fits = (candidate: number) =>
    periods.some((each) => candidate >= each + rest && (candidate - rest) % each === 0);
  const below = downTo(depth, fits);
  const above = upFrom(depth, fits);
  const forms = periods.map((each) => `${String(each)}n + ${String(rest)}`).sort();
  throw modelInvalid(
    `A depth of ${String(depth)} does not fit ${form}: it has ${listOf(forms)} layers.`,
    `Use a depth of ${listOf([...below, above].map(String))}.`,
  );
}

function downTo(depth: number, fits: (depth: number) => boolean): readonly number[] {
  for (let candidate = depth - 1; candidate > Math.max(0, depth - 10); candidate--)
    if (fits(candidate)) return [candidate];
  return [];
}

function upFrom(depth: number, fits: (depth: number) => boolean): number {
  let candidate = depth + 1;
  while (!fits(candidate)) candidate++;
  return candidate;
}
