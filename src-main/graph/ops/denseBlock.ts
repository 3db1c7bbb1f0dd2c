/**
 * DenseLabDenseBlock and its gradient: a dense block with what follows it, a transition or the head's global average, in one
 * operation of our own (`src-main/native`), which TensorFlow knows once that library is loaded.
 */

import { attribute, attributeOf, type Attributes } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Attribute, FloatingType, Shape, Tensor } from '../node.ts';
import { outputOf, type Scope } from '../scope.ts';
import { paddedChannels, requireAgreement, requireRank } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** The form of one dense block. */
export interface DenseBlockForm {
  readonly inputChannels: number;
  readonly growthRate: number;
  readonly layers: number;
  /** Channels between the 1x1 and the 3x3 convolution; 0 where a layer is one 3x3 convolution. */
  readonly bottleneck: number;
  /** Channels after the transition; 0 where the block ends in the head's global average. */
  readonly transition: number;
  readonly epsilon: number;
}

/** How a block is computed. */
export interface DenseBlockManner {
  /** What its maps and their gradients are kept in. */
  readonly precision: FloatingType;
  /** Whether the gradient computes maps between two convolutions again instead of their being kept; in bfloat16 only. */
  readonly recomputes: boolean;
}

const ATTRIBUTES = {
  input_channels: 'int',
  growth_rate: 'int',
  layers: 'int',
  bottleneck: 'int',
  transition: 'int',
  epsilon: 'float',
  maps_in_bfloat16: 'bool',
  recompute: 'bool',
} as const satisfies OpRule['attributes'];

/** When a DenseLabDenseBlock is legal, and what it gives. */
export const denseBlockRule: OpRule = {
  op: 'DenseLabDenseBlock',
  inputs: ['float32', 'float32'],
  attributes: ATTRIBUTES,
  infer: ([maps, parameters], attributes) => {
    const form = formOf(attributes);
    requireMaps(maps, form);
    const sizes = denseBlockSizes(form);
    requireAgreement(parameters?.shape ?? [], [sizes.parameters]);
    return [
      { dataType: 'float32', shape: outputShape(at(maps?.shape ?? [], 1), at(maps?.shape ?? [], 2), form) },
      // What the gradient needs; its size grows with the batch.
      { dataType: 'float32', shape: [-1] },
      { dataType: 'float32', shape: [sizes.statistics] },
    ];
  },
};

/** When a DenseLabDenseBlockGradient is legal, and what it gives. */
export const denseBlockGradientRule: OpRule = {
  op: 'DenseLabDenseBlockGradient',
  inputs: ['float32', 'float32', 'float32', 'float32'],
  attributes: ATTRIBUTES,
  infer: ([gradient, maps, parameters], attributes) => {
    const form = formOf(attributes);
    requireMaps(maps, form);
    const shape = maps?.shape ?? [];
    requireAgreement(gradient?.shape ?? [], outputShape(at(shape, 1), at(shape, 2), form));
    requireAgreement(parameters?.shape ?? [], [denseBlockSizes(form).parameters]);
    return [
      { dataType: 'float32', shape },
      { dataType: 'float32', shape: [denseBlockSizes(form).parameters] },
    ];
  },
};

/** What a block gives. */
export interface DenseBlockOutputs {
  /** [n, h / 2, w / 2, transition], or [n, channels] for the head, padded with zeros as a BatchNorm's output is. */
  readonly output: Tensor;
  /** Mean and variance with Bessel's correction of every BatchNorm, in the order of the flat vector of moving averages. */
  readonly statistics: Tensor;
}

/**
 * Adds a block that reads `maps` [n, h, w, inputChannels]; `parameters` is its part of the flat vector.
 * @param manner how it computes inside; what goes in and out is float32
 */
export function denseBlock(
  scope: Scope,
  [maps, parameters]: readonly [maps: Tensor, parameters: Tensor],
  form: DenseBlockForm,
  manner: DenseBlockManner,
): DenseBlockOutputs {
  const node = scope.add(denseBlockRule, [maps, parameters], attributesOf(form, manner));
  return { output: outputOf(node), statistics: outputOf(node, 2) };
}

/** Gradients of a block's maps and parameters; `state` is its second output. */
export function denseBlockGradient(
  scope: Scope,
  inputs: readonly [gradient: Tensor, maps: Tensor, parameters: Tensor, state: Tensor],
  attributes: Attributes,
): readonly [maps: Tensor, parameters: Tensor] {
  const node = scope.add(denseBlockGradientRule, inputs, attributes);
  return [outputOf(node), outputOf(node, 1)];
}

/** Floats of a block's parameters and statistics, padding included. */
export function denseBlockSizes(form: DenseBlockForm): { readonly parameters: number; readonly statistics: number } {
  let parameters = 0;
  let normalised = 0;
  for (let layer = 0; layer < form.layers; layer++) {
    const channels = paddedChannels(form.inputChannels + layer * form.growthRate);
    normalised += channels + paddedChannels(form.bottleneck);
    parameters +=
      form.bottleneck === 0
        ? 9 * channels * form.growthRate
        : form.bottleneck * channels + 9 * paddedChannels(form.bottleneck) * form.growthRate;
  }
  const last = paddedChannels(form.inputChannels + form.layers * form.growthRate);
  normalised += last;
  return { parameters: parameters + 2 * normalised + form.transition * last, statistics: 2 * normalised };
}

function outputShape(height: number, width: number, form: DenseBlockForm): Shape {
  if (form.transition > 0) return [-1, Math.floor(height / 2), Math.floor(width / 2), form.transition];
  return [-1, paddedChannels(form.inputChannels + form.layers * form.growthRate)];
}

function requireMaps(maps: Tensor | undefined, form: DenseBlockForm): void {
  requireRank(maps?.shape ?? [], 4);
  requireAgreement([at(maps?.shape ?? [], 3)], [form.inputChannels]);
}

function formOf(attributes: Attributes): DenseBlockForm {
  return {
    inputChannels: attributeOf(attributes, 'input_channels', 'int'),
    growthRate: attributeOf(attributes, 'growth_rate', 'int'),
    layers: attributeOf(attributes, 'layers', 'int'),
    bottleneck: attributeOf(attributes, 'bottleneck', 'int'),
    transition: attributeOf(attributes, 'transition', 'int'),
    epsilon: attributeOf(attributes, 'epsilon', 'float'),
  };
}

function attributesOf(
  form: DenseBlockForm,
  { precision, recomputes }: DenseBlockManner,
): Readonly<Record<string, Attribute>> {
  return {
    input_channels: attribute.int(form.inputChannels),
    growth_rate: attribute.int(form.growthRate),
    layers: attribute.int(form.layers),
    bottleneck: attribute.int(form.bottleneck),
    transition: attribute.int(form.transition),
    epsilon: attribute.float(form.epsilon),
    maps_in_bfloat16: attribute.bool(precision === 'bfloat16'),
    recompute: attribute.bool(recomputes),
  };
}
