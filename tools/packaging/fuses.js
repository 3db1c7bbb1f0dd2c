/** Electron's fuses: doors of the runtime that the packaged app has no use for, shut in the binary itself. */

/** The first Electron that has a fuse for the privileges of `file://`. */
const FILE_PRIVILEGES_SINCE = 29;

/**
 * What each fuse is set to; `tests/packaged` reads them back from the binary.
 * `runAsNode`, `NODE_OPTIONS` and `--inspect` would run foreign code under DenseLab's name; workers are utility processes,
 * which need none of them.
 * @param {string} electronVersion
 * @returns {NonNullable<import('electron-builder').Configuration['electronFuses']>}
 */
export const fusesFor = (electronVersion) => ({
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  ...(Number(electronVersion.split('.')[0]) >= FILE_PRIVILEGES_SINCE && { grantFileProtocolExtraPrivileges: false }),
});
