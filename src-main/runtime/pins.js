/** The TensorFlow that DenseLab trains with: which wheel for which machine, by its hash. */

/** What a folder in the cache holds depends on the machine. */
export const MACHINE = `${process.platform}-${process.arch}`;

export const TENSORFLOW_VERSION = '2.21.0';

/** Of `@tensorflow/tfjs-node-gpu`, whose addon is compiled against it. */
export const BINDING_VERSION = '4.22.0';

/**
 * @typedef {object} Wheel
 * @property {string} project Its name in the index.
 * @property {string} platform The tag after `cp311-cp311-`.
 * @property {string} sha256
 * @property {number} bytes
 * @property {readonly string[]} libraries The C library and the one that it needs, inside `tensorflow/`.
 */

const LINUX = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/**
 * TensorFlow for each machine, without GPU. Tried on Linux x64 only.
 * @type {Readonly<Record<string, Wheel>>}
 */
export const WHEELS = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
    libraries: LINUX,
  },
  'linux-arm64': {
    project: 'tensorflow',
    platform: 'manylinux_2_27_aarch64',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    bytes: 281_828_020,
    libraries: LINUX,
  },
  'darwin-arm64': {
    project: 'tensorflow',
    platform: 'macosx_12_0_arm64',
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    bytes: 223_405_849,
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
};

/** The two libraries, unpacked (853 MB), and their wheel (274 MB), with some room. */
export const TENSORFLOW_SPACE = 1_300_000_000;
