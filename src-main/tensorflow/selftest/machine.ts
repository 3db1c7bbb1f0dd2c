/** What decides which kernels run: processor, runtime and the environment variables that choose between kernels. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

import type { TensorFlowRuntime } from '../locate.ts';

const VARIABLES = [
  'TF_ENABLE_ONEDNN_OPTS',
  'ONEDNN_MAX_CPU_ISA',
  'DNNL_MAX_CPU_ISA',
  'TF_NUM_INTRAOP_THREADS',
  'CUDA_VISIBLE_DEVICES',
];

/** A short name for this machine with this runtime; equal where results of the self-test can be shared. */
export function machineKey(runtime: TensorFlowRuntime, environment: NodeJS.ProcessEnv = process.env): string {
  const parts = [
    process.arch,
    cpus()[0]?.model ?? '',
    processorFlags().join(' '),
    runtime.version,
    runtime.sha256,
    ...graphicsProcessors(),
    ...VARIABLES.map((name) => `${name}=${environment[name] ?? ''}`),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** Models and firmware of the NVIDIA GPUs and their driver's version, as the driver tells them; none without one. */
function graphicsProcessors(): readonly string[] {
  const folder = '/proc/driver/nvidia';
  try {
    const gpus = readdirSync(`${folder}/gpus`).map((name) =>
      readFileSync(`${folder}/gpus/${name}/information`, 'utf8'),
    );
    return [readFileSync(`${folder}/version`, 'utf8'), ...gpus];
  } catch {
    return [];
  }
}

/** Instruction sets of the processor as Linux lists them (`avx512f`, ...); none where it cannot be told. */
export function processorFlags(): readonly string[] {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return line?.[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}
