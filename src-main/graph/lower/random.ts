/** Seeds inside the graph: everything random is a function of the fed seed and of the name of what uses it. */

import type { Tensor } from '../node.ts';
import { bitwiseXor } from '../ops/bitwiseXor.ts';
import { integers } from '../ops/constant.ts';
import type { Scope } from '../scope.ts';

/** The seed (int32 [2]) that belongs to `user`: the fed one with its first word mixed with a hash of the name. */
export function seedFor(scope: Scope, seed: Tensor, user: string): Tensor {
  return bitwiseXor(scope, seed, integers(scope, [hashOf(user), 0]));
}

/** FNV-1a over UTF-16 units, as a signed 32-bit number. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 0x01000193);
  }
  return hash | 0;
}
