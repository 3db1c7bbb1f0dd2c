import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../src-main/cli/arguments.ts';
import { train } from '../../../src-main/cli/commands/train.ts';
import { readRecipe } from '../../../src-main/cli/recipes.ts';
import {
  NO_AUGMENTATION,
  PAPER_RECIPE,
  QUICK_RECIPE,
  STANDARD_AUGMENTATION,
  SVHN_RECIPE,
} from '../../../src-main/contract/recipe.ts';
import { failureOf } from '../../support/failures.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-recipes-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function recipeOf(...words: readonly string[]) {
  const request = readCommandLine(['train', ...words], [train]);
  if (request.kind !== 'run') throw new Error(request.kind);
  return readRecipe(request.args);
}

function recipeFile(content: string): string {
  const file = path.join(folder, 'recipe.json');
  writeFileSync(file, content);
  return file;
}

describe('readRecipe', () => {
  it('is the quick one without options, a preset by name, or a file', () => {
    expect(recipeOf()).toEqual(QUICK_RECIPE);
    expect(recipeOf('--recipe', 'svhn')).toEqual(SVHN_RECIPE);
    const { recomputation: _, ...older } = { ...PAPER_RECIPE, augmentation: 'none' };
    expect(recipeOf('--recipe', recipeFile(JSON.stringify(older)))).toEqual({
      ...PAPER_RECIPE,
      augmentation: NO_AUGMENTATION,
    });
  });

  it.each([
    ['--epochs 3 --batch 32 --lr 0.5 --seed 7', { epochs: 3, batchSize: 32, learningRate: 0.5, seed: 7 }],
    ['--warmup 0.75', { warmUpEpochs: 0.75 }],
    ['--recipe cifar --schedule cosine', { ...PAPER_RECIPE, schedule: { kind: 'cosine', finalShare: 0 } }],
    ['--schedule step', { schedule: PAPER_RECIPE.schedule }],
    ['--weight-decay 0.01 --decay-on weights', { weightDecay: 0.01, weightDecayOn: 'weights' }],
    ['--label-smoothing 0.1 --clip 5 --accumulate 4', { labelSmoothing: 0.1, gradientClipping: 5, accumulation: 4 }],
    ['--class-weights balanced', { classWeights: 'balanced' }],
    ['--class-weights 1,2,0.5', { classWeights: [1, 2, 0.5] }],
    ['--augment none', { augmentation: NO_AUGMENTATION }],
    ['--augment standard,cutout:8', { augmentation: { ...STANDARD_AUGMENTATION, cutout: { size: 8 } } }],
    ['--augment mixup:0.4', { augmentation: { ...NO_AUGMENTATION, mixup: { alpha: 0.4 } } }],
    [
      '--normalise scale --precision auto --recompute off',
      { normalisation: 'scale', precision: 'auto', recomputation: false },
    ],
    ['--early-stopping 3', { earlyStopping: { patience: 3, minimumChange: 0 } }],
  ])('changes what %s names, and nothing else', (words, change) => {
    expect(recipeOf(...words.split(' '))).toEqual({ ...QUICK_RECIPE, ...change });
  });

  it('takes a rate and a decay that suit the optimizer, unless they are given', () => {
    const { optimizer, learningRate, weightDecay } = PAPER_RECIPE;
    expect(recipeOf('--optimizer', 'sgd')).toMatchObject({ optimizer, learningRate, weightDecay });
    expect(recipeOf('--recipe', 'cifar', '--optimizer', 'adamw').learningRate).toBe(0.001);
    expect(recipeOf('--optimizer', 'adam', '--lr', '0.01').learningRate).toBe(0.01);
    expect(recipeOf('--optimizer', 'adamw').learningRate).toBe(QUICK_RECIPE.learningRate);
  });

  it('has no warm-up beside one cycle, which warms up by itself', () => {
    expect(recipeOf('--schedule', 'one-cycle').warmUpEpochs).toBe(0);
  });

  it.each([
    [['--recipe', 'cifra'], 'There is no recipe "cifra".'],
    [['--recipe', '/nowhere/recipe.json'], 'There is no recipe file /nowhere/recipe.json.'],
    [['--augment', 'mirror,flip'], 'mixup, not "flip"'],
    [['--augment', 'shift:far'], 'not "shift:far"'],
    [['--class-weights', '1,x'], 'balanced or a list of numbers, not "1,x"'],
    [['--warmup', '8'], 'warmUpEpochs 8, which leaves nothing of its epochs 8'],
  ])('refuses %j in one sentence', (words, message) => {
    expect(failureOf(() => recipeOf(...words)).message).toContain(message);
  });

  it('names a file that is no recipe', () => {
    const file = recipeFile('{');
    expect(failureOf(() => recipeOf('--recipe', file)).message).toBe(`The recipe file ${file} is not valid JSON.`);
  });
});
