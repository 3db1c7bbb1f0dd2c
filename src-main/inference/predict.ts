/** Predictions for image files. */

import { realpath } from 'node:fs/promises';
import { DEFAULT_CONVERSION } from '../contract/conversion.ts';
import { targetOf } from '../datasets/convert.ts';
import type { DecodeSession } from '../datasets/decoding.ts';
import { probeImage } from '../datasets/formats/probeImage.ts';
import { float32Data, uint8Tensor } from '../tensorflow/tensor.ts';
import type { TrainedNetwork } from './network.ts';

/** What the network says of one file, or why the file cannot be read. */
export type FilePrediction =
  | {
      readonly ok: true;
      readonly file: string;
      /** Name of the most probable class. */
      readonly class: string;
      /** By class, in the order of the class names; sum 1. */
      readonly probabilities: readonly number[];
      readonly logits: readonly number[];
    }
  | { readonly ok: false; readonly file: string; readonly reason: string; readonly remedy: string };

/**
 * Predicts one file. It is converted as folders of images are: EXIF turned, transparency over white, and unless it has the
 * input's size already scaled until the shorter side fits and cut to the middle.
 */
export async function predictFile(
  network: TrainedNetwork,
  decoder: DecodeSession,
  file: string,
): Promise<FilePrediction> {
  const { height, width, channels } = network.description.input;
  const found = await probe(file);
  if (!found.ok) return { ok: false, file, reason: found.reason, remedy: found.remedy };
  const turned = found.image.orientation >= 5;
  const isSize =
    (turned ? found.image.width : found.image.height) === height &&
    (turned ? found.image.height : found.image.width) === width;
  if (height !== width && !isSize) {
    return {
      ok: false,
      file,
      reason: `Not ${String(height)}x${String(width)}`,
      remedy: 'Give an image of the size of the input',
    };
  }
  const { path, kind, bytes, modifiedMs, orientation } = found.image;
  const outcome = await decoder.decode({
    ...{ path, kind, bytes, modifiedMs, orientation },
    ...targetOf({ height, width, channels: channels === 1 ? 1 : 3 }, DEFAULT_CONVERSION),
  });
  if (!outcome.ok) return { ok: false, file, reason: outcome.reason, remedy: outcome.remedy };
  return { ok: true, file, ...predictPixels(network, outcome.pixels) };
}

/** @param pixels uint8, height x width x channels of the input */
function predictPixels({ compiled, session, description }: TrainedNetwork, pixels: Uint8Array) {
  const { height, width, channels } = compiled.input;
  const { feeds, fetches } = compiled.predict;
  const images = uint8Tensor([1, height, width, channels], pixels);
  const values = session.run({ [feeds.images]: images }, [fetches.logits, fetches.probabilities]);
  const [logits = [], probabilities = []] = values.map((value) => Array.from(float32Data(value)));
  const best = logits.reduce((most, logit, index) => (logit > (logits[most] ?? 0) ? index : most), 0);
  return { class: description.dataset.classNames[best] ?? String(best), probabilities, logits };
}

async function probe(file: string): ReturnType<typeof probeImage> {
  try {
    return await probeImage(await realpath(file));
  } catch {
    return { ok: false, reason: 'There is no such file', remedy: 'Check the path' };
  }
}
