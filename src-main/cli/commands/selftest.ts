/** `denselab selftest`: whether the kernels of networks compute what they should. */

import type { KernelProof, ProvenNetwork } from '../../contract/engine.ts';
import { runSelfTests } from '../../experiments/selfTests.ts';
import { threadsFor } from '../../experiments/threads.ts';
import { modelFromName } from '../../model/presets.ts';
import type { Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { count } from '../format.ts';
import { readInput, readModel } from '../models.ts';

const CLASSES = 10;
const CIFAR = { height: 32, width: 32, channels: 3 };
/** What most people train: the paper's CIFAR networks and the smallest ImageNet one on small images. */
const COMMON: readonly ProvenNetwork[] = [
  ...['densenet-40-12', 'densenet-bc-40-12', 'densenet-bc-100-12'].map((name) => networkOf(name, CIFAR)),
  networkOf('densenet121', { height: 64, width: 64, channels: 3 }),
];

/** Exit status 1 when a kernel is wrong. */
export const selftest: Command = {
  name: 'selftest',
  operands: [],
  options: ['model', 'input', 'classes', 'fresh'],
  summary: 'Compare every kernel of a network with a float64 reference',
  details: [
    'Without --model: the networks that most people train. What was checked on this machine before is told from memory.',
    'A training does this by itself before its first step, and does not start on a wrong kernel.',
  ],
  async run(call) {
    const { cacheDirectory, cores, spawn } = call.parts;
    const networks = networksOf(call.args);
    const proofs = await runSelfTests(networks, call.args.flag('fresh'), {
      spawn,
      runtime: { threads: threadsFor(cores), cacheDirectory, device: 'cpu' },
      onProof: (proof) => call.output.lines(describe(proof)),
    });
    return conclude(call, proofs);
  },
};

function networksOf(args: Arguments): readonly ProvenNetwork[] {
  const model = args.text('model');
  if (model === undefined) return COMMON;
  const input = readInput(args.text('input') ?? '32x32x3');
  return [{ model: readModel(model), input, classes: args.number('classes') ?? CLASSES }];
}

function networkOf(name: string, input: ProvenNetwork['input']): ProvenNetwork {
  return { model: modelFromName(name), input, classes: CLASSES };
}

function describe({ model, input, kernels, failures, seconds }: KernelProof): string[] {
  const { height, width, channels } = input;
  const size = [height, width, channels].map(String).join('x');
  const verdict = failures.length === 0 ? 'all right' : `${count(failures.length)} WRONG`;
  return [
    `${model} on ${size}: ${count(kernels)} kernels, ${verdict} (checked in ${seconds.toFixed(1)} s)`,
    ...failures.map(({ kernel, error }) => `  ${kernel}: off by ${percentOf(error)}`),
  ];
}

function conclude({ output }: Call, networks: readonly KernelProof[]): number {
  const failures = [...new Map(networks.flatMap((each) => each.failures).map((each) => [each.kernel, each])).values()];
  output.event({ sound: failures.length === 0, failures, networks });
  output.lines(
    failures.length === 0
      ? ['', 'Every kernel agrees with its reference.']
      : [
          '',
          'Networks with these kernels are not trained here. Start DenseLab with TF_ENABLE_ONEDNN_OPTS=0 to use others.',
        ],
  );
  return failures.length === 0 ? 0 : 1;
}

/** A share as percent with two digits, however large. */
function percentOf(share: number): string {
  return `${String(Number((share * 100).toPrecision(2)))}%`;
}
