/** Loss and accuracy over a whole split, with moving averages. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Split } from '../contract/dataset.ts';
import type { SplitMetrics } from '../contract/run.ts';
import type { DatasetReader } from '../datasets/reader.ts';
import type { CompiledModel } from '../graph/node.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import type { Session } from '../tensorflow/session.ts';
import { scalarValue } from '../tensorflow/tensor.ts';
import { cutIntoBatches } from './batches.ts';
import { BatchFeeder } from './feeder.ts';

/** What evaluation needs. */
export interface EvaluationParts {
  readonly compiled: CompiledModel;
  readonly session: Session;
  readonly reader: DatasetReader;
}

/** Evaluates every image of a split once; throws the signal's reason when it is aborted between two batches. */
export async function evaluateSplit(parts: EvaluationParts, split: Split, signal: AbortSignal): Promise<SplitMetrics> {
  const { compiled, session, reader } = parts;
  const { feeds, fetches } = compiled.evaluate;
  const { images } = reader.detail.splits[split];
  const batchSize = evaluationBatch(reader.detail);
  const feeder = new BatchFeeder(reader, split, batchSize + 1);
  let lossSum = 0;
  let correct = 0;
  for (const batch of cutIntoBatches(images, batchSize)) {
    const loaded = feeder.load(batch, (index) => index);
    const inputs = { [feeds.images]: loaded.images, [feeds.labels]: loaded.labels };
    const [batchLoss, batchCorrect] = session.run(inputs, [fetches.lossSum, fetches.correct]);
    lossSum += scalarValue(batchLoss);
    correct += scalarValue(batchCorrect);
    await nextTurn();
    signal.throwIfAborted();
  }
  return { loss: lossSum / images, accuracy: correct / images };
}
