/** How the compiler speaks of its own mistakes: always an `internal` failure that names the node. */

import { DenseLabError } from '../contract/errors.ts';

/** Throws for a graph that no caller could have asked for; `reason` names the node or the op. */
export function illegal(reason: string): never {
  throw new DenseLabError(
    'internal',
    `The compiler made an illegal graph: ${reason}.`,
    'Report this together with the model that you trained.',
  );
}

/** An element that must be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  return item === undefined ? illegal(`element ${index} of ${items.length} is missing`) : item;
}

/** A value that must be in the map. */
export function lookUp<V>(map: ReadonlyMap<string, V>, key: string): V {
  const value = map.get(key);
  return value === undefined ? illegal(`${key} is not known`) : value;
}
