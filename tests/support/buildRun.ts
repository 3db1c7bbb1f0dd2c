import type { Split } from '../../src-main/contract/dataset.ts';
import type { RunJudgement, RunPredictions } from '../../src-main/contract/exchange.ts';
import type { RunEvent } from '../../src-main/contract/events.ts';
import type { ModelSpec } from '../../src-main/contract/model.ts';
import { PAPER_RECIPE, type TrainingRecipe } from '../../src-main/contract/recipe.ts';
import type { EpochMetrics, RunCurves, RunDetail, RunSummary, StepMetric } from '../../src-main/contract/run.ts';

/** DenseNet-BC (L=22, k=12) for 28x28 grey images. */
export const SMALL_MODEL: ModelSpec = {
  version: 1,
  family: 'densenet',
  stem: 'cifar',
  blockLayers: [3, 3, 3],
  growthRate: 12,
  bottleneck: true,
  compression: 0.5,
  initialFeatures: 24,
  dropoutRate: 0,
};

/** Metrics of one epoch, with overrides. */
export function buildEpoch(overrides: Partial<EpochMetrics> = {}): EpochMetrics {
  const epoch = overrides.epoch ?? 1;
  return {
    epoch,
    step: epoch * 40,
    train: { loss: 0.62, accuracy: 0.78 },
    heldOut: { loss: 0.55, accuracy: 0.8 },
    learningRate: 0.1,
    imagesPerSecond: 388,
    trainSeconds: 6.6,
    residentBytes: 400_000_000,
    evaluationSeconds: 1.4,
    ...overrides,
  };
}

/** A finished run of eight epochs, with overrides. */
export function buildRun(overrides: Partial<RunSummary> = {}): RunSummary {
  const id = overrides.id ?? 1;
  return {
    id,
    name: `DenseNet-BC run ${id}`,
    status: 'finished',
    origin: 'here',
    createdAt: '2026-11-22T13:57:00.000Z',
    startedAt: '2026-11-22T13:57:02.000Z',
    endedAt: '2026-11-22T13:59:40.000Z',
    colour: ((id - 1) % 10) + 1,
    sweep: null,
    datasetName: 'Fashion-MNIST',
    datasetId: 'fashion-mnist',
    datasetVersion: 1,
    modelTitle: 'DenseNet-BC (L=22, k=12)',
    parameters: 88_366,
    epochs: 8,
    epochsDone: 8,
    stepsPerEpoch: 40,
    stepsDone: 320,
    heldOutSplit: 'validation',
    best: { epoch: 7, accuracy: 0.8412 },
    last: buildEpoch({ epoch: 8, heldOut: { loss: 0.47, accuracy: 0.8377 } }),
    sparkline: [0.61, 0.7, 0.74, 0.77, 0.81, 0.83, 0.8412, 0.8377],
    error: null,
    starred: false,
    archived: false,
    folder: '',
    tags: [],
    ...overrides,
  };
}

/** A run that has a network and a recipe, as every one that is trained here. */
export type TrainedDetail = RunDetail & { readonly model: ModelSpec; readonly recipe: TrainingRecipe };

/** The same run with everything that its page shows. */
export function buildRunDetail(overrides: Partial<TrainedDetail> = {}): TrainedDetail {
  const summary = buildRun(overrides);
  return {
    ...summary,
    datasetHash: '9f2c1d4be07a55c3a1b0f6d8e4c27a9913d0be55cf1e7a442b6c90d1e8f3a771',
    classNames: ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat'],
    model: SMALL_MODEL,
    recipe: { ...PAPER_RECIPE, epochs: 8 },
    multiplyAdds: 25_400_000,
    source: null,
    deviceWish: 'auto',
    forecast: { secondsPerEpoch: 21, source: 'calibrated' },
    notes: '',
    environment: {
      device: 'CPU:0',
      intraOpThreads: 2,
      interOpThreads: 1,
      tensorflow: '2.21.0',
      denselab: '0.1.0',
      node: '20.20.2',
    },
    test: summary.status === 'finished' ? { loss: 0.4822, accuracy: 0.8351 } : null,
    checkpoints: [
      {
        epoch: 8,
        step: 320,
        file: 'checkpoint-000320.safetensors',
        bytes: 1_448_920,
        sha256: 'c0ffee41d2a9b7703c0dd1f0a5d8b1d7f2e0a4c99182736455463728190a0b0c',
        createdAt: '2026-11-22T13:59:39.000Z',
      },
    ],
    ...overrides,
  };
}

/** What a network for five kinds of clothes says of some files: of each that it is probably a dress. */
export function buildPredictions(paths: readonly string[]): RunPredictions {
  const probabilities = [0.04, 0.01, 0.15, 0.7, 0.1];
  return {
    network: 'Epoch 7 of 8, the best by validation accuracy.',
    input: { height: 2, width: 2, channels: 1 },
    classNames: ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat'],
    files: paths.map((file) => ({
      ...{ ok: true, file, pixels: Uint8Array.of(0, 90, 180, 255), class: 'Dress', probabilities },
    })),
  };
}

/** What a network of five classes says of ten images: the last three are wrong, the ninth the surest. */
export function buildJudgement(split: Split): RunJudgement {
  const classNames = ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat'];
  const labels = Uint16Array.of(0, 1, 2, 3, 4, 0, 1, 2, 2, 4);
  const predicted = Uint16Array.of(0, 1, 2, 3, 4, 0, 1, 4, 4, 0);
  const confusion = classNames.map((_, label) =>
    classNames.map((__, guess) => labels.filter((each, at) => each === label && predicted[at] === guess).length),
  );
  return {
    network: 'Epoch 7 of 8, the best by validation accuracy.',
    split,
    classNames,
    first: 50_000,
    evaluation: {
      images: 10,
      accuracy: 0.7,
      loss: 0.61,
      perClass: classNames.map((name) => ({ class: name, images: 2, recall: 0.5, precision: null })),
      confusion,
    },
    labels,
    predicted,
    confidence: Float32Array.of(0.9, 0.8, 0.7, 0.6, 0.99, 0.5, 0.4, 0.55, 0.97, 0.6),
    losses: Float32Array.of(0.1, 0.2, 0.3, 0.5, 0.01, 0.7, 0.9, 1.5, 3.5, 4.1),
  };
}

/** Another network on the same images: the fifth and sixth are wrong now, the eighth and tenth right. */
export function buildOtherJudgement(split: Split): RunJudgement {
  return { ...buildJudgement(split), predicted: Uint16Array.of(0, 1, 2, 3, 0, 1, 1, 2, 4, 4) };
}

/** Steps whose loss falls from 2.3 to about 0.4 within `epochs`, the same each time. */
export function buildSteps(from: number, to: number, stepsPerEpoch: number, epochs = 8): readonly StepMetric[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    const step = from + index;
    const noise = Math.sin(step * 12.9898) * 0.5 + Math.sin(step * 4.1414) * 0.5;
    return {
      step,
      epoch: Math.ceil(step / stepsPerEpoch),
      loss: 0.4 + 1.9 * Math.exp((-step * 5) / (stepsPerEpoch * epochs)) + noise * 0.12,
      learningRate: rateAt(step / (stepsPerEpoch * epochs)),
      gradientNorm: 1.5 - noise,
    };
  });
}

/** What the trainer of a run tells of steps. */
export function buildStepsEvent(run: number, steps: readonly StepMetric[]): RunEvent {
  return { run, event: 'steps', steps, imagesPerSecond: 388, residentBytes: 400_000_000 };
}

/** Curves of a run with `epochs` finished epochs and the steps of them. */
export function buildCurves(epochs: number, stepsPerEpoch = 40, steps = epochs * stepsPerEpoch): RunCurves {
  const metrics = buildSteps(1, steps, stepsPerEpoch, Math.max(8, epochs));
  return {
    steps: {
      step: metrics.map((metric) => metric.step),
      loss: metrics.map((metric) => metric.loss),
      learningRate: metrics.map((metric) => metric.learningRate),
      gradientNorm: metrics.map((metric) => metric.gradientNorm),
    },
    epochs: Array.from({ length: epochs }, (_, index) =>
      buildEpoch({
        epoch: index + 1,
        step: (index + 1) * stepsPerEpoch,
        heldOut: {
          loss: 0.44 + 0.9 * Math.exp((-index * 4) / Math.max(8, epochs)) + 0.02 * Math.sin(index * 5),
          accuracy: 0.85 - 0.26 * Math.exp((-index * 4) / Math.max(8, epochs)) + 0.004 * Math.sin(index * 7),
        },
        learningRate: rateAt((index + 1) / Math.max(8, epochs)),
        imagesPerSecond: 380 + Math.sin(index * 2) * 9,
      }),
    ),
  };
}

/** Learning rate at a share of the run: divided by ten at a half and at three quarters. */
function rateAt(share: number): number {
  return share > 0.75 ? 0.001 : share > 0.5 ? 0.01 : 0.1;
}
