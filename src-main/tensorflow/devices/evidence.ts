/** What this machine shows of NVIDIA GPUs: their driver, and the libraries that TensorFlow opens when it looks for one. */

import { readdirSync, readFileSync } from 'node:fs';

/** Libraries of CUDA 12 that TensorFlow 2.21 opens by these names, the driver's own first. */
export const CUDA_LIBRARIES = ['libcuda.so.1', 'libcudart.so.12', 'libcublas.so.12', 'libcudnn.so.9'] as const;

/** Facts about GPUs, none of them judged. */
export interface GpuEvidence {
  /** Devices that TensorFlow lists. */
  readonly devices: readonly string[];
  /** False when TensorFlow says of itself that it was built without CUDA. */
  readonly cudaBuilt: boolean;
  /** First line of /proc/driver/nvidia/version; null without a driver. */
  readonly driver: string | null;
  /** GPUs with a device file: `nvidia0`, ... */
  readonly deviceFiles: readonly string[];
  /** Names of `CUDA_LIBRARIES` that the loader does not find or cannot load. */
  readonly missingLibraries: readonly string[];
  /** `CUDA_VISIBLE_DEVICES` as it is set; null when it is not. */
  readonly visible: string | null;
  /** What TensorFlow wrote while it looked, as far as it is known. */
  readonly log: string;
}

/** Looks at this machine; `devices` and `refusal` as `listDevices` gave them. */
export function gatherEvidence(devices: readonly string[], refusal: string): GpuEvidence {
  return {
    devices,
    cudaBuilt: !/CUDA is not enabled/.test(refusal),
    driver: firstLine('/proc/driver/nvidia/version'),
    deviceFiles: namesIn('/dev').filter((name) => /^nvidia\d+$/.test(name)),
    missingLibraries: CUDA_LIBRARIES.filter((name) => !loads(name)),
    visible: process.env['CUDA_VISIBLE_DEVICES'] ?? null,
    log: '',
  };
}

/** Whether the system's loader can load a library by its name. It is no addon, and Node says so once it is loaded. */
function loads(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (thrown) {
    return /did not self-register/.test(String(thrown));
  }
}

function firstLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').split('\n')[0] ?? null;
  } catch {
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
