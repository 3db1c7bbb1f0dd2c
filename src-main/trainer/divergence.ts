/** Where numbers stopped being numbers. */

import type { CompiledModel } from '../graph/node.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Data, type HostTensor } from '../tensorflow/tensor.ts';

/** A compiled network with its state. */
interface Running {
  readonly compiled: CompiledModel;
  readonly session: Session;
}

const NOTHING = { name: '', largest: 0 };
/** Numbers whose squares float32 does not hold are larger. */
const ROOT_OF_LARGEST = 1e19;
/** Layers whose outputs are looked at in one run: few enough to fit beside one another, many enough to be quick. */
const LAYERS_AT_ONCE = 8;

/**
 * The first layer, in the order of the plan, whose output on these images is not finite; with the state as it is now and the
 * moving averages. Undefined when all are finite.
 * @param images uint8 [n, h, w, channels]
 */
export function firstBrokenLayer({ compiled, session }: Running, images: HostTensor): string | undefined {
  const layers = Object.entries(compiled.layers);
  for (let start = 0; start < layers.length; start += LAYERS_AT_ONCE) {
    const looked = layers.slice(start, start + LAYERS_AT_ONCE);
    const outputs = session.run(
      { [compiled.predict.feeds.images]: images },
      looked.map(([, fetch]) => fetch),
    );
    const broken = outputs.findIndex((output) => !float32Data(output).every(Number.isFinite));
    if (broken >= 0) return looked[broken]?.[0];
  }
  return undefined;
}

/**
 * Where the numbers of a step end, in a few words: at the first layer, in the order of the plan, whose output is not finite, or
 * else at the first gradient on the way back; where all are finite and only their norm is not, the largest gradient. Undefined
 * when the norm is finite too.
 * @param network compiled to be inspected, with the state before the step; changes nothing
 * @param parts what each part of the batch is fed as
 */
export function firstBrokenInStep(
  network: Running,
  parts: readonly Readonly<Record<string, HostTensor>>[],
): string | undefined {
  for (const part of parts) {
    const layer = firstBrokenOutput(network, part);
    if (layer !== undefined) return `the first layer whose output is not finite is ${layer}`;
  }
  const gradients = parts.flatMap((part) => gradientsBackwards(network, part));
  const broken = gradients.find(({ largest }) => !Number.isFinite(largest));
  if (broken !== undefined) return `the first gradient that is not finite is that of ${broken.name}`;
  const worst = gradients.reduce((most, each) => (each.largest > most.largest ? each : most), NOTHING);
  return worst.largest > ROOT_OF_LARGEST ? `the largest gradient is that of ${worst.name}` : undefined;
}

function firstBrokenOutput({ compiled, session }: Running, feeds: Readonly<Record<string, HostTensor>>) {
  const { inspection } = compiled;
  if (inspection === null) throw new Error('the network was not compiled to be inspected');
  const [sums] = session.run(feeds, [inspection.sums]);
  const suspects = Object.entries(inspection.layers).filter((_, index) => !Number.isFinite(float32Data(sums)[index]));
  // Large numbers may have a sum that is none.
  return suspects.find(([, fetch]) => !float32Data(session.run(feeds, [fetch])[0]).every(Number.isFinite))?.[0];
}

/** The largest magnitude of each gradient, NaN where one is, in the order in which they are made: the last layer's first. */
function gradientsBackwards({ compiled, session }: Running, feeds: Readonly<Record<string, HostTensor>>) {
  const gradients = Object.entries(compiled.gradients).reverse();
  const values = session.run(
    feeds,
    gradients.map(([, fetch]) => fetch),
  );
  return gradients.map(([name], index) => ({
    name,
    largest: float32Data(values[index]).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  }));
}
