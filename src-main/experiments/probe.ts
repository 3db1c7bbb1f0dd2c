/** A short-lived process that loads TensorFlow and tells what it found: half a gigabyte that nobody else need hold. */

import { toFailure } from '../contract/errors.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import { gatherEvidence } from '../tensorflow/devices/evidence.ts';
import { listDevices } from '../tensorflow/devices/list.ts';
import { proveNetwork } from '../trainer/proving.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import { seeImage } from '../trainer/seeing.ts';
import type { SeeingAnswer, SeeingQuestion } from './seeing.ts';
import type { ProofAnswer, ProofRequest } from './selfTests.ts';

function look(): ProbeAnswer {
  try {
    const binding = loadBinding();
    const { devices, refusal } = listDevices();
    return { ok: true, version: binding.TF_Version, evidence: gatherEvidence(devices, refusal) };
  } catch (thrown) {
    return { ok: false, error: toFailure(thrown) };
  }
}

function prove({ networks, fresh }: ProofRequest): void {
  for (const network of networks) owner.post(proofOf(network, fresh));
}

function proofOf(network: ProofRequest['networks'][number], fresh: boolean): ProofAnswer {
  try {
    return { kind: 'proof', proof: proveNetwork(network, fresh) };
  } catch (thrown) {
    return { kind: 'unproven', error: toFailure(thrown) };
  }
}

function seen(question: SeeingQuestion): SeeingAnswer {
  try {
    return { kind: 'seen', images: seeImage(question) };
  } catch (thrown) {
    return { kind: 'unseen', error: toFailure(thrown) };
  }
}

function isSeeingQuestion(message: unknown): message is SeeingQuestion {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'see';
}

/** The owner is our own program, so the kind tells what it asks. */
function isProofRequest(message: unknown): message is ProofRequest {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'prove';
}

const owner = openOwnerChannel();
owner.onOwnerGone(() => process.exit(0));
// The owner asks once, and again to let this process go: what TensorFlow wrote is whole when it has ended.
let asked = false;
owner.onMessage((message) => {
  if (asked) process.exit(0);
  asked = true;
  if (isProofRequest(message)) prove(message);
  else if (isSeeingQuestion(message)) owner.post(seen(message));
  else owner.post(look());
});
