/** What the families' plans have in common. */

import type { PlannedBlock } from '../../contract/model.ts';
import type { Activation, Kernel, PlanBuilder } from '../builder.ts';

/** A network without its global pooling and classifier. */
export interface Body {
  readonly maps: Activation;
  readonly blocks: readonly PlannedBlock[];
}

/** What a stage of units adds: its maps, and how many direct connections it has. */
export interface StageOf {
  readonly maps: Activation;
  readonly connections: number;
}

/** A 3x3 convolution that keeps the size, or takes every `stride`-th pixel. */
export function wide(stride = 1): Kernel {
  return { kernel: 3, stride, padding: 1 };
}

/** A 1x1 convolution. */
export function pointwise(stride = 1): Kernel {
  return { kernel: 1, stride, padding: 0 };
}

/** BN and ReLU, as `scope/norm3` and `scope/relu3` for the number 3. */
export function addActivation(plan: PlanBuilder, scope: string, number: number | '', maps: Activation): Activation {
  return plan.relu(`${scope}/relu${String(number)}`, plan.batchNorm(`${scope}/norm${String(number)}`, maps));
}

/** Convolution, BN and ReLU, as `scope/conv3`, `scope/norm3` and `scope/relu3` for the number 3. */
export function addConvolution(
  plan: PlanBuilder,
  scope: string,
  number: number | '',
  from: Activation,
  window: Kernel,
  channels: number,
): Activation {
  return addActivation(plan, scope, number, plan.convolution(`${scope}/conv${String(number)}`, from, window, channels));
}

/** Adds stages one after another; `add` is given the stage's 1-based number, its units and what it reads. */
export function addStages(
  unitsPerStage: readonly number[],
  start: Activation,
  add: (stage: number, units: number, from: Activation) => StageOf,
): Body {
  const blocks: PlannedBlock[] = [];
  let maps = start;
  unitsPerStage.forEach((layers, position) => {
    const inputChannels = maps.channels;
    const made = add(position + 1, layers, maps);
    maps = made.maps;
    const { channels: outputChannels, height, width } = maps;
    const { connections } = made;
    blocks.push({
      kind: 'stage',
      index: position + 1,
      layers,
      connections,
      inputChannels,
      outputChannels,
      height,
      width,
    });
  });
  return { maps, blocks };
}

/** `stage2/unit3`. */
export function unitName(stage: number, unit: number): string {
  return `stage${String(stage)}/unit${String(unit)}`;
}

/** The first unit of every stage but the first halves height and width. */
export function strideOf(stage: number, unit: number): 1 | 2 {
  return stage > 1 && unit === 1 ? 2 : 1;
}
