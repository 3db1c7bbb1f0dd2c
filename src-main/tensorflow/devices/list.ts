/** The devices that TensorFlow has, told by TensorFlow: it refuses a node that is pinned to any other. */

import { toFailure } from '../../contract/errors.ts';
import type { Graph } from '../../graph/node.ts';
import { openSession } from '../session.ts';

/** A graph that computes nothing; only where it may be put matters. */
const NOTHING: Graph = {
  nodes: [{ name: 'nothing', op: 'NoOp', inputs: [], controlInputs: [], attributes: {}, outputs: [] }],
};

/** What TensorFlow answered. */
export interface ListedDevices {
  /** `CPU:0`, then `GPU:0`, `GPU:1`, ...: those that `CUDA_VISIBLE_DEVICES` lets it see. */
  readonly devices: readonly string[];
  /** How it refused the first GPU that is not there. */
  readonly refusal: string;
}

/** Asks TensorFlow, which is loaded for it. @throws DenseLabError `runtime-missing` or `runtime-broken` */
export function listDevices(): ListedDevices {
  const devices = ['CPU:0'];
  for (let index = 0; ; index += 1) {
    const refusal = refusalOf(`GPU:${String(index)}`);
    if (refusal !== null) return { devices, refusal };
    devices.push(`GPU:${String(index)}`);
  }
}

/** TensorFlow's words when it has no such device; null when it has. */
function refusalOf(device: string): string | null {
  try {
    openSession(NOTHING, undefined, device).close();
    return null;
  } catch (thrown) {
    const { code, detail } = toFailure(thrown);
    if (code !== 'device-missing') throw thrown;
    return detail ?? '';
  }
}
