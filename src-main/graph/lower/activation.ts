/** Feature maps on their way through the network. */

import { at, illegal } from '../illegal.ts';
import { isFloating, type Tensor } from '../node.ts';
import { concat } from '../ops/concat.ts';
import { integers } from '../ops/constant.ts';
import { fill } from '../ops/fill.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { slice } from '../ops/slice.ts';
import type { Scope } from '../scope.ts';
import { channelsOf, withChannels, paddedChannels } from '../shapes.ts';

/**
 * The output of one layer: maps to be read side by side along the channel axis. Concatenation only lists them; they are
 * joined, together with the zeros that pad them, where something reads them.
 */
export interface Activation {
  readonly pieces: readonly Tensor[];
  /** Channels of the plan. A single piece may have more, which are zero. */
  readonly channels: number;
}

/** An activation that is one tensor. */
export function activationOf(tensor: Tensor, channels: number): Activation {
  return { pieces: [tensor], channels };
}

/** Side by side, without padding in between. */
export function sideBySide(scope: Scope, activations: readonly Activation[]): Activation {
  return {
    pieces: activations.flatMap((activation) => withoutPadding(scope, activation)),
    channels: activations.reduce((sum, { channels }) => sum + channels, 0),
  };
}

/** As one tensor, with whatever padding it has. */
export function joined(scope: Scope, { pieces }: Activation): Tensor {
  const first = at(pieces, 0);
  return concat(scope, pieces, first.shape.length - 1);
}

/** As one tensor of exactly the plan's channels. */
export function joinedWithoutPadding(scope: Scope, activation: Activation): Tensor {
  return joined(scope, { ...activation, pieces: withoutPadding(scope, activation) });
}

/** As one tensor [n, h, w, channels] with zeros appended up to the number of channels that BatchNorm reads fast. */
export function joinedForBatchNorm(scope: Scope, { pieces, channels }: Activation): Tensor {
  const present = pieces.reduce((sum, piece) => sum + channelsOf(piece.shape), 0);
  const missing = paddedChannels(present) - present;
  const zeros = missing === 0 ? [] : [zeroChannels(scope, at(pieces, 0), missing)];
  return joined(scope, { pieces: [...pieces, ...zeros], channels });
}

/** Zeros as tall and wide as `like` [n, h, w, any]. */
function zeroChannels(scope: Scope, like: Tensor, channels: number): Tensor {
  const sizes = integers(scope, [...like.shape.slice(1, -1), channels]);
  const type = isFloating(like) ? like.dataType : illegal(`${like.node.name} is no map`);
  return fill(scope, concat(scope, [batchSizeOf(scope, like), sizes], 0), 0, type);
}

/** The first size of `x`, int32 [1]. */
export function batchSizeOf(scope: Scope, x: Tensor): Tensor {
  return slice(scope, shapeOf(scope, x), [0], [1]);
}

function withoutPadding(scope: Scope, { pieces, channels }: Activation): readonly Tensor[] {
  if (pieces.length !== 1) return pieces;
  const tensor = at(pieces, 0);
  if (channelsOf(tensor.shape) === channels) return pieces;
  if (channelsOf(tensor.shape) < channels) illegal(`${tensor.node.name} lacks channels`);
  return [
    slice(
      scope,
      tensor,
      tensor.shape.map(() => 0),
      withChannels(tensor.shape, channels),
    ),
  ];
}
