/** How a network is trained. Plain JSON, stored with each run. */

/** How the learning rate changes from the end of the warm-up on. Shares are of all epochs. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** Divide the rate by `1 / factor` at each milestone, a share in (0, 1). */
  | { readonly kind: 'step'; readonly milestones: readonly number[]; readonly factor: number }
  /** Half a cosine down to `finalShare` of the rate (torch's CosineAnnealingLR, by step). */
  | { readonly kind: 'cosine'; readonly finalShare: number }
  /** Cosine up from `startShare` of the rate until `peakAt`, then down to `finalShare` of it (torch's OneCycleLR). */
  | { readonly kind: 'oneCycle'; readonly peakAt: number; readonly startShare: number; readonly finalShare: number }
  /**
   * Multiply the rate by `factor` when the held-out loss has not fallen by more than `minimumChange` for more than
   * `patience` epochs, down to `finalShare` of it (torch's ReduceLROnPlateau, absolute threshold).
   */
  | {
      readonly kind: 'plateau';
      readonly factor: number;
      readonly patience: number;
      readonly minimumChange: number;
      readonly finalShare: number;
    };

/** What turns a gradient into a step; as torch.optim has them. */
export type Optimizer =
  /** v = momentum * v + g; w -= lr * (g + momentum * v) with `nesterov`, dampening 0. */
  | { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean }
  /** Weight decay is added to the gradient. */
  | { readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  /** Weight decay, times the learning rate, is taken from the weights themselves. */
  | { readonly kind: 'adamw'; readonly beta1: number; readonly beta2: number; readonly epsilon: number };

/** Which part of an image is trained on; the size stays that of the dataset. */
export type Crop =
  | { readonly kind: 'none' }
  /** Moved by up to `pixels` each way; what moves in is zero after normalisation. */
  | { readonly kind: 'shift'; readonly pixels: number }
  /**
   * A rectangle of `smallestArea` to all of the image, its sides in a ratio of 1 / `largestRatio` to `largestRatio`, scaled
   * to the image's size (torchvision's RandomResizedCrop).
   */
  | { readonly kind: 'randomResized'; readonly smallestArea: number; readonly largestRatio: number };

/** Random changes of the training images, all of them functions of the seed and the step. */
export interface Augmentation {
  /** Left and right swapped for half of the images. */
  readonly mirror: boolean;
  readonly crop: Crop;
  /** Factors in [1 - x, 1 + x], drawn for each image (torchvision's ColorJitter, in this order). */
  readonly colour: null | { readonly brightness: number; readonly contrast: number; readonly saturation: number };
  /** A square of `size` pixels, its centre anywhere in the image, becomes zero (DeVries and Taylor 2017). */
  readonly cutout: null | { readonly size: number };
  /** Each image is blended with another of the batch, by a share from Beta(alpha, alpha) (Zhang et al. 2018). */
  readonly mixup: null | { readonly alpha: number };
}

/** Training settings; every field is written out, so that a stored run explains itself. */
export interface TrainingRecipe {
  readonly epochs: number;
  /** Images of one step. */
  readonly batchSize: number;
  /** The learning rate that the schedule starts from, and its peak. */
  readonly learningRate: number;
  /** The rate rises from a hundredth in a straight line over these epochs, of which a part may be one; 0 for none. */
  readonly warmUpEpochs: number;
  readonly schedule: Schedule;
  readonly optimizer: Optimizer;
  /** L2 coefficient, or with AdamW the share of a weight that is taken away per unit of learning rate. */
  readonly weightDecay: number;
  /** What decays: `all` parameters as in the paper, or `weights` alone, without gamma, beta and bias. */
  readonly weightDecayOn: 'all' | 'weights';
  /** Share of each target that is spread over all classes evenly, in [0, 1). */
  readonly labelSmoothing: number;
  /** Weight of each class in the loss; `balanced`: images / (classes * images of the class). */
  readonly classWeights: null | 'balanced' | readonly number[];
  /** Gradients with a larger global L2 norm are scaled down to it. */
  readonly gradientClipping: number | null;
  /** A step's batch is computed in this many parts, each with batch statistics of its own; 1 for the whole at once. */
  readonly accumulation: number;
  readonly augmentation: Augmentation;
  /** `channels`: by the train split's mean and deviation of each channel; `scale`: divided by 255. */
  readonly normalisation: 'channels' | 'scale';
  /**
   * Ends training when the held-out accuracy has not risen by more than `minimumChange` for `patience` epochs; the best
   * weights are restored.
   */
  readonly earlyStopping: null | { readonly patience: number; readonly minimumChange: number };
  /** What activations and gradients are computed in; weights are always float32. `auto`: what is measured to be faster. */
  readonly precision: 'float32' | 'bfloat16' | 'auto';
  /** Whether cheap layers are computed again in the backward pass to save memory; by depth when null. */
  readonly recomputation: boolean | null;
  /** Seed of weights, data order, augmentation and dropout: an integer in [0, 2^31). */
  readonly seed: number;
  /** Train on this many images of the train split only, drawn by the seed; all when null. */
  readonly limit: number | null;
}

/** Images as they are. */
export const NO_AUGMENTATION: Augmentation = {
  mirror: false,
  crop: { kind: 'none' },
  colour: null,
  cutout: null,
  mixup: null,
};

/** The paper's "+" for CIFAR: mirrored, and moved by up to 4 pixels. */
export const STANDARD_AUGMENTATION: Augmentation = {
  ...NO_AUGMENTATION,
  mirror: true,
  crop: { kind: 'shift', pixels: 4 },
};

/** Fields that older versions did not write, with the values by which they trained. */
const LATER_FIELDS = {
  warmUpEpochs: 0,
  weightDecayOn: 'all',
  labelSmoothing: 0,
  classWeights: null,
  gradientClipping: null,
  accumulation: 1,
  normalisation: 'channels',
  earlyStopping: null,
  precision: 'float32',
  recomputation: null,
} as const satisfies Partial<TrainingRecipe>;

/** The paper's settings for CIFAR (section 4.2), with any number of epochs. */
export const PAPER_RECIPE: TrainingRecipe = {
  ...LATER_FIELDS,
  epochs: 300,
  batchSize: 64,
  learningRate: 0.1,
  schedule: { kind: 'step', milestones: [0.5, 0.75], factor: 0.1 },
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
  weightDecay: 1e-4,
  augmentation: STANDARD_AUGMENTATION,
  seed: 1,
  limit: null,
};

/** The paper's settings for SVHN: no augmentation, pixels divided by 255. */
export const SVHN_RECIPE: TrainingRecipe = {
  ...PAPER_RECIPE,
  epochs: 40,
  augmentation: NO_AUGMENTATION,
  normalisation: 'scale',
};

/** The paper's settings for ImageNet; the augmentation as in the released code, without its lighting noise. */
export const IMAGENET_RECIPE: TrainingRecipe = {
  ...PAPER_RECIPE,
  epochs: 90,
  batchSize: 256,
  schedule: { kind: 'step', milestones: [1 / 3, 2 / 3], factor: 0.1 },
  augmentation: {
    ...NO_AUGMENTATION,
    mirror: true,
    crop: { kind: 'randomResized', smallestArea: 0.08, largestRatio: 4 / 3 },
    colour: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
  },
};

/**
 * For a first look: learns within few epochs, where the paper's rate and its steps need hundreds. AdamW with torch's defaults,
 * a short warm-up and half a cosine.
 */
export const QUICK_RECIPE: TrainingRecipe = {
  ...PAPER_RECIPE,
  epochs: 8,
  learningRate: 0.003,
  warmUpEpochs: 0.5,
  schedule: { kind: 'cosine', finalShare: 0 },
  optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  weightDecay: 0.01,
};

/** A recipe that ships. */
export interface RecipePreset {
  /** As typed after `--recipe`. */
  readonly name: string;
  readonly title: string;
  readonly recipe: TrainingRecipe;
}

/** The recipes that ship, the one for a first look first. */
export const RECIPE_PRESETS: readonly RecipePreset[] = [
  { name: 'quick', title: 'Quick', recipe: QUICK_RECIPE },
  { name: 'cifar', title: 'Paper CIFAR', recipe: PAPER_RECIPE },
  { name: 'svhn', title: 'Paper SVHN', recipe: SVHN_RECIPE },
  { name: 'imagenet', title: 'Paper ImageNet', recipe: IMAGENET_RECIPE },
];

/** Adds to a recipe of an older version what it does not name, with the meaning that it had; the rest is unchecked. */
export function completeRecipe(stored: object): object {
  const recipe = { ...LATER_FIELDS, ...stored };
  const augmentation = 'augmentation' in stored ? stored.augmentation : undefined;
  if (augmentation === 'none') return { ...recipe, augmentation: NO_AUGMENTATION };
  if (augmentation === 'standard') return { ...recipe, augmentation: STANDARD_AUGMENTATION };
  return recipe;
}
