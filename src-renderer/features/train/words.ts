/** How the screen of a new run writes things. */

import type { LayerOperation, LayerPlan } from '../../../src-main/contract/model.ts';
import { growthRateOf, type PartAddress, type PartFacts, type Stage } from '../../drawing/architectureStages.ts';
import { formatCount, formatDuration, formatMagnitude, formatNumber } from '../../ui/format.ts';

/** `Block 2, layer 5`. */
export function partName(part: PartAddress): string {
  switch (part.kind) {
    case 'stem':
      return 'Stem';
    case 'layer':
      return `Block ${String(part.block)}, layer ${String(part.layer)}`;
    case 'transition':
      return `Transition ${String(part.index)}`;
    case 'classifier':
      return 'Classifier';
  }
}

/** `Block 2, layer 5 reads 96 maps: 48 from transition 1 and 12 from each of layers 1 to 4`. */
export function leadOf(plan: LayerPlan, part: PartAddress, facts: PartFacts): string {
  const name = partName(part);
  const maps = formatNumber(facts.inputShape.at(-1) ?? 0);
  switch (part.kind) {
    case 'stem':
      return `${name} reads the image and makes ${formatNumber(plan.spec.initialFeatures)} maps`;
    case 'layer':
      return `${name} reads ${maps} maps: ${sourcesOf(plan, part.block, part.layer)}`;
    case 'transition':
      return `${name} reads the ${maps} maps of block ${String(part.index)} and keeps ${formatNumber(facts.outputShape.at(-1) ?? 0)}`;
    case 'classifier':
      return `${name} reads the mean of each of the ${maps} maps of block ${String(plan.blocks.length)}`;
  }
}

/** What the read-out tells of a part. */
export function factWords(facts: PartFacts): readonly string[] {
  return [
    facts.operations.map(({ operation, outputShape }) => operationWords(operation, outputShape)).join(', '),
    `in ${facts.inputShape.join('×')}`,
    `out ${facts.outputShape.join('×')}`,
    `${formatCount(facts.parameters)} parameters`,
    `${magnitude(facts.multiplyAdds)} multiply-adds`,
  ];
}

/** `Block 2`, as the table and the share bar name stages. */
export function stageName({ kind, index }: Stage): string {
  switch (kind) {
    case 'stem':
      return 'Stem';
    case 'block':
      return `Block ${String(index)}`;
    case 'stage':
      return `Stage ${String(index)}`;
    case 'transition':
      return `Transition ${String(index)}`;
    case 'classifier':
      return 'Classifier';
  }
}

/** A time as figure and unit: `139`, `s`; `24`, `min`; `4 h 24`, `min`. */
export function splitDuration(seconds: number): { readonly figure: string; readonly unit: string } {
  const text = formatDuration(seconds);
  const at = text.lastIndexOf(' ');
  return { figure: text.slice(0, at), unit: text.slice(at + 1) };
}

/** `55.1 M`. */
export function magnitude(value: number): string {
  const { figure, prefix } = formatMagnitude(value);
  return prefix === '' ? figure : `${figure} ${prefix}`;
}

function sourcesOf(plan: LayerPlan, block: number, layer: number): string {
  const input = formatNumber(plan.blocks[block - 1]?.inputChannels ?? 0);
  const origin = block === 1 ? 'the stem' : `transition ${String(block - 1)}`;
  const growth = formatNumber(growthRateOf(plan));
  if (layer === 1) return `all from ${origin}`;
  if (layer === 2) return `${input} from ${origin} and ${growth} from layer 1`;
  return `${input} from ${origin} and ${growth} from each of layers 1 to ${String(layer - 1)}`;
}

function operationWords(operation: LayerOperation, outputShape: readonly number[]): string {
  const to = formatNumber(outputShape.at(-1) ?? 0);
  switch (operation.kind) {
    case 'batchNorm':
      return 'BN';
    case 'relu':
      return 'ReLU';
    case 'convolution':
      return `${windowWords(operation.kernel, operation.stride)} to ${to}`;
    case 'dropout':
      return `dropout ${String(operation.rate)}`;
    case 'averagePool':
      return `${windowWords(operation.size, operation.stride)} mean`;
    case 'maxPool':
      return `${windowWords(operation.size, operation.stride)} maximum`;
    case 'globalAveragePool':
      return 'mean of each map';
    case 'linear':
      return `linear to ${to}`;
    case 'shortcut':
      return `zero-padded shortcut to ${to}`;
    case 'stochasticDepth':
      return 'stochastic depth';
    case 'highway':
      return 'highway mix';
    case 'add':
      return 'sum';
    case 'input':
    case 'concat':
    case 'sigmoid':
      return operation.kind;
  }
}

function windowWords(size: number, stride: number): string {
  return `${String(size)}×${String(size)}${stride === 1 ? '' : `/${String(stride)}`}`;
}
