/** A step whose batch is computed in parts: sums of gradients, losses and weights that live between the parts. */

import type { GraphNode, Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { addToVariable } from '../ops/addToVariable.ts';
import { assignVariable } from '../ops/assignVariable.ts';
import { cast } from '../ops/cast.ts';
import { concat } from '../ops/concat.ts';
import { integers } from '../ops/constant.ts';
import { fill } from '../ops/fill.ts';
import { multiply } from '../ops/multiply.ts';
import { readVariable } from '../ops/readVariable.ts';
import { reciprocal } from '../ops/reciprocal.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';
import { variable, type Variable } from '../ops/variable.ts';
import type { Scope } from '../scope.ts';

/** Sums over the parts of a batch that are done; zero between two steps. */
export interface Accumulators {
  /** Of the gradients of the parts' summed losses, as all parameters. */
  readonly gradient: Variable;
  /** Loss, weight and right answers, [3]. */
  readonly totals: Variable;
}

/** What one part of a batch gives. */
export interface BatchPart {
  /** Gradient of the summed loss. */
  readonly gradient: Tensor;
  /** Sums over the part, float32 []. */
  readonly loss: Tensor;
  readonly weight: Tensor;
  /** int32 []. */
  readonly correct: Tensor;
}

/** The whole batch, once its last part is there. */
export interface WholeBatch {
  /** Gradient of the mean loss over all parts. */
  readonly gradient: Tensor;
  /** The mean loss, float32 []. */
  readonly loss: Tensor;
  /** int32 []. */
  readonly correct: Tensor;
}

/** Declares the sums for vectors of `size` parameters. */
export function declareAccumulators(scope: Scope, size: number): Accumulators {
  return {
    gradient: variable(scope, 'accumulated/gradient', [size]),
    totals: variable(scope, 'accumulated/totals', [3]),
  };
}

/** Adds a part that is not the batch's last one; runs when something waits for the nodes. */
export function addPart(scope: Scope, sums: Accumulators, part: BatchPart): readonly GraphNode[] {
  return [addToVariable(scope, sums.gradient, part.gradient), addToVariable(scope, sums.totals, totalsOf(scope, part))];
}

/** The batch that ends with `part`. */
export function wholeBatch(scope: Scope, sums: Accumulators, part: BatchPart): WholeBatch {
  const gradient = add(scope, readVariable(scope, sums.gradient), part.gradient);
  const totals = add(scope, readVariable(scope, sums.totals), totalsOf(scope, part));
  const total = (position: number) => reshape(scope, slice(scope, totals, [position], [1]), []);
  const share = reciprocal(scope, total(1));
  return {
    gradient: multiply(scope, gradient, share),
    loss: multiply(scope, total(0), share),
    correct: cast(scope, total(2), 'int32'),
  };
}

/** Sets the sums to zero. */
export function clearAccumulators(scope: Scope, sums: Accumulators): readonly GraphNode[] {
  return [sums.gradient, sums.totals].map((each) =>
    assignVariable(scope, each, fill(scope, integers(scope, each.shape), 0)),
  );
}

function totalsOf(scope: Scope, { loss, weight, correct }: BatchPart): Tensor {
  const numbers = [loss, weight, cast(scope, correct, 'float32')];
  return concat(
    scope,
    numbers.map((number) => reshape(scope, number, [1])),
    0,
  );
}
