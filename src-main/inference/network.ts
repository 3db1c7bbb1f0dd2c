/** A network that was trained or imported, ready to predict: read from a checkpoint, folded, in a session of its own. */

import { join } from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import { NO_AUGMENTATION } from '../contract/recipe.ts';
import type { CheckpointRecord, RunDetail } from '../contract/run.ts';
import { compileModel } from '../graph/compile.ts';
import type { CompiledModel } from '../graph/node.ts';
import { planModel } from '../model/plan.ts';
import { openSession, type Session } from '../tensorflow/session.ts';
import { readCheckpoint } from '../trainer/checkpoint.ts';
import type { CheckpointDescription } from '../trainer/description.ts';
import { elementsOf, type StoredTensor } from '../trainer/safetensors.ts';
import { writeState } from '../trainer/state.ts';

/** An open network; `session.close()` frees it. */
export interface TrainedNetwork {
  readonly compiled: CompiledModel;
  readonly session: Session;
  readonly description: CheckpointDescription;
}

/**
 * The checkpoint of a run that is meant: that of an epoch, or the newest.
 * @throws DenseLabError `checkpoint-missing` with the epochs that are kept
 */
export function chooseCheckpoint({ id, checkpoints }: RunDetail, epoch?: number): CheckpointRecord {
  const chosen =
    epoch === undefined
      ? [...checkpoints].sort((a, b) => b.step - a.step)[0]
      : checkpoints.find((checkpoint) => checkpoint.epoch === epoch);
  if (chosen !== undefined) return chosen;
  const kept = checkpoints.map((checkpoint) => String(checkpoint.epoch)).join(', ');
  throw new DenseLabError(
    'checkpoint-missing',
    epoch === undefined
      ? `Run ${String(id)} has no checkpoint yet.`
      : `Run ${String(id)} keeps no checkpoint of epoch ${String(epoch)}.`,
    kept === '' ? 'Train it for an epoch first.' : `Choose one of the epochs ${kept}.`,
  );
}

/**
 * Opens a checkpoint of a run for prediction.
 * @param directory the run's folder
 * @throws DenseLabError `checkpoint-damaged`, `path-missing`, `checkpoint-mismatch`, `runtime-missing`
 */
export function openNetwork(directory: string, { file, sha256 }: CheckpointRecord): TrainedNetwork {
  const path = join(directory, file);
  const { description, tensors } = readCheckpoint(path, sha256);
  const { model, input, dataset } = description;
  const plan = planModel(model, input, dataset.classNames.length);
  const compiled = compileModel(plan, {
    mean: dataset.mean,
    standardDeviation: dataset.standardDeviation,
    augmentation: NO_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0, nesterov: false },
    weightDecay: 0,
  });
  const session = openSession(compiled.graph);
  writeState({ compiled, session }, withoutOptimizer(path, compiled, tensors));
  return { compiled, session, description };
}

/** Parameters and moving averages as they are kept; what only an optimizer needs is zero. */
function withoutOptimizer(
  path: string,
  { variables }: CompiledModel,
  tensors: readonly StoredTensor[],
): StoredTensor[] {
  const kept = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return variables.map(({ name, role, shape }) => {
    if (role !== 'parameter' && role !== 'movingAverage')
      return { name, shape, data: new Float32Array(elementsOf(shape)) };
    const tensor = kept.get(name);
    if (tensor?.shape.join() === shape.join()) return tensor;
    throw new DenseLabError(
      'checkpoint-mismatch',
      `The checkpoint ${path} does not hold ${name} as its network has it.`,
      'Use another checkpoint of this run.',
    );
  });
}
