/** Where a network trains: the device that was asked for, or the one on which its steps were measured to be the fastest. */

import type { CompiledModel } from '../graph/node.ts';
import type { DeviceTiming } from '../tensorflow/devices/choose.ts';
import { placeGraph, timeGraph, type GraphPlacement, type PlacedSession } from '../tensorflow/devices/place.ts';
import { int32Tensor, noiseImages } from '../tensorflow/tensor.ts';
import type { LoadedBatch } from './feeder.ts';
import { runStep, type Stepping } from './step.ts';

/** What is to be placed. */
export interface Placement extends Pick<GraphPlacement, 'wish' | 'cacheDirectory' | 'initialise' | 'signal'> {
  readonly compiled: CompiledModel;
  /** By what recipe it trains: what is measured are whole batches, in parts where they are trained in parts. */
  readonly job: NonNullable<Stepping['job']>;
}

/** Chooses the device and opens the session there, as `placeGraph`. */
export function placeTraining(placement: Placement): Promise<PlacedSession> {
  return placeGraph(asGraph(placement));
}

/** The median time of a step of the compiled graph on one device, on images of noise; otherwise as `timeGraph`. */
export function timeDevice(placement: Placement, pin: string): Promise<DeviceTiming> {
  return timeGraph(asGraph(placement), pin);
}

function asGraph(placement: Placement): GraphPlacement {
  const { compiled, job } = placement;
  return {
    ...placement,
    graph: compiled.graph,
    rehearse: (session, run) => {
      runStep({ compiled, session, job }, noise(placement, run), { learningRate: 0, seed: [0, run] });
    },
  };
}

/** A batch of noise, of the size that is trained with. */
function noise({ compiled, job }: Placement, step: number): LoadedBatch {
  const { batchSize } = job.recipe;
  const labels = Int32Array.from({ length: batchSize }, (_, index) => index % compiled.classes);
  return { images: noiseImages(batchSize, compiled.input, step), labels: int32Tensor([batchSize], labels) };
}
