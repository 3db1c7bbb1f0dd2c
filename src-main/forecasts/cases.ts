/** The networks that a calibration times: few and small, and as different as what they stand for. */

import type { TimedCase } from '../contract/forecast.ts';
import { modelFromName } from '../model/presets.ts';
import { keepsMaps, type Way } from '../model/recomputation.ts';

/** Name, edge of the input, its channels, batch. */
type Short = readonly [name: string, size: number, channels: 1 | 3, batch: number];

/** Dense blocks: narrow and wide, with and without bottlenecks, many and few images, many and few parameters. */
const DENSE: readonly Short[] = [
  ['densenet-bc-22-6', 28, 1, 64],
  ['densenet-bc-22-12', 28, 1, 64],
  ['densenet-bc-22-12', 16, 3, 64],
  ['densenet-bc-40-12', 32, 3, 32],
  ['densenet-40-12', 28, 1, 32],
  ['densenet-bc-40-24', 32, 3, 16],
  ['densenet-b-22-16', 32, 3, 16],
  ['densenet-bc-22-64', 16, 3, 16],
];
/** TensorFlow's own kernels: what residual networks are made of, and dense blocks beside them. */
const STOCK: readonly Short[] = [
  ['resnet-20', 28, 1, 64],
  ['resnet-b-20', 32, 3, 32],
  ['plain-20', 32, 3, 32],
  ['preact-resnet-38', 32, 3, 16],
  ['wide-resnet-16-4', 16, 3, 16],
  ['resnet-20', 16, 3, 32],
  ['densenet-bc-22-12', 28, 1, 32],
  ['densenet-40-12', 16, 3, 32],
];
/** As deep networks of any family are trained: what recomputation costs is foretold from it. */
const RECOMPUTED: Short = ['densenet-bc-40-12', 16, 3, 32];
const CLASSES = 10;

/** Every case for the ways that this machine has. */
export function calibrationCases(ways: readonly Way[]): readonly TimedCase[] {
  return ways.flatMap((way) => [
    ...(way.kernels === 'block' ? DENSE : STOCK).map((short) => timedCase(short, way)),
    ...(keepsMaps(way) ? [{ ...timedCase(RECOMPUTED, way), recomputation: true }] : []),
  ]);
}

/** A network by its name, computed in one way. */
export function timedCase([name, size, channels, batchSize]: Short, { kernels, precision }: Way): TimedCase {
  const input = { height: size, width: size, channels };
  return { model: modelFromName(name), input, classes: CLASSES, batchSize, recomputation: null, kernels, precision };
}
