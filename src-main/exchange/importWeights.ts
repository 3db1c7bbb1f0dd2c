/** Weights of other programs for a network of ours: every tensor found, of the right shape, and none left over. */

import { DenseLabError } from '../contract/errors.ts';
import type { LayerPlan, PlannedTensor } from '../contract/model.ts';
import { listOf } from '../model/nearest.ts';
import { tensorsOf } from '../model/plan.ts';
import type { StoredTensor } from '../trainer/safetensors.ts';
import { fromTorch, isCounter, modernName, torchNameOf, torchShapeOf } from './torchNames.ts';

/** How many names a sentence lists. */
const NAMED = 3;

/**
 * Finds each tensor of a plan among those of a file, by our own names or by those that `modernName` knows, and brings it into
 * our layout. What torch saves besides (`num_batches_tracked`) is known and left out; the optimizer's state in a checkpoint of
 * ours is too.
 * @throws DenseLabError `weights-mismatch` naming what is missing, unknown, of a wrong shape or not finite
 */
export function mapWeights(plan: LayerPlan, found: readonly StoredTensor[]): readonly StoredTensor[] {
  const planned = tensorsOf(plan);
  const own = new Set(planned.map(({ name }) => name));
  const isOurs = found.some(({ name }) => own.has(name));
  const byName = new Map(found.map((tensor) => [isOurs ? tensor.name : modernName(tensor.name), tensor]));
  const kept = new Set(byName.values());
  refuse(
    'has two tensors for',
    found.filter((tensor) => !kept.has(tensor)).map(({ name }) => name),
  );
  const wanted = planned.map((tensor) => ({
    tensor,
    name: isOurs ? tensor.name : (torchNameOf(tensor) ?? tensor.name),
  }));
  refuse(
    'lacks',
    wanted.filter(({ name }) => !byName.has(name)).map(({ name }) => name),
  );
  const known = new Set(wanted.map(({ name }) => name));
  refuse(
    'has, and the model does not,',
    [...byName]
      .filter(([name]) => !known.has(name) && !isCounter(name) && !(isOurs && isState(name)))
      .map(([, { name }]) => name),
  );
  return wanted.map(({ tensor, name }) => take(tensor, byName.get(name), isOurs));
}

/** Optimizer state of a checkpoint of ours. */
function isState(name: string): boolean {
  return /\/(velocity|firstMoment|secondMoment)$|^optimizer\/steps$/.test(name);
}

function take(planned: PlannedTensor, tensor: StoredTensor | undefined, isOurs: boolean): StoredTensor {
  if (tensor === undefined) throw new Error(`${planned.name} was looked for before`);
  const { name } = tensor;
  const shape = isOurs ? planned.shape : torchShapeOf(planned);
  if (tensor.shape.join() !== shape.join()) {
    throw mismatch(`${name} is [${tensor.shape.join(', ')}] in the file, and the model needs [${shape.join(', ')}]`);
  }
  if (!tensor.data.every(Number.isFinite)) throw mismatch(`${name} holds values that are not finite`);
  return isOurs ? { name: planned.name, shape, data: tensor.data } : fromTorch(planned, tensor.data);
}

function refuse(what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const more = names.length > NAMED ? [`${String(names.length - NAMED)} more`] : [];
  throw mismatch(`the file ${what} ${listOf([...names.slice(0, NAMED), ...more], 'and')}`, names.join('\n'));
}

function mismatch(what: string, detail?: string): DenseLabError {
  return new DenseLabError(
    'weights-mismatch',
    `The weights do not fit the model: ${what}.`,
    'Give the model, --input and --classes that the weights were made for.',
    detail,
  );
}
