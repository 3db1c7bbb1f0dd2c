/** Names under which a compiled network's tensors are fed and fetched. */

import { joinedWithoutPadding, type Activation } from './lower/activation.ts';
import type { CompiledModel, Tensor } from './node.ts';
import { cast } from './ops/cast.ts';
import { concat } from './ops/concat.ts';
import { identity } from './ops/identity.ts';
import { reshape } from './ops/reshape.ts';
import { sum } from './ops/sum.ts';
import { fetchName, type Scope } from './scope.ts';

/** What tells of the maps of a training step whether they are finite. */
export function inspectable(scope: Scope, maps: ReadonlyMap<string, Tensor>): NonNullable<CompiledModel['inspection']> {
  const floats = [...maps].map(([name, map]) => [name, cast(scope.child(name), map, 'float32')] as const);
  const sums = floats.map(([name, map]) => reshape(scope.child(name), sum(scope.child(name), map), [1]));
  return {
    layers: Object.fromEntries(floats.map(([name, map]) => [name, fetchName(map)])),
    sums: fetchName(identity(scope, concat(scope, sums, 0), 'sums')),
  };
}

/** Maps of the evaluation, without padding. */
export function exposeLayers(
  scope: Scope,
  activations: ReadonlyMap<string, Activation>,
): Readonly<Record<string, string>> {
  const fetches = [...activations].map(([name, activation]) => {
    const whole = joinedWithoutPadding(scope.child(name), activation);
    return [name, fetchName(identity(scope, whole, name))] as const;
  });
  return Object.fromEntries(fetches);
}

/** Every name that a caller may feed or fetch. */
export function endpointsOf(model: Omit<CompiledModel, 'graph'>): readonly string[] {
  const { train, accumulate, inspection, evaluate, predict, state } = model;
  return [
    ...[train.feeds, train.fetches, evaluate.feeds, evaluate.fetches, predict.feeds, predict.fetches].flatMap((names) =>
      Object.values(names),
    ),
    ...(accumulate === null ? [] : Object.values(accumulate.fetches)),
    ...(inspection === null ? [] : [...Object.values(inspection.layers), inspection.sums]),
    ...Object.values(model.layers),
    ...Object.values(model.gradients),
    model.flow.parameters,
    model.flow.gradient,
    ...state.read,
    ...state.feed,
    state.write,
  ];
}
