/** A layer plan as an ONNX model: uint8 NHWC images in, preprocessing inside, logits and probabilities out. */

import { assertNever } from '../../contract/errors.ts';
import type { LayerPlan, PlannedLayer } from '../../contract/model.ts';
import type { Normalisation } from '../../graph/lower/preprocess.ts';
import { toTorch } from '../torchNames.ts';
import { OnnxGraph } from './writer.ts';

/**
 * Encodes a network with its weights.
 * @param values every tensor of the plan by name, in the plan's layout
 */
export function encodeOnnx(
  plan: LayerPlan,
  normalisation: Normalisation,
  values: ReadonlyMap<string, Float32Array>,
): Uint8Array {
  const graph = new OnnxGraph();
  const lowering = new Lowering(graph, values);
  const input = preprocess(graph, normalisation);
  for (const layer of plan.layers) lowering.lower(layer, input);
  const last = plan.layers.at(-1);
  if (last === undefined) throw new Error('the network has no layers');
  const logits = graph.node('Identity', 'logits', [lowering.outputOf(last.name)]);
  const probabilities = graph.node('Softmax', 'probabilities', [logits], { axis: 1 });
  const { height, width, channels } = plan.input;
  return graph.finish([height, width, channels], [logits, probabilities], plan.classes);
}

/** (pixel - mean) / standard deviation, NCHW; a channel that never changes becomes 0, as everywhere else. */
function preprocess(graph: OnnxGraph, { mean, standardDeviation }: Normalisation): string {
  const inverse = standardDeviation.map((deviation) => (deviation > 0 ? 1 / deviation : 1));
  const floats = graph.node('Cast', 'preprocess/cast', ['images'], { to: 1 });
  const meanName = graph.constant('preprocess/mean', [mean.length], Float32Array.from(mean));
  const centred = graph.node('Sub', 'preprocess/subtract', [floats, meanName]);
  const scale = graph.constant('preprocess/scale', [inverse.length], Float32Array.from(inverse));
  const scaled = graph.node('Mul', 'preprocess/multiply', [centred, scale]);
  return graph.node('Transpose', 'preprocess/transpose', [scaled], { perm: [0, 3, 1, 2] });
}

class Lowering {
  readonly #graph: OnnxGraph;
  readonly #values: ReadonlyMap<string, Float32Array>;
  readonly #outputs = new Map<string, string>();
  readonly #channels = new Map<string, number>();

  constructor(graph: OnnxGraph, values: ReadonlyMap<string, Float32Array>) {
    this.#graph = graph;
    this.#values = values;
  }

  /** Name of the value that a layer makes. */
  outputOf(layer: string): string {
    const name = this.#outputs.get(layer);
    if (name === undefined) throw new Error(`the layer ${layer} comes too late`);
    return name;
  }

  /** Adds a layer; `images` is what the input layer gives. */
  lower(layer: PlannedLayer, images: string): void {
    const inputs = layer.inputs.map((name) => this.outputOf(name));
    this.#channels.set(layer.name, channelsOf(layer));
    this.#outputs.set(layer.name, this.#add(layer, inputs, images));
  }

  #add(layer: PlannedLayer, inputs: readonly string[], images: string): string {
    const { name, operation } = layer;
    const add = (kind: string, extra: readonly string[] = [], attributes = {}): string =>
      this.#graph.node(kind, name, [...inputs, ...extra], attributes);
    switch (operation.kind) {
      case 'input':
        return images;
      case 'dropout':
        return inputs[0] ?? images;
      case 'convolution': {
        const { kernel, stride, padding } = operation;
        return add('Conv', this.#tensors(layer), window(kernel, stride, padding));
      }
      case 'batchNorm':
        // The plan's order is that of the operator: scale, shift, mean, variance.
        return add('BatchNormalization', this.#tensors(layer), { epsilon: { float: operation.epsilon } });
      case 'relu':
        return add('Relu');
      case 'sigmoid':
        return add('Sigmoid');
      case 'add':
        return add('Add');
      case 'shortcut':
        return add('Conv', [this.#selection(layer, channelsOf(layer))], window(1, operation.stride, 0));
      case 'stochasticDepth':
        return add('Mul', [this.#graph.constant(`${name}/survival`, [1], Float32Array.of(operation.survival))]);
      case 'highway': {
        const [made = '', gate = '', carried = ''] = inputs;
        const change = this.#graph.node('Sub', `${name}/change`, [made, carried]);
        const gated = this.#graph.node('Mul', `${name}/gated`, [gate, change]);
        return this.#graph.node('Add', name, [carried, gated]);
      }
      case 'concat':
        return add('Concat', [], { axis: 1 });
      case 'averagePool':
        return add('AveragePool', [], window(operation.size, operation.stride, 0));
      case 'maxPool':
        return add('MaxPool', [], window(operation.size, operation.stride, operation.padding));
      case 'globalAveragePool': {
        const means = this.#graph.node('GlobalAveragePool', `${name}/means`, inputs);
        return this.#graph.node('Flatten', name, [means], { axis: 1 });
      }
      case 'linear':
        return add('Gemm', this.#tensors(layer), { transB: 1 });
      default:
        return assertNever(operation);
    }
  }

  /** 1x1 kernels that hand each channel on and make the channels behind them zero. */
  #selection(layer: PlannedLayer, channels: number): string {
    const given = this.#channels.get(layer.inputs[0] ?? '') ?? channels;
    const weights = new Float32Array(channels * given);
    for (let channel = 0; channel < given; channel++) weights[channel * given + channel] = 1;
    return this.#graph.constant(`${layer.name}/selection`, [channels, given, 1, 1], weights);
  }

  /** Adds the tensors of a layer in torch's layouts, which are ONNX's; their names. */
  #tensors(layer: PlannedLayer): string[] {
    return layer.tensors.map((planned) => {
      const { name } = planned;
      const data = this.#values.get(name);
      if (data === undefined) throw new Error(`there is no value for ${name}`);
      const turned = toTorch(planned, name, data);
      return this.#graph.constant(name, turned.shape, turned.data);
    });
  }
}

function channelsOf({ outputShape }: PlannedLayer): number {
  return outputShape.at(-1) ?? 0;
}

function window(kernel: number, stride: number, padding: number) {
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
}
