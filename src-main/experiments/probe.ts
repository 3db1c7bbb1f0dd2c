/** A short-lived process that loads TensorFlow and tells what it found: half a gigabyte that nobody else need hold. */

import { toFailure } from '../contract/errors.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import type { ProbeAnswer } from './probeAnswer.ts';

function look(): ProbeAnswer {
  try {
    const binding = loadBinding();
    return { ok: true, version: binding.TF_Version, gpu: binding.isUsingGpuDevice() };
  } catch (thrown) {
    return { ok: false, error: toFailure(thrown) };
  }
}

const owner = openOwnerChannel();
owner.onOwnerGone(() => process.exit(0));
// The owner asks once and ends this process when it has the answer.
owner.onMessage(() => owner.post(look()));
