/** What the app was started with. */

import { existsSync } from 'node:fs';
import path from 'node:path';

/** Start options of the desktop app. */
export interface StartArguments {
  /** Data folder of `--home DIR`; null when it was not given. */
  readonly home: string | null;
  /** Files and folders to open: arguments that exist on disk. */
  readonly paths: readonly string[];
}

/**
 * Reads the arguments of a start, of this process or of a second one.
 * @param argv `process.argv`: the executable, and the app's folder when it is not packaged, come first
 * @param directory relative paths start here
 */
export function readStartArguments(argv: readonly string[], packaged: boolean, directory: string): StartArguments {
  const rest = argv.slice(1).filter((word) => word === '--home' || !word.startsWith('-') || word.startsWith('--home='));
  const words = packaged ? rest : rest.slice(1);
  let home: string | null = null;
  const paths: string[] = [];
  for (let position = 0; position < words.length; position += 1) {
    const word = words[position] ?? '';
    if (word.startsWith('--home=')) home = path.resolve(directory, word.slice('--home='.length));
    else if (word === '--home') home = path.resolve(directory, words[(position += 1)] ?? '');
    else if (existsSync(path.resolve(directory, word))) paths.push(path.resolve(directory, word));
  }
  return { home, paths };
}
