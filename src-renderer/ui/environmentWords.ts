/** What really trained a run, in words and figures. */

import type { Kernels, RunEnvironment } from '../../src-main/contract/run.ts';
import { formatNumber } from './format.ts';

/** A fact and its value. */
export interface EnvironmentPair {
  readonly name: string;
  readonly value: string;
  /** The value in full, where it is cut. */
  readonly whole?: string;
}

/** What computes dense blocks. */
const KERNELS: Readonly<Record<Kernels, string>> = {
  stock: "TensorFlow's own",
  block: "DenseLab's block kernels",
};

/** Device, kernels, precision, threads and versions. */
export function environmentPairs(environment: RunEnvironment): readonly EnvironmentPair[] {
  const { intraOpThreads, interOpThreads } = environment;
  return [
    { name: 'Device', value: environment.device },
    ...(environment.deviceReason === undefined
      ? []
      : [{ name: 'Why', value: environment.deviceReason, whole: environment.deviceReason }]),
    { name: 'Kernels', value: KERNELS[environment.kernels ?? 'stock'] },
    { name: 'Precision', value: environment.precision ?? 'float32' },
    { name: 'Threads', value: `${formatNumber(intraOpThreads)} inside, ${formatNumber(interOpThreads)} between` },
    { name: 'TensorFlow', value: environment.tensorflow },
    { name: 'DenseLab', value: environment.denselab },
    { name: 'Node', value: environment.node },
  ];
}
