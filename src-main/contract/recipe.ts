/** How a network is trained. Plain JSON, stored with each run. */

/** Training settings; every field is written out, so that a stored run explains itself. */
export interface TrainingRecipe {
  readonly epochs: number;
  readonly batchSize: number;
  /** Learning rate of the first step. */
  readonly learningRate: number;
  /** Divide the learning rate by `1 / factor` at each milestone, a share of all epochs in (0, 1). */
  readonly schedule: { readonly kind: 'step'; readonly milestones: readonly number[]; readonly factor: number };
  /** SGD as torch has it: v = momentum * v + g; w -= lr * (g + momentum * v) with `nesterov`, dampening 0. */
  readonly optimizer: { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean };
  /** L2 coefficient added to the gradient of every trainable tensor. */
  readonly weightDecay: number;
  /** `standard`: mirror at random, pad 4 with the channel mean and crop at random. */
  readonly augmentation: 'none' | 'standard';
  /** Seed of weights, data order, augmentation and dropout: an integer in [0, 2^31). */
  readonly seed: number;
  /** Train on this many images of the train split only, drawn by the seed; all when null. */
  readonly limit: number | null;
}

/** The paper's settings for CIFAR (section 4.2), with any number of epochs. */
export const PAPER_RECIPE: TrainingRecipe = {
  epochs: 300,
  batchSize: 64,
  learningRate: 0.1,
  schedule: { kind: 'step', milestones: [0.5, 0.75], factor: 0.1 },
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
  weightDecay: 1e-4,
  augmentation: 'standard',
  seed: 1,
  limit: null,
};

/** The paper's settings, shortened for a first look. */
export const QUICK_RECIPE: TrainingRecipe = { ...PAPER_RECIPE, epochs: 8 };
