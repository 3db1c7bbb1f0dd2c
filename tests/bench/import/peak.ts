/** Memory of a process and all that it has started, together, on Linux. */

import { readdirSync, readFileSync } from 'node:fs';

/** Proportional set size: what processes share is counted once. 0 for one that is gone. */
function bytesOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${String(pid)}/task`).flatMap((thread) =>
      readFileSync(`/proc/${String(pid)}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** The whole family's bytes now. */
export function familyBytes(pid: number): number {
  return bytesOf(pid) + childrenOf(pid).reduce((sum, child) => sum + familyBytes(child), 0);
}
