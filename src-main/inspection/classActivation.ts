/** Which places of an image speak for a class. */

import { DenseLabError } from '../contract/errors.ts';
import type { ClassActivation, Occlusion } from '../contract/inspect.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { float32Data, float32Tensor, uint8Tensor } from '../tensorflow/tensor.ts';
import { cutIntoBatches } from '../trainer/batches.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { layersByName, mapsOf } from './derive.ts';
import { findLayer, mapValues, oneImage, type LoadedCheckpoint, type OpenRun } from './openRun.ts';

/** An image and the class that is asked about. */
export interface Question {
  /** uint8, height x width x channels of the input. */
  readonly pixels: Uint8Array;
  readonly class: number;
}

/**
 * Grad-CAM of one layer; see `ClassActivation`.
 * @throws DenseLabError `layer-unknown`; `not-inspectable` for a layer without height and width, and for the image
 */
export async function classActivation(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  { pixels, class: label }: Question,
  name: string,
): Promise<ClassActivation> {
  const { plan, values, record } = checkpoint;
  const layer = findLayer(plan, name);
  const [height, width] = layer.outputShape;
  if (
    layer.outputShape.length !== 3 ||
    layer.operation.kind === 'input' ||
    height === undefined ||
    width === undefined
  ) {
    throw new DenseLabError(
      'not-inspectable',
      `${name} has no maps between the image and the pooling, so nothing of it can be weighed by a gradient.`,
      'Choose a layer with height and width.',
    );
  }
  const chosen = Array.from({ length: plan.classes }, (_, at) => (at === label ? 1 : 0));
  const gradients = await run.differentiate(checkpoint, ({ model, session }) => {
    const feeds = { [model.images]: oneImage(plan, pixels), [model.chosen]: float32Tensor([plan.classes], chosen) };
    const means = session.run(feeds, Object.values(model.gradients));
    return new Map(Object.keys(model.gradients).map((each, at) => [each, float32Data(means[at])]));
  });
  const weights = gradientOf(layersByName(plan), gradients, layer);
  const maps = mapValues(plan, values, await run.pass(checkpoint, pixels), name);
  return {
    layer: name,
    epoch: record.epoch,
    class: label,
    height,
    width,
    values: weighedSum(maps, weights, height * width),
    weights,
  };
}

/** What is set side by side, or passed by in evaluation, has the gradients of what it reads. */
function gradientOf(
  layerOf: (name: string) => PlannedLayer,
  gradients: ReadonlyMap<string, Float32Array>,
  layer: PlannedLayer,
): Float32Array {
  const own = gradients.get(layer.name);
  if (own !== undefined) return own.slice(0, mapsOf(layer));
  return Float32Array.from(layer.inputs.flatMap((input) => Array.from(gradientOf(layerOf, gradients, layerOf(input)))));
}

function weighedSum(maps: Float32Array, weights: Float32Array, pixels: number): Float32Array {
  return Float32Array.from({ length: pixels }, (_, pixel) => {
    const sum = weights.reduce((total, weight, map) => total + weight * (maps[pixel * weights.length + map] ?? NaN), 0);
    return Math.max(0, sum);
  });
}

/** Where a square covers the image. */
export interface Square {
  /** Edge, pixels. */
  readonly size: number;
  /** From one place to the next. */
  readonly stride: number;
}

/** The probability of a class with a square of the training images' mean colour over each place in turn. */
export async function occlusion(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  { pixels, class: label }: Question,
  { size, stride }: Square,
): Promise<Occlusion> {
  const { plan, normalisation, record } = checkpoint;
  const { height, width, channels } = plan.input;
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const colour = normalisation.mean.map(Math.round);
  const probabilities = new Float32Array(rows * columns);
  for (const { offset, size: count } of cutIntoBatches(rows * columns, evaluationBatch(plan.input))) {
    const batch = new Uint8Array(count * pixels.length);
    for (let slot = 0; slot < count; slot++) {
      const [row, column] = [Math.floor((offset + slot) / columns), (offset + slot) % columns];
      const image = batch.subarray(slot * pixels.length, (slot + 1) * pixels.length);
      image.set(pixels);
      cover(image, plan, { top: row * stride, left: column * stride, size }, colour);
    }
    const found = await run.inspect(checkpoint, ({ model, session }) => {
      const feeds = { [model.images]: uint8Tensor([count, height, width, channels], batch) };
      return float32Data(session.run(feeds, [model.probabilities])[0]);
    });
    for (let slot = 0; slot < count; slot++) probabilities[offset + slot] = found[slot * plan.classes + label] ?? NaN;
  }
  const uncovered = (await run.pass(checkpoint, pixels)).probabilities[label] ?? NaN;
  return { epoch: record.epoch, class: label, size, stride, rows, columns, probabilities, uncovered };
}

/** @param place the pixel in the middle of the square, and its edge */
function cover(
  image: Uint8Array,
  { input }: LayerPlan,
  place: { readonly top: number; readonly left: number; readonly size: number },
  colour: readonly number[],
): void {
  const { height, width, channels } = input;
  const before = Math.floor(place.size / 2);
  const [top, left] = [place.top - before, place.left - before];
  for (let y = Math.max(0, top); y < Math.min(height, top + place.size); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + place.size); x++) {
      for (let channel = 0; channel < channels; channel++) {
        image[(y * width + x) * channels + channel] = colour[channel] ?? 0;
      }
    }
  }
}
