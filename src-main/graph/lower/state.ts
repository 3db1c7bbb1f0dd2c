/** The network's state: a few vectors in the session, and the way in and out for checkpoints. */

import type { LayerPlan } from '../../contract/model.ts';
import type { Optimizer } from '../../contract/recipe.ts';
import { at } from '../illegal.ts';
import type { CompiledModel, GraphVariable, Shape, Tensor } from '../node.ts';
import { assignVariable } from '../ops/assignVariable.ts';
import { concat } from '../ops/concat.ts';
import { integers } from '../ops/constant.ts';
import { identity } from '../ops/identity.ts';
import { placeholder } from '../ops/placeholder.ts';
import { readVariable } from '../ops/readVariable.ts';
import { reshape } from '../ops/reshape.ts';
import { split } from '../ops/split.ts';
import { variable, type Variable } from '../ops/variable.ts';
import { fetchName, type Scope } from '../scope.ts';
import { clearAccumulators, declareAccumulators, type Accumulators } from './accumulation.ts';
import type { BlockSegment } from './blocks.ts';
import { layOutState, toCheckpoint, toStored, totalSize, type StateLayout, type StoredTensor } from './layout.ts';

/** The variables of a network. */
export interface NetworkState {
  readonly layout: StateLayout;
  readonly parameters: Variable;
  /** What the optimizer remembers of each parameter. */
  readonly moments: readonly Moment[];
  /** Steps that the optimizer has counted, float32 []; null where it counts none. */
  readonly steps: Variable | null;
  readonly movingAverages: Variable;
  /** Gradient of the last step, as all parameters: it takes the place of the one before without being copied. Null where nothing is trained. */
  readonly gradient: Variable | null;
  /** Null where a step computes its whole batch at once. */
  readonly accumulators: Accumulators | null;
}

/** One number for each parameter, kept by the optimizer. */
export interface Moment {
  readonly vector: Variable;
  readonly role: MomentRole;
}

type MomentRole = Extract<GraphVariable['role'], 'velocity' | 'firstMoment' | 'secondMoment'>;

/** What decides which variables there are, besides the plan. */
export interface StateSettings {
  /** Null where nothing is trained: then only the network itself has variables. */
  readonly optimizer: Optimizer | null;
  /** Parts of a batch. */
  readonly accumulation: number;
}

/** Name of the optimizer's count of steps in checkpoints. */
const STEPS = 'optimizer/steps';

/** Declares the variables of `plan`. */
export function declareState(scope: Scope, plan: LayerPlan, settings: StateSettings): NetworkState {
  const layout = layOutState(plan);
  const parameters = [totalSize(layout.parameters)];
  const { optimizer } = settings;
  return {
    layout,
    parameters: variable(scope, 'parameters', parameters),
    moments: momentsOf(optimizer).map((role) => ({ vector: variable(scope, role, parameters), role })),
    steps: optimizer === null || optimizer.kind === 'sgd' ? null : variable(scope, STEPS, []),
    movingAverages: variable(scope, 'movingAverages', [totalSize(layout.movingAverages)]),
    gradient: optimizer === null ? null : variable(scope, 'gradient', parameters),
    accumulators: settings.accumulation === 1 ? null : declareAccumulators(scope, totalSize(layout.parameters)),
  };
}

function momentsOf(optimizer: Optimizer | null): readonly MomentRole[] {
  if (optimizer === null) return [];
  return optimizer.kind === 'sgd' ? ['velocity'] : ['firstMoment', 'secondMoment'];
}

/** The tensors of one vector by the plan's names, in the layout's shapes. */
export function tensorsOf(scope: Scope, vector: Tensor, tensors: readonly StoredTensor[]): ReadonlyMap<string, Tensor> {
  const pieces = split(
    scope,
    vector,
    tensors.map(({ size }) => size),
  );
  return new Map(
    tensors.map(({ planned, shape }, position) => {
      const here = scope.child(planned.name);
      return [planned.name, reshape(here, at(pieces, position), shape)];
    }),
  );
}

/**
 * As `tensorsOf`, but the tensors of each block stay together, as one vector by the block's name: a plan's order keeps them
 * side by side.
 */
export function tensorsOfBlocks(
  scope: Scope,
  vector: Tensor,
  tensors: readonly StoredTensor[],
  blocks: readonly BlockSegment[],
): ReadonlyMap<string, Tensor> {
  const owners = new Map(
    blocks.flatMap(({ name, layers }) => layers.flatMap((layer) => layer.tensors.map((each) => [each, name] as const))),
  );
  const pieces: { name: string; size: number; shape: Shape | null }[] = [];
  for (const { planned, size, shape } of tensors) {
    const block = owners.get(planned);
    const before = pieces.at(-1);
    if (block === undefined) pieces.push({ name: planned.name, size, shape });
    else if (before?.name === block) before.size += size;
    else pieces.push({ name: block, size, shape: null });
  }
  const cut = split(
    scope,
    vector,
    pieces.map(({ size }) => size),
  );
  return new Map(
    pieces.map(({ name, shape }, position) => {
      const piece = at(cut, position);
      return [name, shape === null ? piece : reshape(scope.child(name), piece, shape)];
    }),
  );
}

/** One vector and the variables of the checkpoint that it holds. */
interface Section {
  readonly vector: Variable;
  readonly tensors: readonly StoredTensor[];
  readonly role: GraphVariable['role'];
  /** Appended to the plan's name. */
  readonly suffix: string;
}

/** Adds reading and writing of all state; see `CompiledModel.state`. */
export function exposeState(scope: Scope, state: NetworkState): Pick<CompiledModel, 'variables' | 'state'> {
  const { layout } = state;
  const sections: readonly Section[] = [
    { vector: state.parameters, tensors: layout.parameters, role: 'parameter', suffix: '' },
    { vector: state.movingAverages, tensors: layout.movingAverages, role: 'movingAverage', suffix: '' },
    ...state.moments.map(({ vector, role }) => ({ vector, tensors: layout.parameters, role, suffix: `/${role}` })),
  ];
  const counted = state.steps === null ? [] : [state.steps];
  const inside = scope.child('state');
  const read = [
    ...sections.flatMap((section) => exposeReading(scope, inside, section)),
    ...counted.map((steps) => fetchName(identity(scope, readVariable(inside, steps), `${STEPS}/value`))),
  ];
  const feeds = sections.map((section) => declareFeeds(scope, section));
  const fedCounts = counted.map(() => placeholder(scope, `${STEPS}/feed`, 'float32', []));
  const assignments = sections.map(({ vector, tensors }, position) => {
    const fed = at(feeds, position);
    const parts = tensors.map((tensor, each) => toStored(inside.child(tensor.planned.name), at(fed, each), tensor));
    return assignVariable(inside, vector, concat(inside, parts, 0));
  });
  assignments.push(...counted.map((steps, position) => assignVariable(inside, steps, at(fedCounts, position))));
  if (state.accumulators !== null) assignments.push(...clearAccumulators(inside, state.accumulators));
  const write = identity(inside.after(assignments), integers(inside, [0], []), 'write');
  return {
    variables: [
      ...sections.flatMap(variablesOf),
      ...counted.map(() => ({ name: STEPS, role: 'steps' as const, shape: [] })),
    ],
    state: { read, feed: [...feeds.flat(), ...fedCounts].map(fetchName), write: fetchName(write) },
  };
}

function variablesOf({ tensors, role, suffix }: Section): readonly GraphVariable[] {
  return tensors.map(({ planned }) => ({ name: `${planned.name}${suffix}`, role, shape: planned.shape }));
}

function exposeReading(root: Scope, inside: Scope, { vector, tensors, suffix }: Section): readonly string[] {
  const value = readVariable(inside, vector);
  return tensors.map((tensor) => {
    const name = `${tensor.planned.name}${suffix}`;
    return fetchName(identity(root, toCheckpoint(inside.child(name), value, tensor), name));
  });
}

function declareFeeds(root: Scope, { tensors, suffix }: Section): readonly Tensor[] {
  return tensors.map(({ planned }) => placeholder(root, `${planned.name}${suffix}/feed`, 'float32', planned.shape));
}
