/** In what a run computes maps: what its recipe says, or what is measured to be faster here. */

import { DenseLabError } from '../contract/errors.ts';
import type { Kernels, Precision, RunEnvironment } from '../contract/run.ts';
import type { CompiledModel } from '../graph/node.ts';
import { decideDevice } from '../tensorflow/devices/choose.ts';
import { listDevices } from '../tensorflow/devices/list.ts';
import { bfloat16Refusal, precisionEvidence, type PrecisionEvidence } from '../tensorflow/precision.ts';
import type { TrainingJob } from './job.ts';
import { timeDevice, type Placement } from './placing.ts';

/** One way to compute a run. */
export interface ComputedWay {
  readonly precision: Precision;
  readonly kernels: Kernels;
  readonly compiled: CompiledModel;
}

/** Devices that a run may be put on, as TensorFlow pins them; none when the wished one is not there. */
export function possiblePins(wish: TrainingJob['device']): readonly string[] {
  const decision = decideDevice(wish ?? 'auto', listDevices().devices);
  if (decision.kind === 'missing') return [];
  return decision.kind === 'use' ? [decision.device.pin] : decision.pins;
}

/**
 * Precisions that come into question: one, or two to be measured. Every device that may train must have them.
 * @param before what a run that goes on was trained with; null for one that is free to choose
 * @throws DenseLabError `recipe-invalid` when bfloat16 is asked for and a device does not have it
 */
export function possiblePrecisions(
  wanted: TrainingJob['recipe']['precision'],
  before: RunEnvironment | null,
  pins: readonly string[],
  evidence: PrecisionEvidence = precisionEvidence(),
): readonly Precision[] {
  const wish = wanted === 'auto' && before !== null ? (before.precision ?? 'float32') : wanted;
  if (wish === 'float32') return ['float32'];
  const refusal = pins.map((pin) => bfloat16Refusal(pin, evidence)).find((reason) => reason !== null) ?? null;
  if (wish === 'auto') return refusal === null ? ['float32', 'bfloat16'] : ['float32'];
  if (refusal === null) return ['bfloat16'];
  throw new DenseLabError(
    'recipe-invalid',
    `The recipe asks for bfloat16, but ${refusal}.`,
    'Set precision to "float32", or to "auto", which takes bfloat16 only where it is faster.',
  );
}

/**
 * The fastest of some ways on the last of the possible devices; the first where none is faster, or another fails.
 * @param placementOf how a way is tried
 * @throws the signal's reason when it is aborted
 */
export async function fastestWay(
  ways: readonly [ComputedWay, ...ComputedWay[]],
  pins: readonly string[],
  placementOf: (way: ComputedWay) => Placement,
): Promise<ComputedWay> {
  const [first] = ways;
  const pin = pins.at(-1);
  if (ways.length === 1 || pin === undefined) return first;
  let best = { way: first, milliseconds: Infinity };
  for (const way of ways) {
    const timing = await timeDevice(placementOf(way), pin);
    if ('milliseconds' in timing && timing.milliseconds < best.milliseconds) best = { way, ...timing };
  }
  return best.way;
}
