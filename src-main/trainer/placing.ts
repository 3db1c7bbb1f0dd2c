/** Where a network trains: the device that was asked for, or the one that was measured to be the fastest. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { DeviceWish } from '../contract/run.ts';
import type { CompiledModel } from '../graph/node.ts';
import { decideDevice, fastestDevice } from '../tensorflow/devices/choose.ts';
import type { ChosenDevice, DeviceTiming } from '../tensorflow/devices/choose.ts';
import { gatherEvidence } from '../tensorflow/devices/evidence.ts';
import { listDevices } from '../tensorflow/devices/list.ts';
import { missingDevice } from '../tensorflow/devices/missing.ts';
import { requireSoundKernels } from '../tensorflow/selftest/selfTest.ts';
import { openSession, type Session } from '../tensorflow/session.ts';
import { int32Tensor, uint8Tensor } from '../tensorflow/tensor.ts';
import type { LoadedBatch } from './feeder.ts';
import { runStep } from './step.ts';

/** Steps that are measured on each device, after two that compile kernels. */
const STEPS = 20;
const WARM_UP = 2;

/** What is to be placed. */
export interface Placement {
  readonly wish: DeviceWish;
  readonly compiled: CompiledModel;
  readonly cacheDirectory: string;
  /** Images that are computed at once. */
  readonly batchSize: number;
  /** Writes the initial state into a new session. */
  readonly initialise: (session: Session) => void;
  readonly signal: AbortSignal;
}

/** A session whose every node runs on the device, kernels proven and state initialised. */
export interface PlacedSession {
  readonly session: Session;
  readonly device: ChosenDevice;
}

/**
 * Chooses the device, proves its kernels, and opens the session there. Never takes another device than was asked for.
 * @throws DenseLabError `device-missing` with the reason, `kernel-wrong`, `out-of-memory`; the signal's reason when aborted
 */
export async function placeTraining(placement: Placement): Promise<PlacedSession> {
  const device = await chooseDevice(placement);
  requireSoundKernels(placement.compiled.graph, placement.cacheDirectory, device.pin);
  await nextTurn();
  placement.signal.throwIfAborted();
  const session = openSession(placement.compiled.graph, undefined, device.pin);
  placement.initialise(session);
  return { session, device };
}

async function chooseDevice(placement: Placement): Promise<ChosenDevice> {
  const { devices, refusal } = listDevices();
  const decision = decideDevice(placement.wish, devices);
  if (decision.kind === 'use') return decision.device;
  if (decision.kind === 'missing') throw missingDevice(decision.name, gatherEvidence(devices, refusal));
  const timings: DeviceTiming[] = [];
  for (const pin of decision.pins) timings.push(await timeDevice(placement, pin));
  const fastest = fastestDevice(timings, STEPS);
  if (fastest !== null) return fastest;
  throw new DenseLabError(
    'device-missing',
    'None of the devices that TensorFlow lists can train this network.',
    'Choose one with --device to see what it says.',
    JSON.stringify(timings),
  );
}

/**
 * The median time of a step of the compiled graph on one device, on images of noise. The session is gone afterwards.
 * A device that fails is told as such; throws only the signal's reason.
 */
export async function timeDevice(placement: Placement, pin: string): Promise<DeviceTiming> {
  let session: Session | undefined;
  try {
    requireSoundKernels(placement.compiled.graph, placement.cacheDirectory, pin);
    session = openSession(placement.compiled.graph, undefined, pin);
    placement.initialise(session);
    const times: number[] = [];
    for (let step = 0; step < WARM_UP + STEPS; step += 1) {
      const started = performance.now();
      runStep({ compiled: placement.compiled, session }, noise(placement, step), { learningRate: 0, seed: [0, step] });
      if (step >= WARM_UP) times.push(performance.now() - started);
      await nextTurn();
      placement.signal.throwIfAborted();
    }
    return { pin, milliseconds: times.sort((a, b) => a - b)[times.length >> 1] ?? NaN };
  } catch (thrown) {
    if (placement.signal.aborted) throw thrown;
    return { pin, failure: toFailure(thrown).message };
  } finally {
    session?.close();
  }
}

/** A batch of noise, of the size that is trained with. */
function noise({ compiled, batchSize }: Placement, step: number): LoadedBatch {
  const { height, width, channels } = compiled.input;
  const pixels = new Uint8Array(batchSize * height * width * channels).map((_, index) => (index * 131 + step) & 255);
  const labels = Int32Array.from({ length: batchSize }, (_, index) => index % compiled.classes);
  return {
    images: uint8Tensor([batchSize, height, width, channels], pixels),
    labels: int32Tensor([batchSize], labels),
  };
}
