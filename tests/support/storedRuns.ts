/** Finished runs with plausible curves in a data folder, without training: for pictures, frames and scale. */

import { mkdirSync } from 'node:fs';
import type { ModelSpec } from '../../src-main/contract/model.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import { openRunStore } from '../../src-main/runs/store.ts';
import { buildEpoch, buildRun, buildStep, epochDone, SQLITE, started, steps } from './runs.ts';

/** One run to store. */
export interface StoredRun {
  readonly name: string;
  readonly model: ModelSpec;
  readonly modelTitle: string;
  readonly seed: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly parameters: number;
  /** Held-out accuracy that it comes close to, 0 to 1. */
  readonly reaches: number;
}

/** Stores runs as their trainers would have told of them; their ids. */
export function storeRuns(home: string, runs: readonly StoredRun[]): readonly number[] {
  mkdirSync(home, { recursive: true });
  const store = openRunStore(home, SQLITE);
  try {
    return runs.map((run) => {
      const built = buildRun();
      const { id } = store.create({
        ...built,
        name: run.name,
        model: run.model,
        modelTitle: run.modelTitle,
        parameters: run.parameters,
        multiplyAdds: run.parameters * 250,
        recipe: { ...built.recipe, epochs: run.epochs, seed: run.seed, learningRate: run.learningRate },
        stepsPerEpoch: run.stepsPerEpoch,
      });
      store.recordEvent(id, started(run.stepsPerEpoch));
      for (let epoch = 1; epoch <= run.epochs; epoch += 1) recordEpoch(store, id, run, epoch);
      store.recordEvent(id, { event: 'finished', test: { loss: 0.3, accuracy: run.reaches - 0.004 } });
      return id;
    });
  } finally {
    store.close();
  }
}

function recordEpoch(store: ReturnType<typeof openRunStore>, id: number, run: StoredRun, epoch: number): void {
  const random = createRandom(run.seed, id, epoch);
  const done = epoch / run.epochs;
  const rate = run.learningRate / (done > 0.75 ? 100 : done > 0.5 ? 10 : 1);
  const noise = (random.uniform() - 0.5) * (done > 0.5 ? 0.006 : 0.03);
  const accuracy = run.reaches - 0.5 * Math.exp(-9 * done) - (done > 0.5 ? 0 : 0.02) + noise;
  const first = (epoch - 1) * run.stepsPerEpoch;
  const told = Array.from({ length: run.stepsPerEpoch }, (_, index) =>
    buildStep(first + index + 1, {
      epoch,
      loss: 2.3 * Math.exp(-4 * (done + index / run.stepsPerEpoch / run.epochs)) + 0.2 * random.uniform(),
      learningRate: rate,
      gradientNorm: 0.4 + random.uniform(),
    }),
  );
  store.recordEvent(id, steps(...told));
  store.recordEvent(
    id,
    epochDone(
      buildEpoch(epoch, {
        step: epoch * run.stepsPerEpoch,
        train: { loss: 2.3 * Math.exp(-4 * done) + 0.1, accuracy: Math.min(0.999, accuracy + 0.02) },
        heldOut: { loss: 2.3 * Math.exp(-3 * done) + 0.25 + noise, accuracy },
        learningRate: rate,
        imagesPerSecond: 900 + 30 * random.uniform(),
        trainSeconds: 40 + run.parameters / 20_000,
        evaluationSeconds: 4,
      }),
    ),
  );
}
