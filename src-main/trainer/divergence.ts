/** Where numbers stopped being numbers. */

import type { CompiledModel } from '../graph/node.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Data, type HostTensor } from '../tensorflow/tensor.ts';

/** Layers whose outputs are looked at in one run: few enough to fit beside one another, many enough to be quick. */
const LAYERS_AT_ONCE = 8;

/**
 * The first layer, in the order of the plan, whose output on these images is not finite; with the state as it is now and the
 * moving averages. Undefined when all are finite.
 * @param images uint8 [n, h, w, channels]
 */
export function firstBrokenLayer(
  { compiled, session }: { readonly compiled: CompiledModel; readonly session: Session },
  images: HostTensor,
): string | undefined {
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
