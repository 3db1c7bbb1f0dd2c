/** Which device to train on. Pure: works on what was listed and measured. */

import type { DeviceWish } from '../../contract/run.ts';

/** A device for a session, and how to speak of it. */
export interface ChosenDevice {
  /** Where this process pins the graph: `GPU:0` is the first that it sees. */
  readonly pin: string;
  /** Its name among all devices of the machine. */
  readonly name: string;
  /** Why it was chosen: one sentence. */
  readonly reason: string;
}

/** What to do about a wish. */
export type DeviceDecision =
  | { readonly kind: 'use'; readonly device: ChosenDevice }
  /** Several would do: measure them. */
  | { readonly kind: 'measure'; readonly pins: readonly string[] }
  /** There is no such device, and no other is taken instead. */
  | { readonly kind: 'missing'; readonly name: string };

/** A device with the median time of a step, or with the reason why it cannot compute this network. */
export type DeviceTiming =
  { readonly pin: string; readonly milliseconds: number } | { readonly pin: string; readonly failure: string };

/**
 * Environment variables with which TensorFlow sees just the devices that a wish allows; read once, when it loads.
 * @param visible `CUDA_VISIBLE_DEVICES` of the owner: `gpu:1` is the second of its list
 */
export function visibleDevices(wish: DeviceWish, visible?: string): Readonly<Record<string, string>> {
  const index = gpuIndex(wish);
  if (wish === 'auto') return {};
  if (index === null) return { CUDA_VISIBLE_DEVICES: '' };
  const listed = visible === undefined || visible === '' ? undefined : visible.split(',')[index];
  // Past the end of a list nothing is shown, as without it.
  const shown = visible === undefined ? String(index) : (listed ?? '');
  return { CUDA_VISIBLE_DEVICES: shown };
}

/**
 * Decides for a process that was started with `visibleDevices`.
 * @param listed what TensorFlow lists there
 */
export function decideDevice(wish: DeviceWish, listed: readonly string[]): DeviceDecision {
  const index = gpuIndex(wish);
  if (index !== null) {
    const name = `GPU:${String(index)}`;
    if (!listed.includes('GPU:0')) return { kind: 'missing', name };
    return { kind: 'use', device: { pin: 'GPU:0', name, reason: 'It was asked for.' } };
  }
  const cpu = { pin: 'CPU:0', name: 'CPU:0' };
  if (wish === 'cpu') return { kind: 'use', device: { ...cpu, reason: 'It was asked for.' } };
  if (listed.length > 1) return { kind: 'measure', pins: listed };
  return { kind: 'use', device: { ...cpu, reason: 'It is the only device that TensorFlow lists.' } };
}

/** The fastest of the devices that were measured; null when none can compute the network. */
export function fastestDevice(timings: readonly DeviceTiming[], steps: number): ChosenDevice | null {
  let best: { readonly pin: string; readonly milliseconds: number } | null = null;
  for (const timing of timings) {
    if ('failure' in timing) continue;
    if (best === null || timing.milliseconds < best.milliseconds) best = timing;
  }
  if (best === null) return null;
  const measured = timings.map((timing) => {
    if ('failure' in timing) return `${timing.pin} cannot compute it (${timing.failure})`;
    return `${timing.pin} ${timing.milliseconds.toFixed(1)} ms`;
  });
  const reason = `It was the fastest over ${String(steps)} steps: ${measured.join(', ')}.`;
  return { pin: best.pin, name: best.pin, reason };
}

/** N of `gpu:N`; null for the other wishes. */
export function gpuIndex(wish: DeviceWish): number | null {
  return wish.startsWith('gpu:') ? Number(wish.slice(4)) : null;
}

/**
 * Reads `cpu`, `gpu`, `gpu:N` or `auto`, as a person types it or a stored run has it.
 * @returns null for anything else
 */
export function parseDeviceWish(text: string): DeviceWish | null {
  const word = text.toLowerCase();
  if (word === 'auto' || word === 'cpu') return word;
  if (word === 'cpu:0') return 'cpu';
  const match = /^gpu(?::(\d{1,3}))?$/.exec(word);
  return match === null ? null : `gpu:${Number(match[1] ?? 0)}`;
}
