/** Where the files of a run lie. */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Folder of one run, absolute when `home` is: checkpoints and whatever else belongs to it. */
export function runDirectory(home: string, id: number): string {
  return path.join(home, 'runs', String(id).padStart(4, '0'));
}

/** Removes the folder of a run, if there is one. */
export function removeRunDirectory(home: string, id: number): void {
  rmSync(runDirectory(home, id), { recursive: true, force: true });
}

/** The highest id that has a folder; 0 without any. Ids above it cannot meet the files of a lost database. */
export function highestRunDirectory(home: string): number {
  const folder = path.join(home, 'runs');
  if (!existsSync(folder)) return 0;
  const ids = readdirSync(folder).filter((name) => /^\d{1,12}$/.test(name));
  return ids.reduce((highest, name) => Math.max(highest, Number(name)), 0);
}
