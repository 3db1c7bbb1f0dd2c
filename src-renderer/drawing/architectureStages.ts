/** The plan of a network in the parts that a person names: stem, blocks, transitions, classifier. */

import type { LayerOperation, LayerPlan, PlannedLayer } from '../../src-main/contract/model.ts';

/** What a stage is. `classifier` holds everything behind the last block. */
export type StageKind = 'stem' | 'block' | 'stage' | 'transition' | 'classifier';

/** One row of the table of stages, and one segment of the share bar. */
export interface Stage {
  readonly kind: StageKind;
  /** 1-based among the blocks or transitions; 1 for the stem and the classifier. */
  readonly index: number;
  readonly parameters: number;
  /** For one image. */
  readonly multiplyAdds: number;
  /** Shape that it hands on: [height, width, channels], or [features]. */
  readonly outputShape: readonly number[];
}

/** What one selectable part of the drawing reads, does and costs. */
export interface PartFacts {
  /** Operations in order; concatenations and dropout at rate 0 are left out. */
  readonly operations: readonly { readonly operation: LayerOperation; readonly outputShape: readonly number[] }[];
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** For one image. */
  readonly multiplyAdds: number;
}

/** A part of the drawing that can be pointed at. `layer` is 1-based and set for `layer` parts only. */
export type PartAddress =
  | { readonly kind: 'stem' }
  | { readonly kind: 'layer'; readonly block: number; readonly layer: number }
  | { readonly kind: 'transition'; readonly index: number }
  | { readonly kind: 'classifier' };

/** Adds the layers of a plan up, stage by stage, in the order in which an image passes them. */
export function stagesOf(plan: LayerPlan): readonly Stage[] {
  const stages: Stage[] = [];
  for (const layer of plan.layers) {
    if (layer.operation.kind === 'input') continue;
    const { kind, index } = stageOf(layer.name);
    const last = stages.at(-1);
    const joins = last !== undefined && last.kind === kind && last.index === index;
    const stage: Stage = {
      kind,
      index,
      parameters: (joins ? last.parameters : 0) + layer.parameters,
      multiplyAdds: (joins ? last.multiplyAdds : 0) + layer.multiplyAdds,
      outputShape: layer.outputShape,
    };
    if (joins) stages[stages.length - 1] = stage;
    else stages.push(stage);
  }
  return stages;
}

/** The parts of a network that can be pointed at, left to right. */
export function partsOf(plan: LayerPlan): readonly PartAddress[] {
  const parts: PartAddress[] = [{ kind: 'stem' }];
  for (const block of plan.blocks) {
    for (let layer = 1; layer <= block.layers; layer += 1) parts.push({ kind: 'layer', block: block.index, layer });
    if (block.index < plan.blocks.length) parts.push({ kind: 'transition', index: block.index });
  }
  parts.push({ kind: 'classifier' });
  return parts;
}

/** k: the maps that each layer of a DenseNet adds; 0 in other families. */
export function growthRateOf({ spec }: LayerPlan): number {
  return spec.family === 'densenet' ? spec.growthRate : 0;
}

/** What a part reads, does and costs. */
export function factsOf(plan: LayerPlan, part: PartAddress): PartFacts {
  const layers = plan.layers.filter((layer) => belongs(layer.name, part));
  const steps = layers.filter((layer) => tells(layer));
  const first = steps[0];
  return {
    operations: steps.map(({ operation, outputShape }) => ({ operation, outputShape })),
    inputShape: first === undefined ? [] : inputShapeOf(plan, first),
    outputShape: steps.at(-1)?.outputShape ?? [],
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

function stageOf(name: string): { kind: StageKind; index: number } {
  const match = /^(stem|block|stage|transition)(\d*)\//.exec(name);
  const kind = match?.[1];
  if (kind === 'stem') return { kind, index: 1 };
  if (kind === 'block' || kind === 'stage' || kind === 'transition') return { kind, index: Number(match?.[2]) };
  return { kind: 'classifier', index: 1 };
}

function belongs(name: string, part: PartAddress): boolean {
  switch (part.kind) {
    case 'layer':
      return name.startsWith(`block${String(part.block)}/layer${String(part.layer)}/`);
    case 'transition':
      return name.startsWith(`transition${String(part.index)}/`);
    case 'stem':
      return name.startsWith('stem/');
    case 'classifier':
      return name !== 'input' && stageOf(name).kind === 'classifier';
  }
}

function tells({ operation }: PlannedLayer): boolean {
  if (operation.kind === 'dropout') return operation.rate > 0;
  return operation.kind !== 'concat' && operation.kind !== 'input';
}

function inputShapeOf(plan: LayerPlan, layer: PlannedLayer): readonly number[] {
  const source = plan.layers.find(({ name }) => name === layer.inputs[0]);
  return source?.outputShape ?? [plan.input.height, plan.input.width, plan.input.channels];
}
