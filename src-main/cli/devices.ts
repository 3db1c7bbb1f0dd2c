/** --device as typed. */

import type { DeviceWish } from '../contract/run.ts';
import { parseDeviceWish } from '../tensorflow/devices/choose.ts';
import { usage, type Arguments } from './arguments.ts';

/** The device that is asked for; `auto` when none is. @throws DenseLabError `usage` */
export function readDevice(args: Arguments): DeviceWish {
  const text = args.text('device');
  if (text === undefined) return 'auto';
  const wish = parseDeviceWish(text);
  if (wish !== null) return wish;
  throw usage(`The option --device takes cpu, gpu:N or auto, not "${text}".`, 'Write, say, --device gpu:0.');
}
