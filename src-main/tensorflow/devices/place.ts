/** A graph on the device that was asked for, or on the one that was measured to be the fastest. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DenseLabError, toFailure } from '../../contract/errors.ts';
import type { DeviceWish } from '../../contract/run.ts';
import type { Graph } from '../../graph/node.ts';
import { requireSoundKernels } from '../selftest/selfTest.ts';
import { openSession, type Session } from '../session.ts';
import { decideDevice, fastestDevice, type ChosenDevice, type DeviceTiming } from './choose.ts';
import { gatherEvidence } from './evidence.ts';
import { listDevices } from './list.ts';
import { missingDevice } from './missing.ts';

/** Runs that are measured on each device, after two that compile kernels. */
const RUNS = 20;
const WARM_UP = 2;

/** What is to be placed. */
export interface GraphPlacement {
  readonly wish: DeviceWish;
  readonly graph: Graph;
  /** Where results of the self-test are kept. */
  readonly cacheDirectory: string;
  /** Writes what a new session needs before its first run. */
  readonly initialise: (session: Session) => void;
  /** One run of what is measured, on input that the number decides. */
  readonly rehearse: (session: Session, run: number) => void;
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
export async function placeGraph(placement: GraphPlacement): Promise<PlacedSession> {
  const device = await chooseDevice(placement);
  requireSoundKernels(placement.graph, placement.cacheDirectory, device.pin);
  await nextTurn();
  placement.signal.throwIfAborted();
  const session = openSession(placement.graph, undefined, device.pin);
  placement.initialise(session);
  return { session, device };
}

async function chooseDevice(placement: GraphPlacement): Promise<ChosenDevice> {
  const { devices, refusal } = listDevices();
  const decision = decideDevice(placement.wish, devices);
  if (decision.kind === 'use') return decision.device;
  if (decision.kind === 'missing') throw missingDevice(decision.name, gatherEvidence(devices, refusal));
  const timings: DeviceTiming[] = [];
  for (const pin of decision.pins) timings.push(await timeGraph(placement, pin));
  const fastest = fastestDevice(timings, RUNS);
  if (fastest !== null) return fastest;
  throw new DenseLabError(
    'device-missing',
    'None of the devices that TensorFlow lists can compute this network.',
    'Choose one with --device to see what it says.',
    JSON.stringify(timings),
  );
}

/**
 * The median time of a rehearsal on one device. The session is gone afterwards.
 * A device that fails is told as such; throws only the signal's reason.
 */
export async function timeGraph(placement: GraphPlacement, pin: string): Promise<DeviceTiming> {
  let session: Session | undefined;
  try {
    requireSoundKernels(placement.graph, placement.cacheDirectory, pin);
    session = openSession(placement.graph, undefined, pin);
    placement.initialise(session);
    const times: number[] = [];
    for (let run = 0; run < WARM_UP + RUNS; run += 1) {
      const started = performance.now();
      placement.rehearse(session, run);
      if (run >= WARM_UP) times.push(performance.now() - started);
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
