/** From a spec to layers with names, shapes and exact counts (Huang et al. 2017, sections 3 and 4). */

import type { DenseNetSpec, InputShape, LayerPlan, ModelSpec, PlannedBlock } from '../contract/model.ts';
import { PlanBuilder, type Activation } from './builder.ts';
import { modelInvalid, parseModelSpec } from './spec.ts';

/** Maps of a bottleneck per map of growth (section 3, "Bottleneck layers"). */
const BOTTLENECK_FACTOR = 4;
/** The largest edge of an input image, pixels. */
const LARGEST_EDGE = 8192;
/** Labels are stored in 16 bits. */
const MOST_CLASSES = 65_536;

/**
 * Lays out a network for one input size and number of classes.
 * Shapes are [height, width, channels] without the batch axis; names are a file format and never change.
 * @throws DenseLabError `model-invalid` naming the field, its value and what would fit.
 */
export function planModel(spec: ModelSpec, input: InputShape, classes: number): LayerPlan {
  const checked = parseModelSpec(spec);
  checkInput(input);
  checkClasses(classes);
  const plan = new PlanBuilder(checked);
  const blocks: PlannedBlock[] = [];
  let maps = addStem(plan, checked, plan.input([input.height, input.width, input.channels]));
  checked.blockLayers.forEach((layers, position) => {
    const index = position + 1;
    const start = maps;
    maps = addBlock(plan, checked, index, layers, start);
    blocks.push(describeBlock(index, layers, start, maps));
    if (index < checked.blockLayers.length) maps = addTransition(plan, checked, index, maps);
  });
  addHead(plan, maps, classes);
  const { layers } = plan;
  return {
    spec: checked,
    input,
    classes,
    layers,
    blocks,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

/** CIFAR: a bare 3x3 convolution. ImageNet: 7x7/2, BN, ReLU, 3x3/2 max pool. */
function addStem(plan: PlanBuilder, spec: DenseNetSpec, input: Activation): Activation {
  if (spec.stem === 'cifar') {
    return plan.convolution('stem/conv', input, { kernel: 3, stride: 1, padding: 1 }, spec.initialFeatures);
  }
  const maps = plan.convolution('stem/conv', input, { kernel: 7, stride: 2, padding: 3 }, spec.initialFeatures);
  const normalised = plan.relu('stem/relu', plan.batchNorm('stem/norm', maps));
  return plan.maxPool('stem/pool', normalised, { size: 3, stride: 2, padding: 1 });
}

/** Layers that each see the block's input and the maps of all layers before them. */
function addBlock(plan: PlanBuilder, spec: DenseNetSpec, index: number, layers: number, start: Activation): Activation {
  let seen = start;
  for (let layer = 1; layer <= layers; layer++) {
    const name = `block${String(index)}/layer${String(layer)}`;
    const made = addDenseLayer(plan, spec, name, seen);
    seen = plan.concat(`${name}/concat`, [seen, made]);
  }
  return seen;
}

/** H: BN-ReLU-Conv3x3, or BN-ReLU-Conv1x1 to 4k maps and BN-ReLU-Conv3x3; dropout after each convolution. */
function addDenseLayer(plan: PlanBuilder, spec: DenseNetSpec, name: string, seen: Activation): Activation {
  const wide = { kernel: 3, stride: 1, padding: 1 };
  const first = plan.relu(`${name}/relu1`, plan.batchNorm(`${name}/norm1`, seen));
  if (!spec.bottleneck) {
    const maps = plan.convolution(`${name}/conv1`, first, wide, spec.growthRate);
    return plan.dropout(`${name}/dropout1`, maps);
  }
  const point = { kernel: 1, stride: 1, padding: 0 };
  const narrow = plan.convolution(`${name}/conv1`, first, point, BOTTLENECK_FACTOR * spec.growthRate);
  const second = plan.batchNorm(`${name}/norm2`, plan.dropout(`${name}/dropout1`, narrow));
  const maps = plan.convolution(`${name}/conv2`, plan.relu(`${name}/relu2`, second), wide, spec.growthRate);
  return plan.dropout(`${name}/dropout2`, maps);
}

/** BN-ReLU-Conv1x1 to floor(θ·m) maps, then 2x2 average pooling that floors odd sizes as torch does. */
function addTransition(plan: PlanBuilder, spec: DenseNetSpec, index: number, maps: Activation): Activation {
  const name = `transition${String(index)}`;
  const kept = Math.floor(spec.compression * maps.channels);
  if (kept < 1) {
    throw modelInvalid(
      `A compression of ${String(spec.compression)} leaves none of the ${String(maps.channels)} maps at ${name}.`,
      `Use a compression of at least ${String(Math.ceil(1000 / maps.channels) / 1000)}.`,
    );
  }
  const active = plan.relu(`${name}/relu`, plan.batchNorm(`${name}/norm`, maps));
  const mixed = plan.convolution(`${name}/conv`, active, { kernel: 1, stride: 1, padding: 0 }, kept);
  return plan.averagePool(`${name}/pool`, plan.dropout(`${name}/dropout`, mixed), { size: 2, stride: 2 });
}

function addHead(plan: PlanBuilder, maps: Activation, classes: number): void {
  const active = plan.relu('head/relu', plan.batchNorm('head/norm', maps));
  plan.linear('classifier', plan.globalAveragePool('head/pool', active), classes);
}

function describeBlock(index: number, layers: number, start: Activation, end: Activation): PlannedBlock {
  return {
    index,
    layers,
    connections: (layers * (layers + 1)) / 2,
    inputChannels: start.channels,
    outputChannels: end.channels,
    height: end.height,
    width: end.width,
  };
}

function checkInput(input: InputShape): void {
  for (const side of ['height', 'width'] as const) {
    if (Number.isInteger(input[side]) && input[side] >= 1 && input[side] <= LARGEST_EDGE) continue;
    throw modelInvalid(
      `The input has ${side} ${String(input[side])}, which must be a whole number from 1 to ${String(LARGEST_EDGE)}.`,
      'Give the size as HEIGHTxWIDTHxCHANNELS, for example 32x32x3.',
    );
  }
  if (input.channels === 1 || input.channels === 3) return;
  throw modelInvalid(
    `The input has ${String(input.channels)} channels, which must be 1 (grey) or 3 (RGB).`,
    'Give the size as HEIGHTxWIDTHxCHANNELS, for example 28x28x1.',
  );
}

function checkClasses(classes: number): void {
  if (Number.isInteger(classes) && classes >= 2 && classes <= MOST_CLASSES) return;
  throw modelInvalid(
    `The number of classes is ${String(classes)}, which must be a whole number from 2 to ${String(MOST_CLASSES)}.`,
    'Give at least two classes.',
  );
}
