import { assertNever } from '../../src-main/contract/errors.ts';
import type { DenseNetSpec, InceptionSpec, ModelPreset, ModelSpec, ResNetSpec } from '../../src-main/contract/model.ts';

/** A network of any family but DenseNet's. */
export type BaselineSpec = Exclude<ModelSpec, DenseNetSpec>;
/** Those whose stages have a number of units. */
type StagedSpec = Exclude<BaselineSpec, InceptionSpec>;

/** A number that a person sets on a ruler. */
export interface Quantity {
  /** Its path in a run; null where a person sets several settings at once. */
  readonly key: string | null;
  readonly label: string;
  readonly unit?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly major: readonly number[];
  /** The network with another value. */
  readonly change: (value: number) => BaselineSpec;
}

/** One of two forms. */
export interface Alternative {
  /** Its path in a run. */
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** The network in another form. */
  readonly change: (value: string) => BaselineSpec;
}

const DEEPEST = 200;
/**
 * The numbers that make a network of its family: depth, width, and what else its paper varies.
 * @param presets of which the Inception's widths are multiples
 */
export function quantitiesOf(spec: BaselineSpec, presets: readonly ModelPreset[]): readonly Quantity[] {
  switch (spec.family) {
    case 'plain':
      return [depth(spec), firstMaps(spec)];
    case 'highway':
      return [
        depth(spec),
        firstMaps(spec),
        {
          ...{
            key: 'model.gateBias',
            label: 'Gate bias b',
            value: spec.gateBias,
            min: -5,
            max: 0,
            step: 0.5,
            major: [-5, -3, -2, -1, 0],
          },
          change: (gateBias) => ({ ...spec, gateBias }),
        },
      ];
    case 'resnet':
      return [depth(spec), firstMaps(spec), ...residualQuantities(spec)];
    case 'inception':
      return presets.flatMap((preset) =>
        preset.spec.family === 'inception' ? [inceptionWidth(spec, preset.spec)] : [],
      );
    default:
      return assertNever(spec);
  }
}

/** The forms between which its paper chooses. */
export function alternativesOf(spec: BaselineSpec): readonly Alternative[] {
  if (spec.family !== 'resnet') return [];
  const shortcuts: Alternative = {
    key: 'model.shortcut',
    label: 'Shortcuts',
    value: spec.shortcut,
    options: [
      { value: 'A', label: 'A: zeros' },
      { value: 'B', label: 'B: 1×1' },
    ],
    change: (value) => ({ ...spec, shortcut: value === 'A' ? 'A' : 'B' }),
  };
  // A wide unit is a basic one: that is what its name counts.
  if (spec.widthFactor > 1) return [shortcuts];
  const units: Alternative = {
    key: 'model.unit',
    label: 'Units',
    value: spec.unit,
    options: [
      { value: 'basic', label: 'Basic' },
      { value: 'bottleneck', label: 'Bottleneck' },
    ],
    change: (value) => withDepth({ ...spec, unit: value === 'basic' ? 'basic' : 'bottleneck' }, depthOf(spec)),
  };
  return [units, shortcuts];
}

/** Layers with weights, as the family's paper counts them. */
export function depthOf(spec: StagedSpec): number {
  const { period, rest } = countOf(spec);
  return (period * spec.unitsPerStage.reduce((sum, units) => sum + units, 0)) / spec.unitsPerStage.length + rest;
}

/** The same network with the depth that is nearest and fits, all stages alike. */
function withDepth<Spec extends StagedSpec>(spec: Spec, wanted: number): Spec {
  const { period, rest } = countOf(spec);
  const units = Math.max(1, Math.round((wanted - rest) / period));
  return { ...spec, unitsPerStage: spec.unitsPerStage.map(() => units) };
}

/** Layers that one more unit in every stage adds, and those that are outside the units. */
function countOf(spec: StagedSpec): { readonly period: number; readonly rest: number } {
  const stages = spec.unitsPerStage.length;
  if (spec.family === 'highway') return { period: stages, rest: 2 };
  if (spec.family === 'plain') return { period: 2 * stages, rest: 2 };
  return { period: (spec.unit === 'basic' ? 2 : 3) * stages, rest: spec.widthFactor > 1 ? stages + 1 : 2 };
}

function depth(spec: StagedSpec): Quantity {
  const { period, rest } = countOf(spec);
  const value = depthOf(spec);
  const fitting = (from: number): number => rest + period * Math.floor((from - rest) / period);
  const max = Math.max(value, fitting(DEEPEST));
  return {
    ...{ key: 'model.depth', label: 'Depth', unit: 'layers', value, min: rest + period, max, step: period },
    major: [rest + period, fitting(56), fitting(110), max],
    change: (wanted) => withDepth(spec, wanted),
  };
}

function firstMaps(spec: StagedSpec): Quantity {
  return {
    ...{
      key: 'model.initialFeatures',
      label: 'First stage',
      unit: 'maps',
      value: spec.initialFeatures,
      min: 4,
      max: 64,
      step: 4,
    },
    major: [4, 16, 32, 64],
    change: (initialFeatures) => ({ ...spec, initialFeatures }),
  };
}

/** Of a wide network width and dropout, of one with stochastic depth the last unit's survival. */
function residualQuantities(spec: ResNetSpec): readonly Quantity[] {
  const wide: readonly Quantity[] = [
    {
      ...{
        key: 'model.widthFactor',
        label: 'Width',
        unit: 'times',
        value: spec.widthFactor,
        min: 2,
        max: 12,
        step: 1,
        major: [2, 4, 8, 10, 12],
      },
      change: (widthFactor) => ({ ...spec, widthFactor }),
    },
    {
      ...{
        key: 'model.dropoutRate',
        label: 'Dropout',
        value: spec.dropoutRate,
        min: 0,
        max: 0.5,
        step: 0.05,
        major: [0, 0.3, 0.5],
      },
      change: (dropoutRate) => ({ ...spec, dropoutRate }),
    },
  ];
  const survival: Quantity = {
    ...{
      key: 'model.finalSurvival',
      label: 'Last survival',
      value: spec.finalSurvival,
      min: 0.1,
      max: 0.95,
      step: 0.05,
      major: [0.1, 0.5, 0.95],
    },
    change: (finalSurvival) => ({ ...spec, finalSurvival }),
  };
  return [...(spec.widthFactor > 1 ? wide : []), ...(spec.finalSurvival < 1 ? [survival] : [])];
}

function inceptionWidth(spec: InceptionSpec, published: InceptionSpec): Quantity {
  const scaled = (maps: number, factor: number): number => Math.max(1, Math.round(maps * factor));
  return {
    ...{ key: null, label: 'Width', unit: 'times', value: spec.initialFeatures / published.initialFeatures },
    ...{ min: 0.25, max: 2, step: 0.25, major: [0.25, 1, 2] },
    change: (factor) => ({
      ...spec,
      initialFeatures: scaled(published.initialFeatures, factor),
      stageModules: published.stageModules.map((modules) =>
        modules.map(([pointwise, wide]) => [scaled(pointwise, factor), scaled(wide, factor)] as const),
      ),
      downFeatures: published.downFeatures.map((maps) => scaled(maps, factor)),
    }),
  };
}
