/** DenseNet (Huang et al. 2017, sections 3 and 4). */

import type { DenseNetSpec, PlannedBlock } from '../../contract/model.ts';
import type { Activation, PlanBuilder } from '../builder.ts';
import { modelInvalid } from '../spec.ts';
import { addActivation, type Body } from './body.ts';

/** Maps of a bottleneck per map of growth (section 3, "Bottleneck layers"). */
const BOTTLENECK_FACTOR = 4;

/** Stem, dense blocks with transitions between them, and the last BN and ReLU. */
export function addDenseNet(plan: PlanBuilder, spec: DenseNetSpec, input: Activation): Body {
  const blocks: PlannedBlock[] = [];
  let maps = addStem(plan, spec, input);
  spec.blockLayers.forEach((layers, position) => {
    const index = position + 1;
    const start = maps;
    maps = addBlock(plan, spec, index, layers, start);
    const { channels, height, width } = maps;
    const connections = (layers * (layers + 1)) / 2;
    const size = { inputChannels: start.channels, outputChannels: channels, height, width };
    blocks.push({ kind: 'block', index, layers, connections, ...size });
    if (index < spec.blockLayers.length) maps = addTransition(plan, spec, index, maps);
  });
  return { maps: addActivation(plan, 'head', '', maps), blocks };
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
    return plan.dropout(`${name}/dropout1`, maps, spec.dropoutRate);
  }
  const point = { kernel: 1, stride: 1, padding: 0 };
  const narrow = plan.convolution(`${name}/conv1`, first, point, BOTTLENECK_FACTOR * spec.growthRate);
  const second = plan.batchNorm(`${name}/norm2`, plan.dropout(`${name}/dropout1`, narrow, spec.dropoutRate));
  const maps = plan.convolution(`${name}/conv2`, plan.relu(`${name}/relu2`, second), wide, spec.growthRate);
  return plan.dropout(`${name}/dropout2`, maps, spec.dropoutRate);
}

/** BN-ReLU-Conv1x1 to floor(θ·m) maps, then 2x2 average pooling that floors odd sizes as torch does. */
function addTransition(plan: PlanBuilder, spec: DenseNetSpec, index: number, maps: Activation): Activation {
  const name = `transition${String(index)}`;
  const width = Math.floor(spec.compression * maps.channels);
  if (width < 1) {
    throw modelInvalid(
      `A compression of ${String(spec.compression)} leaves none of the ${String(maps.channels)} maps at ${name}.`,
      `Use a compression of at least ${String(Math.ceil(1000 / maps.channels) / 1000)}.`,
    );
  }
  const active = plan.relu(`${name}/relu`, plan.batchNorm(`${name}/norm`, maps));
  const mixed = plan.convolution(`${name}/conv`, active, { kernel: 1, stride: 1, padding: 0 }, width);
  const kept = plan.dropout(`${name}/dropout`, mixed, spec.dropoutRate);
  return plan.averagePool(`${name}/pool`, kept, { size: 2, stride: 2 });
}
