/**
 * Contender: the same network in tfjs-layers on the same TensorFlow and binding, op by op, as its documentation builds one.
 * Prints a `Measurement`; the argument is a `Task`.
 */

import util from 'node:util';

import * as tf from '@tensorflow/tfjs';
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js';

import { locateTensorFlow } from '../../src-main/tensorflow/locate.ts';
import {
  BATCH,
  CLASSES,
  DEVIATION,
  fixedBatch,
  INPUT,
  LEARNING_RATE,
  MEAN,
  measure,
  MOMENTUM,
  specOf,
  WEIGHT_DECAY,
  type Task,
} from './workload.ts';

/** Registers TensorFlow as the backend; its kernels register themselves when they are loaded. */
async function startBackend(): Promise<string> {
  // tfjs-node calls what Node 23 removed.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const addon = { exports: {} as TFJSBinding };
  process.dlopen(addon, locateTensorFlow().binding);
  await import('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(addon.exports, 'denselab-bench'));
  await tf.setBackend('tensorflow');
  return addon.exports.TF_Version;
}

/** L2 whose gradient is weight decay: the penalty is half the sum of squares. */
function decay(): ReturnType<typeof tf.regularizers.l2> {
  return tf.regularizers.l2({ l2: WEIGHT_DECAY / 2 });
}

function activate(maps: tf.SymbolicTensor): tf.SymbolicTensor {
  const normalised = tf.layers
    .batchNormalization({
      momentum: 0.9,
      epsilon: 1e-5,
      gammaRegularizer: decay(),
      betaRegularizer: decay(),
    })
    .apply(maps);
  return tf.layers.reLU().apply(normalised) as tf.SymbolicTensor;
}

function convolve(maps: tf.SymbolicTensor, filters: number, kernelSize: number): tf.SymbolicTensor {
  const layer = tf.layers.conv2d({ filters, kernelSize, padding: 'same', useBias: false, kernelRegularizer: decay() });
  return layer.apply(maps) as tf.SymbolicTensor;
}

function buildModel({ network }: Task): tf.LayersModel {
  const { growthRate, blockLayers, compression, initialFeatures } = specOf(network);
  const input = tf.input({ shape: [INPUT.height, INPUT.width, INPUT.channels] });
  let maps = convolve(input, initialFeatures, 3);
  let channels = initialFeatures;
  blockLayers.forEach((layers, block) => {
    for (let layer = 0; layer < layers; layer += 1) {
      const narrow = convolve(activate(maps), 4 * growthRate, 1);
      const made = convolve(activate(narrow), growthRate, 3);
      maps = tf.layers.concatenate().apply([maps, made]) as tf.SymbolicTensor;
      channels += growthRate;
    }
    if (block === blockLayers.length - 1) return;
    channels = Math.floor(channels * compression);
    const mixed = convolve(activate(maps), channels, 1);
    maps = tf.layers.averagePooling2d({ poolSize: 2, strides: 2 }).apply(mixed) as tf.SymbolicTensor;
  });
  const features = tf.layers.globalAveragePooling2d({}).apply(activate(maps));
  const output = tf.layers
    .dense({
      units: CLASSES,
      activation: 'softmax',
      kernelRegularizer: decay(),
      biasRegularizer: decay(),
    })
    .apply(features);
  return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
}

async function main(task: Task): Promise<void> {
  const version = await startBackend();
  const model = buildModel(task);
  model.compile({ optimizer: tf.train.momentum(LEARNING_RATE, MOMENTUM, true), loss: 'categoricalCrossentropy' });
  const { pixels, labels } = fixedBatch();
  const normalised = Float32Array.from(pixels, (value) => (value - MEAN) / DEVIATION);
  const images = tf.tensor4d(normalised, [BATCH, INPUT.height, INPUT.width, INPUT.channels]);
  const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES);
  const measurement = await measure(
    task.steps,
    `tfjs-layers ${tf.version_layers} on TensorFlow ${version}`,
    async () => {
      const loss = await model.trainOnBatch(images, targets);
      return Array.isArray(loss) ? (loss[0] ?? NaN) : loss;
    },
  );
  process.stdout.write(JSON.stringify(measurement));
}

void main(JSON.parse(process.argv[2] ?? '{}') as Task);
