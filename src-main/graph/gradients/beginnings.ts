/**
 * Concatenations that begin as an earlier one does: in a dense block each layer reads what the one before it read, and more.
 * The gradient of the common part is then passed to the earlier concatenation in one piece and summed there, where cutting it
 * into a block's many small pieces at every layer would cost one pass over memory for each.
 */

import type { Graph, GraphNode, Tensor } from '../node.ts';
import { concatAxis } from '../ops/concat.ts';

/** What a concatenation shares with an earlier one. */
export interface Beginning {
  readonly earlier: GraphNode;
  /** The first so many pieces are all those of `earlier` that matter. */
  readonly pieces: number;
}

/**
 * The longest beginning of each concatenation in `graph`, where there is one of two pieces or more.
 * @param matters whether a gradient is wanted for a tensor; what else an earlier one holds, such as padding, may differ
 */
export function sharedBeginnings(
  graph: Graph,
  matters: (tensor: Tensor) => boolean,
): ReadonlyMap<GraphNode, Beginning> {
  const found = new Map<GraphNode, Beginning>();
  const earlier: Beginning[] = [];
  for (const node of graph.nodes) {
    if (node.op !== 'ConcatV2') continue;
    const own = piecesThatMatter(node, matters);
    const best = earlier
      .filter((candidate) => candidate.pieces <= own && beginsAs(node, candidate))
      .reduce<Beginning | undefined>((a, b) => (a !== undefined && a.pieces >= b.pieces ? a : b), undefined);
    if (best !== undefined) found.set(node, best);
    if (own >= 2) earlier.push({ earlier: node, pieces: own });
  }
  return found;
}

/** Leading pieces that matter; 0 when one stands behind one that does not. */
function piecesThatMatter({ inputs }: GraphNode, matters: (tensor: Tensor) => boolean): number {
  const pieces = inputs.slice(0, -1).map(matters);
  const leading = pieces.includes(false) ? pieces.indexOf(false) : pieces.length;
  return pieces.slice(leading).includes(true) ? 0 : leading;
}

function beginsAs(node: GraphNode, { earlier, pieces }: Beginning): boolean {
  const axis = concatAxis(node.inputs);
  if (concatAxis(earlier.inputs) !== axis) return false;
  const [width, room] = [earlier.outputs[0]?.shape[axis], node.outputs[0]?.shape[axis]];
  if (width === undefined || room === undefined || width < 0 || width > room) return false;
  return earlier.inputs.slice(0, pieces).every((piece, position) => {
    const same = node.inputs[position];
    return same !== undefined && same.node === piece.node && same.index === piece.index;
  });
}
