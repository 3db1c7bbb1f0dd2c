/** A short-lived process that loads TensorFlow and tells what it found: half a gigabyte that nobody else need hold. */

import { toFailure } from '../contract/errors.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import { gatherEvidence } from '../tensorflow/devices/evidence.ts';
import { listDevices } from '../tensorflow/devices/list.ts';
import type { ProbeAnswer } from './probeAnswer.ts';

function look(): ProbeAnswer {
  try {
    const binding = loadBinding();
    const { devices, refusal } = listDevices();
    return { ok: true, version: binding.TF_Version, evidence: gatherEvidence(devices, refusal) };
  } catch (thrown) {
    return { ok: false, error: toFailure(thrown) };
  }
}

const owner = openOwnerChannel();
owner.onOwnerGone(() => process.exit(0));
// The owner asks once, and again to let this process go: what TensorFlow wrote is whole when it has ended.
let asked = false;
owner.onMessage(() => {
  if (asked) process.exit(0);
  asked = true;
  owner.post(look());
});
