/** The one configuration of every installer. */
import path from 'node:path';

import { ROOT } from '../setup/pins.js';
import { fusesFor } from './fuses.js';

/** Where the results go. */
const OUTPUT = path.join(ROOT, 'release');

/**
 * Where a published build looks for newer ones: the releases of the repository whose workflow builds it. A build made
 * elsewhere knows no such place, and the window says so.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Pick<import('electron-builder').Configuration, 'publish'>}
 */
function publishing(environment) {
  const [owner, repo] = environment.GITHUB_REPOSITORY?.split('/') ?? [];
  return { publish: owner === undefined || repo === undefined ? null : { provider: 'github', owner, repo } };
}

/**
 * @param {object} parts
 * @param {string} parts.electron Folder of an unpacked Electron without an app.
 * @param {string} parts.electronVersion
 * @param {string} parts.runtime Folder with the addons that were compiled here, as `collectRuntime` fills it.
 * @param {NodeJS.ProcessEnv} [parts.environment]
 * @returns {import('electron-builder').Configuration}
 */
export function configuration({ electron, electronVersion, runtime, environment = process.env }) {
  return {
    appId: 'org.denselab.app',
    productName: 'DenseLab',
    copyright: 'DenseLab developers, MIT licence',
    directories: { output: OUTPUT, buildResources: 'resources' },
    electronVersion,
    electronDist: electron,
    ...publishing(environment),
    extraMetadata: {
      homepage: `https://github.com/${environment.GITHUB_REPOSITORY ?? 'denselab/denselab'}`,
    },
    electronFuses: fusesFor(electronVersion),
    npmRebuild: false,
    asar: true,
    asarUnpack: ['**/*.node'],
    electronLanguages: ['en-US'],
    files: [
      ...['out/**', '!out/**/*.map', '!out/built-from.txt', 'resources/icon.png', 'package.json', 'LICENSE'],
      // Of tfjs-node only the C++ source is used, when the addon is compiled.
      ...['!**/node_modules/!(better-sqlite3|@napi-rs)/**', '!**/node_modules/better-sqlite3/{deps,src}/**'],
      ...['!**/node_modules/better-sqlite3/binding.gyp', ...otherPrebuilds()],
    ],
    extraResources: [{ from: runtime, to: 'runtime' }],
    fileAssociations: [
      { ext: 'denselab', name: 'DenseLab run', description: 'A run of DenseLab', mimeType: 'application/x-denselab' },
    ],
    linux: {
      target: ['dir', 'tar.gz', 'deb', 'AppImage'],
      executableName: 'denselab',
      syncDesktopName: true,
      category: 'Science',
      synopsis: 'Train DenseNets on your own images',
      maintainer: 'DenseLab developers <developers@denselab.invalid>',
      icon: 'resources/icon.png',
      desktop: { entry: { StartupWMClass: 'DenseLab', Keywords: 'DenseNet;training;images;TensorFlow;' } },
    },
    deb: { depends: DEBIAN_LIBRARIES, packageCategory: 'science' },
    win: { target: ['nsis'], icon: 'resources/icon.png' },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
    mac: { target: ['dmg'], category: 'public.app-category.developer-tools', icon: 'resources/icon.png' },
  };
}

/** What Electron's executable is linked against, by Debian's names; newer releases have the first of each pair. */
const DEBIAN_LIBRARIES = [
  ...['libgtk-3-0t64 | libgtk-3-0', 'libnss3', 'libasound2t64 | libasound2', 'libgbm1', 'libxss1'],
  ...['libatk-bridge2.0-0t64 | libatk-bridge2.0-0', 'libdrm2', 'libcups2t64 | libcups2', 'xdg-utils'],
];

/** SQLite's prebuilt addons of other systems, two megabytes each. */
function otherPrebuilds() {
  const own = { linux: 'linux-', darwin: 'darwin-', win32: 'win32-' }[String(process.platform)];
  const systems = ['linux-', 'linuxmusl-', 'darwin-', 'win32-'].filter((system) => system !== own);
  return systems.map((system) => `!**/node_modules/better-sqlite3/prebuilds/${system}*.node`);
}
