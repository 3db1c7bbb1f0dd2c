/** Why a GPU is not there, and what mends it. Pure: works on evidence. */

import { DenseLabError } from '../../contract/errors.ts';
import type { GpuEvidence } from './evidence.ts';

/** One thing that is missing between a program and a GPU. */
export interface GpuObstacle {
  /** Continues "there is no GPU:0 because ...". */
  readonly reason: string;
  /** One sentence with the command that mends it. */
  readonly action: string;
}

const ON_THE_PROCESSOR = 'or train with --device cpu';

/** The obstacles that the evidence shows, the one to remove first at the front; none when all is there. */
export function gpuObstacles(evidence: GpuEvidence): readonly GpuObstacle[] {
  const { driver, deviceFiles, missingLibraries, cudaBuilt } = evidence;
  const found: GpuObstacle[] = [];
  const add = (reason: string, action: string): void => void found.push({ reason, action });
  if (driver === null) {
    add(
      'no NVIDIA driver is loaded (/proc/driver/nvidia/version is missing)',
      `Install the driver with \`sudo apt-get install nvidia-driver\` and restart, ${ON_THE_PROCESSOR}.`,
    );
  } else if (deviceFiles.length === 0) {
    add(
      'the NVIDIA driver shows no GPU (/dev/nvidia0 is missing)',
      `Make the device files with \`sudo nvidia-modprobe -c 0\`, ${ON_THE_PROCESSOR}.`,
    );
  }
  if (evidence.visible === '' || evidence.visible?.startsWith('-') === true) {
    add(
      `CUDA_VISIBLE_DEVICES="${evidence.visible}" hides every GPU`,
      `Run \`unset CUDA_VISIBLE_DEVICES\` first, ${ON_THE_PROCESSOR}.`,
    );
  }
  if (!cudaBuilt) {
    add(
      'the installed TensorFlow is built without CUDA',
      'Train with --device cpu: `npm run setup` installs the CPU build.',
    );
  }
  if (missingLibraries.includes('libcuda.so.1')) {
    add(
      "the driver's library libcuda.so.1 cannot be loaded",
      `Install it with \`sudo apt-get install libcuda1\`, ${ON_THE_PROCESSOR}.`,
    );
  }
  const others = missingLibraries.filter((name) => name !== 'libcuda.so.1');
  if (others.length > 0) {
    add(
      `${others.join(', ')} cannot be loaded`,
      `Install CUDA 12 and cuDNN 9 (\`sudo apt-get install nvidia-cuda-toolkit nvidia-cudnn\`), ${ON_THE_PROCESSOR}.`,
    );
  }
  const old = tooOld(evidence.log);
  if (old !== null) add(old, 'Train with --device cpu: no software mends this.');
  return found;
}

/**
 * The failure of asking for a GPU that TensorFlow does not list.
 * @param wanted as TensorFlow would name it: `GPU:1`
 */
export function missingDevice(wanted: string, evidence: GpuEvidence): DenseLabError {
  const gpus = evidence.devices.filter((name) => name.startsWith('GPU'));
  const detail = JSON.stringify(evidence);
  if (gpus.length > 0) {
    const message = `There is no ${wanted}: TensorFlow lists ${evidence.devices.join(', ')}.`;
    return new DenseLabError('device-missing', message, `Use --device ${(gpus[0] ?? '').toLowerCase()}.`, detail);
  }
  const [first, ...others] = gpuObstacles(evidence);
  if (first === undefined) {
    const message = `There is no ${wanted}: TensorFlow lists only ${evidence.devices.join(', ')} and does not say why.`;
    return new DenseLabError(
      'device-missing',
      message,
      'Train with --device cpu, and report this with the details.',
      detail,
    );
  }
  const further = others.map(({ reason }) => reason).join('; ');
  const message = `There is no ${wanted} because ${first.reason}${further === '' ? '' : `; also, ${further}`}.`;
  return new DenseLabError('device-missing', message, first.action, detail);
}

/** TensorFlow's words about a GPU that it ignores (gpu_device.cc). */
function tooOld(log: string): string | null {
  const match = /Cuda compute capability (\d+\.\d+)\. The minimum required Cuda capability is (\d+\.\d+)/i.exec(log);
  if (match === null) return null;
  return `the GPU has compute capability ${match[1] ?? ''}, and TensorFlow needs ${match[2] ?? ''}`;
}
