/** Depths and titles of the networks that DenseNets are compared with. */

import { assertNever } from '../contract/errors.ts';
import type { DenseNetSpec, HighwaySpec, InceptionSpec, ModelSpec, ResNetSpec } from '../contract/model.ts';

/** Any network but a DenseNet. */
export type BaselineSpec = Exclude<ModelSpec, DenseNetSpec>;

/** Maps of the stem in the papers' networks for 32x32 images. */
export const FIRST_FEATURES = 16;
/** p_L in the paper of stochastic depth. */
export const FINAL_SURVIVAL = 0.5;
/** From this depth on the paper's pre-activation networks have bottlenecks. */
const BOTTLENECK_DEPTH = 164;

/** The module widths of Zhang et al. (ICLR 2017, figure 3). */
export const SMALL_INCEPTION: InceptionSpec = {
  version: 1,
  family: 'inception',
  initialFeatures: 96,
  stageModules: [
    [
      [32, 32],
      [32, 48],
    ],
    [
      [112, 48],
      [96, 64],
      [80, 80],
      [48, 96],
    ],
    [
      [176, 160],
      [176, 160],
    ],
  ],
  downFeatures: [80, 96],
};

/** Convolutions on a unit's residual way. */
export function convolutionsPerUnit({ unit }: Pick<ResNetSpec, 'unit'>): number {
  return unit === 'basic' ? 2 : 3;
}

/** The kind of unit that a pre-activation network of this depth has in the paper: 9n + 2 layers with bottlenecks. */
export function preactivationUnit(depth: number): ResNetSpec['unit'] {
  const fitsBasic = (depth - 2) % 6 === 0;
  const fitsBottleneck = (depth - 2) % 9 === 0;
  return fitsBottleneck && (!fitsBasic || depth >= BOTTLENECK_DEPTH) ? 'bottleneck' : 'basic';
}

/** b of a highway network: -1, -2 and -3 for depths of about 10, 20 and 30. */
export function defaultGateBias(depth: number): number {
  if (depth < 15) return -1;
  return depth < 25 ? -2 : -3;
}

/** Layers with weights on the way from image to class; of a Wide ResNet as its paper counts them. */
export function baselineDepth(spec: BaselineSpec): number {
  switch (spec.family) {
    case 'plain':
      return 2 * sum(spec.unitsPerStage) + 2;
    case 'resnet':
      return convolutionsPerUnit(spec) * sum(spec.unitsPerStage) + (isWide(spec) ? 1 + spec.unitsPerStage.length : 2);
    case 'highway':
      return sum(spec.unitsPerStage) + 2;
    case 'inception':
      return sum(spec.stageModules.map((modules) => modules.length)) + spec.downFeatures.length + 2;
    default:
      return assertNever(spec);
  }
}

/** As `titleOf` of any model. */
export function baselineTitle(spec: BaselineSpec): string {
  switch (spec.family) {
    case 'plain':
      return withFacts(`Plain-${String(baselineDepth(spec))}`, shapeFacts(spec));
    case 'resnet':
      return resNetTitle(spec);
    case 'highway':
      return withFacts(`Highway-${String(baselineDepth(spec))}`, [...shapeFacts(spec), ...gateFacts(spec)]);
    case 'inception':
      return inceptionTitle(spec);
    default:
      return assertNever(spec);
  }
}

function resNetTitle(spec: ResNetSpec): string {
  const depth = baselineDepth(spec);
  const { form, unit, shortcut, widthFactor, dropoutRate, finalSurvival } = spec;
  const original = form === 'original';
  const facts: string[] = [];
  if (original || shortcut === 'A') facts.push(shortcut);
  if (!isWide(spec) && unit !== (original ? 'basic' : preactivationUnit(depth))) facts.push(unit);
  facts.push(...shapeFacts(spec));
  if (widthFactor > 1 && !isWide(spec)) facts.push(`${String(widthFactor)} times as wide`);
  if (dropoutRate > 0) facts.push(`dropout ${String(dropoutRate)}`);
  if (finalSurvival < 1 && finalSurvival !== FINAL_SURVIVAL) facts.push(`p_L=${String(finalSurvival)}`);
  const name = isWide(spec)
    ? `Wide ResNet-${String(depth)}-${String(widthFactor)}`
    : `${original ? '' : 'Pre-activation '}ResNet-${String(depth)}`;
  return withFacts(finalSurvival < 1 ? `${name} with stochastic depth` : name, facts);
}

function inceptionTitle(spec: InceptionSpec): string {
  const { initialFeatures, stageModules, downFeatures } = spec;
  const widths = JSON.stringify([initialFeatures, stageModules, downFeatures]);
  const { initialFeatures: first, stageModules: modules, downFeatures: down } = SMALL_INCEPTION;
  return widths === JSON.stringify([first, modules, down]) ? 'Inception (small)' : `Inception (${widths})`;
}

function isWide({ form, unit, widthFactor }: ResNetSpec): boolean {
  return form === 'preactivation' && unit === 'basic' && widthFactor > 1;
}

function shapeFacts(spec: Exclude<BaselineSpec, InceptionSpec>): readonly string[] {
  const { unitsPerStage, initialFeatures } = spec;
  const equal = unitsPerStage.length === 3 && new Set(unitsPerStage).size === 1;
  return [
    ...(equal ? [] : [`units ${unitsPerStage.join('-')}`]),
    ...(initialFeatures === FIRST_FEATURES ? [] : [`k0=${String(initialFeatures)}`]),
  ];
}

function gateFacts(spec: HighwaySpec): readonly string[] {
  return spec.gateBias === defaultGateBias(baselineDepth(spec)) ? [] : [`gate bias ${String(spec.gateBias)}`];
}

function withFacts(name: string, facts: readonly string[]): string {
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
