/**
 * Recipes against PyTorch: three steps by each of tests/fixtures/torch/recipes.py, computed there in float64 from the same
 * float32 start. Each tensor must agree to 1e-4 of its largest magnitude.
 */

import { describe, expect, it } from 'vitest';

import { NO_AUGMENTATION, type Optimizer } from '../../src-main/contract/recipe.ts';
import { RunningNetwork, type State } from '../support/graph/network.ts';
import { readTorchFixture, type TorchCase } from '../support/torchFixture.ts';

const TOLERANCE = 1e-4;
const STEPS = 3;

interface TorchRecipe {
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly weightDecayOn: 'all' | 'weights';
  readonly labelSmoothing: number;
  readonly classWeights: readonly number[] | null;
  readonly gradientClipping: number | null;
  /** The image's own share with mixup; 1 without. */
  readonly share: number;
  /** Images of each part of the batch. */
  readonly parts: readonly number[];
}

const fixture = readTorchFixture<Omit<TorchCase, 'recipe'> & { recipes: Readonly<Record<string, TorchRecipe>> }>(
  'recipes',
);
const { spec, input, classes, mean, standardDeviation, recipes } = fixture.case;

/** max|d| / max|reference|. */
function deviation(found: ArrayLike<number>, reference: ArrayLike<number>): number {
  expect(found.length).toBe(reference.length);
  const numbers = Array.from(reference);
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.max(...numbers.map((value, index) => Math.abs((found[index] ?? NaN) - value))) / largest;
}

function networkOf({ parts, share, learningRate: _, ...settings }: TorchRecipe) {
  const augmentation = share === 1 ? NO_AUGMENTATION : { ...NO_AUGMENTATION, mixup: { alpha: 1 } };
  return {
    model: spec,
    input,
    classes,
    settings: { ...settings, mean, standardDeviation, augmentation, accumulation: parts.length },
  };
}

/** The fixture's start; what an optimizer keeps is zero. */
function initialState(network: RunningNetwork): State {
  return Object.fromEntries(
    network.model.variables.map(({ name, shape }) => [
      name,
      fixture.has(`initial/${name}`)
        ? fixture.floats(`initial/${name}`)
        : new Float32Array(shape.reduce((product, size) => product * size, 1)),
    ]),
  );
}

/** The parts of the fixture's batch. */
function batches({ parts }: TorchRecipe) {
  const pixels = Uint8Array.from(fixture.tensor('images').data);
  const labels = Int32Array.from(fixture.tensor('labels').data);
  const size = pixels.length / labels.length;
  return parts.map((count, position) => {
    const start = parts.slice(0, position).reduce((sum, each) => sum + each, 0);
    return {
      pixels: pixels.slice(start * size, (start + count) * size),
      labels: labels.slice(start, start + count),
    };
  });
}

describe.each(Object.entries(recipes))('three steps with %s', (name, recipe) => {
  it('have the losses, gradient norms, weights and optimizer state that torch has', () => {
    RunningNetwork.use(networkOf(recipe), (network) => {
      network.write(initialState(network));
      const done = Array.from({ length: STEPS }, () =>
        network.stepInParts(batches(recipe), recipe.learningRate, { share: recipe.share }),
      );
      expect(
        deviation(
          done.map(({ loss }) => loss),
          fixture.floats(`${name}/loss`),
        ),
      ).toBeLessThan(TOLERANCE);
      const norms = done.map(({ gradientNorm }) => gradientNorm);
      expect(deviation(norms, fixture.floats(`${name}/norm`))).toBeLessThan(TOLERANCE);
      for (const [key, value] of Object.entries(network.read())) {
        const expected = key === 'optimizer/steps' ? [STEPS] : fixture.floats(`${name}/${key}`);
        expect(deviation(value, expected), key).toBeLessThan(TOLERANCE);
      }
    });
  });
});
