import { describe, expect, it } from 'vitest';

import type { GpuEvidence } from '../../../../src-main/tensorflow/devices/evidence.ts';
import { gpuObstacles, missingDevice } from '../../../../src-main/tensorflow/devices/missing.ts';

/** A machine on which nothing is missing but what the test takes away. */
function evidence(overrides: Partial<GpuEvidence> = {}): GpuEvidence {
  return {
    devices: ['CPU:0'],
    cudaBuilt: true,
    driver: 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14',
    deviceFiles: ['nvidia0'],
    missingLibraries: [],
    visible: null,
    log: '',
    ...overrides,
  };
}

describe('a GPU that is not there (hazard 54)', () => {
  it.each([
    [{ driver: null, deviceFiles: [] }, /no NVIDIA driver is loaded/, /apt-get install nvidia-driver/],
    [{ deviceFiles: [] }, /\/dev\/nvidia0 is missing/, /nvidia-modprobe/],
    [{ visible: '' }, /CUDA_VISIBLE_DEVICES="" hides/, /unset CUDA_VISIBLE_DEVICES/],
    [{ visible: '-1' }, /CUDA_VISIBLE_DEVICES="-1" hides/, /unset CUDA_VISIBLE_DEVICES/],
    [{ cudaBuilt: false }, /built without CUDA/, /--device cpu/],
    [{ missingLibraries: ['libcuda.so.1'] }, /libcuda\.so\.1 cannot be loaded/, /apt-get install libcuda1/],
    [{ missingLibraries: ['libcudnn.so.9'] }, /libcudnn\.so\.9 cannot be loaded/, /nvidia-cudnn/],
    [
      {
        log: 'gpu_device.cc:2433] Ignoring visible gpu device (device: 0, name: Tesla K40c) with Cuda compute capability 3.5. The minimum required Cuda capability is 6.0.',
      },
      /compute capability 3\.5, and TensorFlow needs 6\.0/,
      /--device cpu/,
    ],
  ])('is explained for %j, with what mends it', (missing, reason, action) => {
    const { failure } = missingDevice('GPU:0', evidence(missing));
    expect(failure.code).toBe('device-missing');
    expect(failure.message).toMatch(/^There is no GPU:0 because /);
    expect(failure.message).toMatch(reason);
    expect(failure.action).toMatch(action);
  });

  it('is told with every obstacle, the first to remove first', () => {
    const { failure } = missingDevice('GPU:0', evidence({ driver: null, deviceFiles: [], cudaBuilt: false }));
    expect(failure.message).toBe(
      'There is no GPU:0 because no NVIDIA driver is loaded (/proc/driver/nvidia/version is missing); ' +
        'also, the installed TensorFlow is built without CUDA.',
    );
    expect(failure.action).toMatch(/nvidia-driver/);
  });

  it('is told apart from one that is only numbered too high', () => {
    const { failure } = missingDevice('GPU:2', evidence({ devices: ['CPU:0', 'GPU:0'] }));
    expect(failure.message).toBe('There is no GPU:2: TensorFlow lists CPU:0, GPU:0.');
    expect(failure.action).toBe('Use --device gpu:0.');
  });

  it('has no obstacle where nothing is missing, and that is said too', () => {
    expect(gpuObstacles(evidence())).toEqual([]);
    expect(missingDevice('GPU:0', evidence()).message).toMatch(/does not say why/);
  });
});
