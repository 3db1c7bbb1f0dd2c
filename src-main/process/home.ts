/** Where the data folder lies when nobody says so. */

import os from 'node:os';
import path from 'node:path';

/** What decides; the process's own surroundings by default. */
export interface HomeSurroundings {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
}

/**
 * The data folder: `$DENSELAB_HOME`, else where the system keeps settings of apps
 * (`$XDG_CONFIG_HOME` or `~/.config`, `~/Library/Application Support`, `%APPDATA%`), in a folder `DenseLab`.
 */
export function defaultHome(
  { platform, environment, userHome }: HomeSurroundings = {
    platform: process.platform,
    environment: process.env,
    userHome: os.homedir(),
  },
): string {
  const given = environment['DENSELAB_HOME'];
  if (given !== undefined && given !== '') return path.resolve(given);
  if (platform === 'darwin') return path.join(userHome, 'Library', 'Application Support', 'DenseLab');
  if (platform === 'win32')
    return path.join(environment['APPDATA'] ?? path.join(userHome, 'AppData', 'Roaming'), 'DenseLab');
  const configuration = environment['XDG_CONFIG_HOME'];
  const parent =
    configuration !== undefined && path.isAbsolute(configuration) ? configuration : path.join(userHome, '.config');
  return path.join(parent, 'DenseLab');
}
