/** Refuses a device that is not there before anything is stored for it. */

import { DenseLabError } from '../contract/errors.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { DeviceWish } from '../contract/run.ts';
import { gpuIndex } from '../tensorflow/devices/choose.ts';
import { missingDevice } from '../tensorflow/devices/missing.ts';
import { probeTensorFlow } from './probeAnswer.ts';

/**
 * Asks TensorFlow, in a process of its own, whether it has the GPU that is wished for. The processor is always there.
 * @throws DenseLabError `device-missing` with the reason and what mends it; as the probe where TensorFlow does not load
 */
export async function requireDevice(wish: DeviceWish, spawn: SpawnChild): Promise<void> {
  const index = gpuIndex(wish);
  if (index === null) return;
  const answer = await probeTensorFlow(spawn);
  if (!answer.ok) {
    const { code, message, action, detail } = answer.error;
    throw new DenseLabError(code, message, action, detail);
  }
  const wanted = `GPU:${String(index)}`;
  if (!answer.evidence.devices.includes(wanted)) throw missingDevice(wanted, answer.evidence);
}
