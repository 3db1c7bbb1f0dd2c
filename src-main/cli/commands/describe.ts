/** `denselab describe`: a network on paper. */

import { assertNever } from '../../contract/errors.ts';
import type { LayerOperation, LayerPlan } from '../../contract/model.ts';
import { PAPER_RECIPE } from '../../contract/recipe.ts';
import { forecastNetwork, type NetworkForecast } from '../../experiments/networkForecast.ts';
import { threadsFor } from '../../experiments/threads.ts';
import { planModel } from '../../model/plan.ts';
import { titleOf } from '../../model/spec.ts';
import type { Command } from '../command.ts';
import { count, shape } from '../format.ts';
import { readInput, readModel } from '../models.ts';
import { stepFacts } from '../forecastPrinter.ts';
import { facts, table } from '../table.ts';

/** Needs no runtime; of the data folder only the calibration, where there is one. */
export const describe: Command = {
  name: 'describe',
  operands: ['MODEL'],
  options: ['input', 'classes', 'batch'],
  summary: 'Show the layers of a model, its parameters and multiply-adds, and the memory and time of a step here',
  details: [
    'MODEL is densenet[-b|-c|-bc]-DEPTH-GROWTH (densenet-40-12, densenet-bc-100-12), densenet121, 161, 169, 201, 264,',
    'a baseline (plain-20, resnet-110, resnet-b-20, preact-resnet-164, wide-resnet-28-10, highway-20, stochastic-depth-110,',
    'inception-small), or a JSON file of a model. Memory and time are of a training step in float32; times are known after',
    'denselab calibrate.',
  ],
  run({ args, output, parts, home }) {
    const spec = readModel(args.operands[0] ?? '');
    const plan = planModel(spec, readInput(args.text('input') ?? '32x32x3'), args.number('classes') ?? 10);
    const connections = plan.blocks.map((block) => block.connections);
    const brief = { title: titleOf(spec), params: plan.parameters, macs: plan.multiplyAdds, connections };
    const threads = threadsFor(parts.cores);
    const batch = args.number('batch') ?? PAPER_RECIPE.batchSize;
    const forecast = forecastNetwork(plan, batch, { home, cacheDirectory: parts.cacheDirectory, threads });
    output.result({ ...brief, forecast, ...plan }, () => lines(plan, forecast));
    return 0;
  },
};

function lines(plan: LayerPlan, forecast: NetworkForecast): string[] {
  const { height, width, channels } = plan.input;
  return [
    titleOf(plan.spec),
    '',
    ...facts([
      ['Input', shape([height, width, channels])],
      ['Classes', count(plan.classes)],
      ['Parameters', count(plan.parameters)],
      ['Multiply-adds', `${count(plan.multiplyAdds)} per image`],
      ...stepFacts(forecast),
    ]),
    '',
    ...blockTable(plan),
    '',
    ...layerTable(plan),
  ];
}

function blockTable({ blocks }: LayerPlan): string[] {
  return table(
    [
      { title: 'BLOCK' },
      { title: 'LAYERS', align: 'right' },
      { title: 'CONNECTIONS', align: 'right' },
      { title: 'SIZE', align: 'right' },
      { title: 'MAPS IN', align: 'right' },
      { title: 'MAPS OUT', align: 'right' },
    ],
    blocks.map((block) => [
      `${block.kind}${String(block.index)}`,
      count(block.layers),
      count(block.connections),
      shape([block.height, block.width]),
      count(block.inputChannels),
      count(block.outputChannels),
    ]),
  );
}

function layerTable({ layers }: LayerPlan): string[] {
  return table(
    [
      { title: 'LAYER' },
      { title: 'OPERATION' },
      { title: 'OUTPUT', align: 'right' },
      { title: 'PARAMETERS', align: 'right' },
      { title: 'MULTIPLY-ADDS', align: 'right' },
    ],
    layers.map((layer) => [
      layer.name,
      operationText(layer.operation),
      shape(layer.outputShape),
      layer.parameters === 0 ? '' : count(layer.parameters),
      layer.multiplyAdds === 0 ? '' : count(layer.multiplyAdds),
    ]),
  );
}

function operationText(operation: LayerOperation): string {
  switch (operation.kind) {
    case 'input':
      return 'input';
    case 'convolution':
      return `conv ${shape([operation.kernel, operation.kernel])}${strideText(operation.stride)}`;
    case 'batchNorm':
      return 'batch norm';
    case 'relu':
      return 'ReLU';
    case 'dropout':
      return `dropout ${String(operation.rate)}`;
    case 'concat':
      return 'concat';
    case 'sigmoid':
      return 'sigmoid';
    case 'add':
      return 'add';
    case 'shortcut':
      return `zero-padded shortcut${strideText(operation.stride)}`;
    case 'highway':
      return 'highway mix';
    case 'stochasticDepth':
      return `survives with ${String(Math.round(1000 * operation.survival) / 1000)}`;
    case 'averagePool':
      return `average pool ${shape([operation.size, operation.size])}${strideText(operation.stride)}`;
    case 'maxPool':
      return `max pool ${shape([operation.size, operation.size])}${strideText(operation.stride)}`;
    case 'globalAveragePool':
      return 'global average pool';
    case 'linear':
      return 'linear';
    default:
      return assertNever(operation);
  }
}

function strideText(stride: number): string {
  return stride === 1 ? '' : ` /${String(stride)}`;
}
