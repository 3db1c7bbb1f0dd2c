/** The device that a run will use, as the form of a new run offers and tells it. */

import type { Device } from '../../../src-main/contract/engine.ts';
import type { DeviceWish } from '../../../src-main/contract/run.ts';

/** A device that can be chosen. */
export interface DeviceOption {
  readonly value: DeviceWish;
  readonly label: string;
}

/**
 * What can be chosen: whichever is the fastest, the processor, each graphics processor. A wish for one that is not listed
 * stays in sight, since no other is taken in its place. Empty where there is nothing to choose.
 */
export function deviceOptions(devices: readonly Device[], wish: DeviceWish): readonly DeviceOption[] {
  if (devices.length < 2 && wish === 'auto') return [];
  const listed = devices.map((device): DeviceOption => ({ value: wishFor(device), label: device.name }));
  const known = wish === 'auto' || listed.some(({ value }) => value === wish);
  return [
    { value: 'auto', label: 'Fastest' },
    ...listed,
    ...(known ? [] : [{ value: wish, label: `${nameOf(wish)}, not found` }]),
  ];
}

/** One sentence about where the run will train; empty while the devices are not known. */
export function deviceSentence(devices: readonly Device[], wish: DeviceWish): string {
  const [first] = devices;
  if (first === undefined) return '';
  if (wish !== 'auto') {
    const found = devices.some((device) => wishFor(device) === wish);
    return found ? '' : `TensorFlow does not list ${nameOf(wish)}; the run would not start.`;
  }
  if (devices.length === 1) return `Trains on ${first.name}, the only device that TensorFlow lists.`;
  return 'Measures 20 steps on each device, then trains on the fastest.';
}

function wishFor({ name, kind }: Device): DeviceWish {
  return kind === 'CPU' ? 'cpu' : `gpu:${Number(name.split(':')[1] ?? 0)}`;
}

function nameOf(wish: DeviceWish): string {
  return wish === 'cpu' ? 'CPU:0' : wish.toUpperCase();
}
