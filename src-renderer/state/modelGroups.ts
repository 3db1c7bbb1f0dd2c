/** Networks as they are offered: in groups that a person knows by name. */

import { assertNever } from '../../src-main/contract/errors.ts';
import type { ModelPreset, ModelSpec, ResNetSpec } from '../../src-main/contract/model.ts';
import { depthOf } from './baselineChoice.ts';
import { headingOf, shortNameOf } from './architectureChoice.ts';

/** The group of a network. */
export function groupOf(spec: ModelSpec): string {
  switch (spec.family) {
    case 'densenet':
      return spec.stem === 'cifar' ? 'DenseNet' : 'DenseNet for ImageNet';
    case 'resnet':
      return residualGroup(spec);
    case 'plain':
      return 'Plain';
    case 'highway':
      return 'Highway';
    case 'inception':
      return 'Inception';
    default:
      return assertNever(spec);
  }
}

/** All groups of some presets, in their order. */
export function groupsOf(presets: readonly ModelPreset[]): readonly string[] {
  return [...new Set(presets.map(({ spec }) => groupOf(spec)))];
}

/** What a network is called above its drawing: a DenseNet by its quantities, any other as its preset. */
export function modelHeading(spec: ModelSpec, presets: readonly ModelPreset[]): string {
  return spec.family === 'densenet' ? headingOf(spec) : presetTitle(spec, presets);
}

/** A short name for a run. */
export function modelShortName(spec: ModelSpec, presets: readonly ModelPreset[]): string {
  return spec.family === 'densenet' ? shortNameOf(spec) : presetTitle(spec, presets);
}

function residualGroup({ form, widthFactor, finalSurvival }: ResNetSpec): string {
  if (widthFactor > 1) return 'Wide ResNet';
  if (finalSurvival < 1) return 'Stochastic depth';
  return form === 'original' ? 'ResNet' : 'Pre-activation ResNet';
}

function presetTitle(spec: ModelSpec, presets: readonly ModelPreset[]): string {
  const written = JSON.stringify(spec);
  return presets.find((preset) => JSON.stringify(preset.spec) === written)?.title ?? ownTitle(spec);
}

/** Of a network that has no preset: its group and its depth, of a wide one also its width. */
function ownTitle(spec: ModelSpec): string {
  if (spec.family === 'densenet' || spec.family === 'inception') return groupOf(spec);
  const width = spec.family === 'resnet' && spec.widthFactor > 1 ? `-${String(spec.widthFactor)}` : '';
  return `${groupOf(spec)}-${String(depthOf(spec))}${width}`;
}
