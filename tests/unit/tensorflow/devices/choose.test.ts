import { describe, expect, it } from 'vitest';

import {
  decideDevice,
  fastestDevice,
  parseDeviceWish,
  visibleDevices,
} from '../../../../src-main/tensorflow/devices/choose.ts';

const TWO_GPUS = ['CPU:0', 'GPU:0', 'GPU:1'];

describe('the device that is asked for', () => {
  it('is used, and nothing else is seen by the process', () => {
    expect(visibleDevices('gpu:1')).toEqual({ CUDA_VISIBLE_DEVICES: '1' });
    // The process that sees one GPU calls it GPU:0; the record has its name on the machine.
    expect(decideDevice('gpu:1', ['CPU:0', 'GPU:0'])).toEqual({
      kind: 'use',
      device: { pin: 'GPU:0', name: 'GPU:1', reason: 'It was asked for.' },
    });
    expect(visibleDevices('cpu')).toEqual({ CUDA_VISIBLE_DEVICES: '' });
    expect(decideDevice('cpu', ['CPU:0'])).toMatchObject({ kind: 'use', device: { pin: 'CPU:0', name: 'CPU:0' } });
  });

  it('is counted among those that the owner may see', () => {
    expect(visibleDevices('gpu:1', '3,5')).toEqual({ CUDA_VISIBLE_DEVICES: '5' });
    expect(visibleDevices('gpu:2', '3,5')).toEqual({ CUDA_VISIBLE_DEVICES: '' });
    expect(visibleDevices('gpu:0', '')).toEqual({ CUDA_VISIBLE_DEVICES: '' });
  });

  it('is never replaced by another when it is not there (hazard 54)', () => {
    expect(decideDevice('gpu:0', ['CPU:0'])).toEqual({ kind: 'missing', name: 'GPU:0' });
    expect(decideDevice('gpu:3', ['CPU:0'])).toEqual({ kind: 'missing', name: 'GPU:3' });
  });
});

describe('auto', () => {
  it('measures nothing where there is one device, and says so', () => {
    expect(visibleDevices('auto')).toEqual({});
    expect(decideDevice('auto', ['CPU:0'])).toEqual({
      kind: 'use',
      device: { pin: 'CPU:0', name: 'CPU:0', reason: 'It is the only device that TensorFlow lists.' },
    });
  });

  it('measures each device where there are several', () => {
    expect(decideDevice('auto', TWO_GPUS)).toEqual({ kind: 'measure', pins: TWO_GPUS });
  });

  it('takes the fastest, be it the processor, and says why', () => {
    const timings = [
      { pin: 'CPU:0', milliseconds: 234 },
      { pin: 'GPU:0', milliseconds: 61.44 },
      { pin: 'GPU:1', failure: 'The network needs more memory than is free.' },
    ];
    expect(fastestDevice(timings, 20)).toEqual({
      pin: 'GPU:0',
      name: 'GPU:0',
      reason:
        'It was the fastest over 20 steps: CPU:0 234.0 ms, GPU:0 61.4 ms, ' +
        'GPU:1 cannot compute it (The network needs more memory than is free.).',
    });
    const slowGpu = [
      { pin: 'CPU:0', milliseconds: 20 },
      { pin: 'GPU:0', milliseconds: 30 },
    ];
    expect(fastestDevice(slowGpu, 20)?.pin).toBe('CPU:0');
  });

  it('takes none when none can train the network', () => {
    expect(fastestDevice([{ pin: 'CPU:0', failure: 'no memory' }], 20)).toBeNull();
  });
});

describe('--device', () => {
  it.each([
    ['cpu', 'cpu'],
    ['CPU:0', 'cpu'],
    ['gpu', 'gpu:0'],
    ['GPU:2', 'gpu:2'],
    ['auto', 'auto'],
    ['tpu', null],
    ['gpu:x', null],
    ['gpu:-1', null],
    ['', null],
  ])('reads "%s" as %s', (typed, wish) => {
    expect(parseDeviceWish(typed)).toBe(wish);
  });
});
