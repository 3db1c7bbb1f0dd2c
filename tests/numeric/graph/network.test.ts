import { describe, expect, it } from 'vitest';

import type { LayerPlan } from '../../../src-main/contract/model.ts';
import { dot, norm, relativeDifference, uniform } from '../../support/graph/numbers.ts';
import { KINDS, RunningNetwork, type Batch, type State } from '../../support/graph/network.ts';
import {
  meanCrossEntropy,
  runReference,
  statisticsOf,
  type Maps,
  type Values,
} from '../../support/graph/referenceNetwork.ts';

/** What float32 leaves of a network that float64 recomputes. */
const CLOSE = 2e-5;

/** The batch as the network sees it. */
function normalised(network: RunningNetwork, { pixels, labels }: Batch): Maps {
  const { mean, standardDeviation } = network.settings;
  const { height, width, channels } = network.plan.input;
  const data = Float64Array.from(pixels, (pixel, index) => {
    const channel = index % channels;
    return (pixel - (mean[channel] ?? 0)) / (standardDeviation[channel] ?? 1);
  });
  return { count: labels.length, height, width, channels, data };
}

function last<T>(items: readonly T[]): T {
  const item = items[items.length - 1];
  if (item === undefined) throw new Error('nothing there');
  return item;
}

describe.each(Object.entries(KINDS))('a network of the kind %s', (_, options) => {
  it('evaluates as the plain formulas do, at every layer', () => {
    RunningNetwork.use(options, (network) => {
      const batch = network.batch(3);
      const expected = runReference(network.plan, network.seededState(), normalised(network, batch), 'moving');
      const actual = network.layers(batch);
      expect(Object.keys(actual)).toEqual(network.plan.layers.map(({ name }) => name));
      const wrong = Object.entries(actual).filter(
        ([name, values]) => !(relativeDifference(values, expected.get(name)?.data ?? []) < CLOSE),
      );
      expect(wrong.map(([name]) => name)).toEqual([]);
      const logits = expected.get(last(network.plan.layers).name);
      if (logits === undefined) throw new Error('the reference has no logits');
      const evaluation = network.evaluate(batch);
      expect(relativeDifference([evaluation.lossSum / 3], [meanCrossEntropy(logits, batch.labels)])).toBeLessThan(
        CLOSE,
      );
      const right = evaluation.predicted.filter((predicted, item) => predicted === batch.labels[item]).length;
      expect(evaluation.correct).toBe(right);
    });
  });

  it('has the loss of the plain formulas in training', () => {
    RunningNetwork.use(options, (network) => {
      const batch = network.batch(4);
      const expected = referenceLoss(network, batch)(network.seededState());
      expect(relativeDifference([network.step(batch, 0).loss], [expected])).toBeLessThan(CLOSE);
    });
  });

  it('has gradients that agree with finite differences of the plain formulas', () => {
    const weightDecay = 0.01;
    RunningNetwork.use({ ...options, settings: { weightDecay } }, (network) => {
      const batch = network.batch(2);
      const state = network.seededState();
      const lossOf = referenceLoss(network, batch);
      const wrong = Object.entries(network.gradients(batch)).flatMap(([name, withDecay], position) => {
        const gradient = withDecay.map((value, index) => value - weightDecay * (state[name]?.[index] ?? Number.NaN));
        const anywhere = unit(uniform(gradient.length, position));
        const direction = unit(gradient).map((value, index) => value + (anywhere[index] ?? Number.NaN));
        const slope = slopeAlong(lossOf, state, name, direction);
        const expected = dot(gradient, direction);
        const isRight = Math.abs(slope - expected) < 2e-4 * norm(gradient) + 1e-6;
        return isRight ? [] : [{ name, slope, expected }];
      });
      expect(wrong).toEqual([]);
    });
  });

  it('keeps its state bit for bit when it is written and read', () => {
    RunningNetwork.use(options, (network) => {
      const state = network.seededState(2);
      network.write(state);
      expect(network.read()).toEqual(state);
    });
  });

  it('takes any size of batch', () => {
    RunningNetwork.use(options, (network) => {
      for (const count of [5, 2, 7]) expect(network.step(network.batch(count), 0.01).loss).toBeGreaterThan(0);
      expect(network.evaluate(network.batch(1)).predicted).toHaveLength(1);
    });
  });
});

describe.each(Object.entries(KINDS))('in training, a network of the kind %s', (_, options) => {
  it('moves its averages by a tenth towards mean and unbiased variance', () => {
    RunningNetwork.use(options, (network) => {
      const batch = network.batch(4);
      const before = network.seededState();
      const factors = network.dropoutFactors(batch);
      const outputs = runReference(network.plan, before, normalised(network, batch), 'batch', factors);
      network.step(batch, 0.1);
      const after = network.read();
      const skipped = leftOut(network.plan, factors);
      for (const layer of network.plan.layers.filter(({ operation }) => operation.kind === 'batchNorm')) {
        if (skipped.has(layer.name)) {
          const averages = [`${layer.name}/movingMean`, `${layer.name}/movingVariance`];
          for (const name of averages) {
            expect(relativeDifference(after[name] ?? [], before[name] ?? [])).toBeLessThan(1e-6);
          }
          continue;
        }
        const source = outputs.get(layer.inputs[0] ?? '');
        if (source === undefined) throw new Error(`${layer.name} has no input`);
        const { mean, variance } = statisticsOf(source);
        const values = source.data.length / source.channels;
        const unbiased = variance.map((value) => (value * values) / (values - 1));
        expect(
          relativeDifference(after[`${layer.name}/movingMean`] ?? [], moved(before, `${layer.name}/movingMean`, mean)),
        ).toBeLessThan(CLOSE);
        expect(
          relativeDifference(
            after[`${layer.name}/movingVariance`] ?? [],
            moved(before, `${layer.name}/movingVariance`, unbiased),
          ),
        ).toBeLessThan(CLOSE);
      }
    });
  });
});

describe('dropout', () => {
  const options = KINDS['dropout'] ?? {};

  it('drops the share that the plan says and scales up the rest, differently in each layer', () => {
    RunningNetwork.use(options, (network) => {
      const layers = Object.values(network.dropoutFactors(network.batch(32)));
      for (const factors of layers) {
        expect(new Set(factors)).toEqual(new Set([0, Math.fround(1 / (1 - 0.2))]));
        expect(factors.filter((factor) => factor === 0).length / factors.length).toBeCloseTo(0.2, 1);
      }
      expect(new Set(layers.map((factors) => factors.subarray(0, 256).join())).size).toBe(layers.length);
    });
  });

  it('is a function of the seed', () => {
    RunningNetwork.use(options, (network) => {
      const batch = network.batch(4);
      const loss = (seed: number) => {
        network.write(network.seededState());
        return network.step(batch, 0.1, seed).loss;
      };
      expect(loss(1)).toBe(loss(1));
      expect(loss(2)).not.toBe(loss(1));
    });
  });
});

describe('stochastic depth', () => {
  it('leaves units out by a draw of each, and gives those no gradient', () => {
    RunningNetwork.use(KINDS['stochastic depth'] ?? {}, (network) => {
      const batch = network.batch(3);
      const draws = Array.from({ length: 40 }, (_, seed) => network.dropoutFactors(batch, seed));
      const share = (name: string) => draws.filter((factors) => factors[name]?.[0] === 1).length / draws.length;
      // p_l = 1 - (l / 4) (1 - 0.3)
      expect(share('stage1/unit1/depth')).toBeCloseTo(0.825, 0);
      expect(share('stage2/unit2/depth')).toBeCloseTo(0.3, 0);
      expect(share('stage1/unit1/depth')).toBeGreaterThan(share('stage2/unit2/depth'));
      const seed = draws.findIndex((factors) => factors['stage2/unit2/depth']?.[0] === 0);
      const gradients = network.gradients(batch, seed);
      expect(gradients['stage2/unit2/conv1/weights']?.every((value) => value === 0)).toBe(true);
      expect(gradients['stem/conv/weights']?.some((value) => value !== 0)).toBe(true);
    });
  });
});

describe('a channel that never changes', () => {
  it('is centred and not divided by zero', () => {
    const settings = { mean: [7], standardDeviation: [0] };
    RunningNetwork.use({ input: { height: 8, width: 8, channels: 1 }, settings }, (network) => {
      const batch = { ...network.batch(2), pixels: new Uint8Array(2 * 8 * 8).fill(7) };
      expect(network.layers(batch)['input']).toEqual(new Float32Array(2 * 8 * 8));
      expect(network.step(batch, 0.1).loss).toBeGreaterThan(0);
    });
  });
});

/** Layers that nothing but a residual of depth 0 reads: in a step that leaves it out, they saw nothing. */
function leftOut(plan: LayerPlan, factors: State): ReadonlySet<string> {
  const skipped = new Set<string>();
  for (const { name, operation, inputs } of plan.layers) {
    if (operation.kind !== 'stochasticDepth' || factors[name]?.[0] !== 0) continue;
    let source = inputs[0];
    while (plan.layers.filter((layer) => layer.inputs.includes(source ?? '')).length === 1) {
      skipped.add(source ?? '');
      source = plan.layers.find((layer) => layer.name === source)?.inputs[0];
    }
  }
  return skipped;
}

function moved(state: State, name: string, statistic: readonly number[]): readonly number[] {
  return statistic.map((value, channel) => 0.9 * (state[name]?.[channel] ?? Number.NaN) + 0.1 * value);
}

function unit(direction: Float32Array): Float32Array {
  const length = norm(direction);
  return length === 0 ? direction : direction.map((value) => value / length);
}

/** The loss of one batch as a function of the state, in float64. */
function referenceLoss(network: RunningNetwork, batch: Batch): (state: Values) => number {
  const images = normalised(network, batch);
  const factors = network.dropoutFactors(batch);
  return (state) => {
    const outputs = runReference(network.plan, state, images, 'batch', factors);
    const logits = outputs.get(last(network.plan.layers).name);
    return logits === undefined ? Number.NaN : meanCrossEntropy(logits, batch.labels);
  };
}

/** Slope of the loss as one parameter moves along `direction`. */
function slopeAlong(lossOf: (state: Values) => number, state: State, name: string, direction: Float32Array): number {
  const half = 1e-6;
  const lossAt = (distance: number) => {
    const moved = Float64Array.from(state[name] ?? [], (value, index) => value + distance * (direction[index] ?? 0));
    return lossOf({ ...state, [name]: moved });
  };
  return (lossAt(half) - lossAt(-half)) / (2 * half);
}
