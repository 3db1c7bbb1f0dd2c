/** Builders of runs and of what a trainer tells about them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PAPER_RECIPE } from '../../src-main/contract/recipe.ts';
import type { TrainerEvent } from '../../src-main/contract/events.ts';
import type { EpochMetrics, RunEnvironment, StepMetric } from '../../src-main/contract/run.ts';
import type { DatabaseOptions } from '../../src-main/runs/database.ts';
import type { NewRun } from '../../src-main/runs/runTable.ts';
import { locateSqlite } from '../../src-main/tensorflow/locate.ts';
import { buildSpec } from './models.ts';

/** How this Node opens SQLite. */
export const SQLITE: DatabaseOptions = { nativeBinding: locateSqlite() };

/** A data folder of its own, and the function that removes it. */
export function temporaryHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(path.join(tmpdir(), 'denselab-home-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** A run of a small network on two classes. */
export function buildRun(overrides: Partial<NewRun> = {}): NewRun {
  return {
    name: 'First look',
    dataset: { id: 'shapes', name: 'Shapes', version: 1, contentHash: 'ab'.repeat(32), classNames: ['ring', 'star'] },
    heldOutSplit: 'test',
    model: buildSpec(),
    modelTitle: 'DenseNet (L=10, k=12)',
    parameters: 12_345,
    multiplyAdds: 678_900,
    recipe: { ...PAPER_RECIPE, epochs: 3 },
    stepsPerEpoch: 4,
    ...overrides,
  };
}

/** What an imaginary worker trained on. */
export const ENVIRONMENT: RunEnvironment = {
  device: 'CPU:0',
  intraOpThreads: 2,
  interOpThreads: 1,
  tensorflow: '2.21.0',
  denselab: '0.1.0',
  node: '20.20.2',
};

export function buildStep(step: number, overrides: Partial<StepMetric> = {}): StepMetric {
  return { step, epoch: 1, loss: 1 / step, learningRate: 0.1, gradientNorm: 2 / step, ...overrides };
}

export function buildEpoch(epoch: number, overrides: Partial<EpochMetrics> = {}): EpochMetrics {
  return {
    epoch,
    step: epoch * 4,
    train: { loss: 1 / epoch, accuracy: 0.5 },
    heldOut: { loss: 1.5 / epoch, accuracy: 0.4 },
    learningRate: 0.1,
    imagesPerSecond: 120,
    trainSeconds: 8,
    residentBytes: 400_000_000,
    evaluationSeconds: 1,
    ...overrides,
  };
}

export function started(stepsPerEpoch = 4): TrainerEvent {
  return { event: 'started', environment: ENVIRONMENT, stepsPerEpoch };
}

export function steps(...told: readonly StepMetric[]): TrainerEvent {
  return { event: 'steps', steps: told, imagesPerSecond: 100, residentBytes: 400_000_000 };
}

export function epochDone(metrics: EpochMetrics): TrainerEvent {
  return { event: 'epoch', metrics, outsideSeconds: 0.1 };
}
