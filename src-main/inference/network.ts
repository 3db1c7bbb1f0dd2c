/** A network that was trained or imported, ready to predict: read from a checkpoint, folded, proven, in a session of its own. */

import { join } from 'node:path';
import type { CheckpointRecord, DeviceWish } from '../contract/run.ts';
import { compileInference, type InferenceModel } from '../graph/inference.ts';
import { fetchName } from '../graph/scope.ts';
import type { ChosenDevice } from '../tensorflow/devices/choose.ts';
import { placeGraph } from '../tensorflow/devices/place.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Data, noiseImages, type HostTensor } from '../tensorflow/tensor.ts';
import { readCheckpoint } from '../trainer/checkpoint.ts';
import type { CheckpointDescription } from '../trainer/description.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { trainedWeights } from '../trainer/trainedWeights.ts';

/** What a network says of a batch, both float32 [n, classes], row by row. */
export interface Outputs {
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
}

/** An open network; `close` frees it. */
export interface TrainedNetwork {
  readonly description: CheckpointDescription;
  readonly device: ChosenDevice;
  /** @param images uint8 [n, height, width, channels] of the network's input. @throws DenseLabError as `Session.run` */
  run(images: HostTensor): Outputs;
  close(): void;
}

/** Where to compute. */
export interface NetworkPlacement {
  readonly wish: DeviceWish;
  /** Where results of the self-test are kept. */
  readonly cacheDirectory: string;
}

/**
 * Opens a checkpoint of a run for prediction, on the device that was asked for, once its kernels are proven.
 * @param directory the run's folder
 * @throws DenseLabError `checkpoint-damaged`, `path-missing`, `checkpoint-mismatch`, and as `placeGraph`
 */
export async function openNetwork(
  directory: string,
  { file, sha256 }: CheckpointRecord,
  { wish, cacheDirectory }: NetworkPlacement,
): Promise<TrainedNetwork> {
  const path = join(directory, file);
  const checkpoint = readCheckpoint(path, sha256);
  const { plan, normalisation, values } = trainedWeights(checkpoint, path);
  const model = compileInference(plan, normalisation, values);
  const { session, device } = await placeGraph({
    wish,
    graph: model.graph,
    cacheDirectory,
    // The weights are constants of the graph.
    initialise: () => undefined,
    rehearse: (opened, run) => void outputsOf(model, opened, noiseImages(evaluationBatch(plan.input), plan.input, run)),
    signal: new AbortController().signal,
  });
  return {
    description: checkpoint.description,
    device,
    run: (images) => outputsOf(model, session, images),
    close: () => session.close(),
  };
}

function outputsOf(
  { images: input, logits, probabilities }: InferenceModel,
  session: Session,
  images: HostTensor,
): Outputs {
  const found = session.run({ [fetchName(input)]: images }, [fetchName(logits), fetchName(probabilities)]);
  return { logits: float32Data(found[0]), probabilities: float32Data(found[1]) };
}
