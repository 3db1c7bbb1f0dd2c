import { PAPER_RECIPE, QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import type { TrainingRecipe } from '../../src-main/contract/recipe.ts';

/** Where the settings come from. */
export type RecipeKind = 'paper' | 'quick' | 'custom';

/** Settings that are typed. */
export type RecipeField = 'epochs' | 'batchSize' | 'learningRate' | 'weightDecay' | 'seed' | 'limit';

/** What is wrong, by field, as a sentence. */
export type RecipeErrors = Readonly<Partial<Record<RecipeField, string>>>;

type Texts = Readonly<Record<RecipeField, string>>;

const LARGEST_SEED = 2 ** 31 - 1;

/** The recipe that is being written: text as it was typed, and the recipe that it comes to. */
export class RecipeDraft {
  kind: RecipeKind = $state('quick');
  texts: Texts = $state.raw(textsOf(QUICK_RECIPE));
  augmentation: TrainingRecipe['augmentation'] = $state.raw(QUICK_RECIPE.augmentation);

  /** Takes a ready recipe, or keeps the present settings for changes. */
  choose(kind: RecipeKind): void {
    this.kind = kind;
    if (kind !== 'custom') this.#take(kind === 'paper' ? PAPER_RECIPE : QUICK_RECIPE);
  }

  /** Writes one field; the recipe is a custom one from then on. */
  write(field: RecipeField, text: string): void {
    if (text === this.texts[field]) return;
    this.texts = { ...this.texts, [field]: text };
    this.kind = 'custom';
  }

  /** Chooses the augmentation; the recipe is a custom one from then on. */
  augment(augmentation: TrainingRecipe['augmentation']): void {
    this.augmentation = augmentation;
    this.kind = 'custom';
  }

  /** The recipe as it stands; fields that say nothing sensible keep the value of the quick recipe. */
  get recipe(): TrainingRecipe {
    const { epochs, batchSize, learningRate, weightDecay, seed, limit } = this.texts;
    return {
      ...QUICK_RECIPE,
      epochs: whole(epochs, 1) ?? QUICK_RECIPE.epochs,
      batchSize: whole(batchSize, 1) ?? QUICK_RECIPE.batchSize,
      learningRate: positive(learningRate) ?? QUICK_RECIPE.learningRate,
      weightDecay: number(weightDecay) ?? QUICK_RECIPE.weightDecay,
      augmentation: this.augmentation,
      seed: whole(seed, 0) ?? QUICK_RECIPE.seed,
      limit: limit.trim() === '' ? null : whole(limit, 1),
    };
  }

  /** What is wrong with the fields for a train split of `trainImages` images; empty when it can start. */
  errorsFor(trainImages: number): RecipeErrors {
    const { texts } = this;
    const seed = whole(texts.seed, 0);
    const decay = number(texts.weightDecay);
    const rate = positive(texts.learningRate);
    return {
      ...(whole(texts.epochs, 1) === null && { epochs: 'Give a whole number of epochs, 1 or more.' }),
      ...batchError(texts, trainImages),
      ...(rate === null && { learningRate: 'Give a number above 0, such as 0.1.' }),
      ...((decay === null || decay < 0) && { weightDecay: 'Give 0 or a small number, such as 0.0001.' }),
      ...((seed === null || seed > LARGEST_SEED) && {
        seed: `Give a whole number from 0 to ${counted(LARGEST_SEED)}.`,
      }),
      ...limitError(texts.limit, trainImages),
    };
  }

  #take(recipe: TrainingRecipe): void {
    this.texts = textsOf(recipe);
    this.augmentation = recipe.augmentation;
  }
}

/** Steps of one epoch: the smaller rest is a step of its own, but for a rest of one image, which joins the step before. */
export function stepsPerEpoch(recipe: Pick<TrainingRecipe, 'batchSize' | 'limit'>, trainImages: number): number {
  const images = Math.min(recipe.limit ?? trainImages, trainImages);
  const steps = Math.ceil(images / recipe.batchSize);
  return images % recipe.batchSize === 1 && steps > 1 ? steps - 1 : steps;
}

function batchError(texts: Texts, trainImages: number): RecipeErrors {
  const batch = whole(texts.batchSize, 1);
  if (batch === null) return { batchSize: 'Give a whole number of images, 1 or more.' };
  const limit = texts.limit.trim() === '' ? null : whole(texts.limit, 1);
  const available = Math.min(limit ?? trainImages, trainImages);
  if (batch <= available) return {};
  const origin = limit !== null && limit < trainImages ? 'the limit' : 'the train split';
  return {
    batchSize: `A batch of ${counted(batch)} is larger than ${origin} of ${counted(available)} images.`,
  };
}

function limitError(text: string, trainImages: number): RecipeErrors {
  if (text.trim() === '') return {};
  const limit = whole(text, 1);
  if (limit === null) return { limit: 'Give a whole number of images, or nothing for all.' };
  if (limit <= trainImages) return {};
  return { limit: `The train split has ${counted(trainImages)} images.` };
}

function textsOf(recipe: TrainingRecipe): Texts {
  return {
    epochs: String(recipe.epochs),
    batchSize: String(recipe.batchSize),
    learningRate: String(recipe.learningRate),
    weightDecay: String(recipe.weightDecay),
    seed: String(recipe.seed),
    limit: recipe.limit === null ? '' : String(recipe.limit),
  };
}

/** Thousands separators are read as such; anything else than digits is not a whole number. */
function whole(text: string, least: number): number | null {
  const digits = text.trim().replaceAll(',', '');
  const value = Number(digits);
  return /^\d{1,10}$/.test(digits) && value >= least ? value : null;
}

function number(text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function positive(text: string): number | null {
  const value = number(text);
  return value !== null && value > 0 ? value : null;
}

function counted(value: number): string {
  return value.toLocaleString('en-US');
}
