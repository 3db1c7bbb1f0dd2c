/** Where bfloat16 pays: processors and GPUs that multiply it in hardware. Elsewhere it is emulated, and slow. */

import { execFileSync } from 'node:child_process';

import { processorFlags } from './selftest/machine.ts';

/** Instruction sets that multiply bfloat16, as Linux names them. */
const INSTRUCTIONS = ['avx512_bf16', 'amx_bf16'];
/** The first compute capability whose tensor cores take bfloat16: NVIDIA's Ampere. */
const LEAST_CAPABILITY = 8;

/** What of the machine decides. */
export interface PrecisionEvidence {
  readonly processorFlags: readonly string[];
  /** Compute capability by the number of the GPU, as the driver tells it (`8.6`); `null` where it does not. */
  readonly capability: (gpu: number) => string | null;
}

/** Looks at this machine. */
export function precisionEvidence(): PrecisionEvidence {
  return { processorFlags: processorFlags(), capability: capabilityOf };
}

/**
 * Why a device cannot compute in bfloat16, as the end of a sentence; null when it can.
 * @param device as TensorFlow pins it: `CPU:0`, `GPU:1`
 */
export function bfloat16Refusal(device: string, evidence: PrecisionEvidence): string | null {
  const gpu = /^GPU:(\d+)$/.exec(device)?.[1];
  if (gpu === undefined) {
    const has = INSTRUCTIONS.some((name) => evidence.processorFlags.includes(name));
    return has ? null : 'this processor has neither AVX512_BF16 nor AMX_BF16';
  }
  const capability = evidence.capability(Number(gpu));
  if (capability === null) return `the driver does not tell the compute capability of ${device}`;
  if (Number(capability) >= LEAST_CAPABILITY) return null;
  return `${device} has compute capability ${capability}, and bfloat16 needs ${LEAST_CAPABILITY.toFixed(1)}`;
}

/** NVIDIA's tool comes with the driver. */
function capabilityOf(gpu: number): string | null {
  try {
    const query = ['--query-gpu=compute_cap', '--format=csv,noheader', `--id=${String(gpu)}`];
    const answer = execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return /^\d+\.\d+$/.test(answer) ? answer : null;
  } catch {
    return null;
  }
}
