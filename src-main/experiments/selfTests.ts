/** Self-tests by hand, in a process of their own: they load TensorFlow and may find a kernel that crashes. */

import { DenseLabError, type Failure } from '../contract/errors.ts';
import type { KernelProof, ProvenNetwork } from '../contract/engine.ts';
import type { SpawnChild } from '../contract/process.ts';
import { workerEnvironment, type RuntimeChoice } from '../trainer/job.ts';

/** What the owner asks. */
export interface ProofRequest {
  readonly kind: 'prove';
  readonly networks: readonly ProvenNetwork[];
  readonly fresh: boolean;
}

/** What the probe tells: one proof for each network in order, or why it cannot. */
export type ProofAnswer =
  { readonly kind: 'proof'; readonly proof: KernelProof } | { readonly kind: 'unproven'; readonly error: Failure };

/** What self-tests need. */
export interface SelfTestParts {
  readonly spawn: SpawnChild;
  readonly runtime: RuntimeChoice;
  /** Told each proof when it is there. */
  readonly onProof: (proof: KernelProof) => void;
}

/**
 * Checks networks one after another.
 * @throws DenseLabError of the runtime or the model; `worker-died` when a kernel ends the process
 */
export function runSelfTests(
  networks: readonly ProvenNetwork[],
  fresh: boolean,
  { spawn, runtime, onProof }: SelfTestParts,
): Promise<readonly KernelProof[]> {
  return new Promise((resolve, reject) => {
    const proofs: KernelProof[] = [];
    const child = spawn('probe', workerEnvironment(runtime));
    child.onMessage((message) => {
      if (!isAnswer(message)) return;
      if (message.kind === 'unproven') {
        reject(asError(message.error));
        child.kill();
        return;
      }
      proofs.push(message.proof);
      onProof(message.proof);
      if (proofs.length < networks.length) return;
      resolve(proofs);
      child.kill();
    });
    child.onExit((code, signal, stderrTail) => {
      const detail = `It ended with ${String(signal ?? code)}.\n${stderrTail}`;
      const message = `The self-test died after ${String(proofs.length)} of ${String(networks.length)} networks.`;
      reject(
        new DenseLabError(
          'worker-died',
          message,
          'Run it again; if it dies again, report it with the details.',
          detail,
        ),
      );
    });
    child.post({ kind: 'prove', networks, fresh } satisfies ProofRequest);
  });
}

function asError({ code, message, action, detail }: Failure): DenseLabError {
  return new DenseLabError(code, message, action, detail);
}

/** The probe is our own program, so the kind tells an answer from noise. */
function isAnswer(message: unknown): message is ProofAnswer {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'proof' || message.kind === 'unproven';
}
