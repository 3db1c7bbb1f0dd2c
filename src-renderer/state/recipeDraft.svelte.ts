import { QUICK_RECIPE, RECIPE_PRESETS } from '../../src-main/contract/recipe.ts';
import type { RecipePreset, TrainingRecipe } from '../../src-main/contract/recipe.ts';
import { errorsOf, type RecipeErrors, type RecipeInput } from './recipeErrors.ts';
import type { RecipeField } from './recipeFields.ts';
import { formOf, recipeOf, withOptimizer, withSchedule, type RecipeChoices, type RecipeForm } from './recipeForm.ts';

/** What a person finds first. */
const FIRST: RecipePreset = presetOf('quick') ?? { name: 'quick', title: 'Quick', recipe: QUICK_RECIPE };

/** The recipe that is being written: a ready one, and whatever was changed in it. */
export class RecipeDraft {
  #base: RecipePreset = $state.raw(FIRST);
  #form: RecipeForm = $state.raw(formOf(FIRST.recipe));
  readonly #onchange: () => void;

  /** `onchange` is told after each change that a person made. */
  constructor(onchange: () => void = () => undefined) {
    this.#onchange = onchange;
  }

  /** The ready recipe that was chosen last. */
  get base(): RecipePreset {
    return this.#base;
  }

  /** Texts and choices as they stand. */
  get form(): RecipeForm {
    return this.#form;
  }

  /** Whether it differs from the ready recipe. */
  readonly changed: boolean = $derived(JSON.stringify(this.#form) !== JSON.stringify(formOf(this.#base.recipe)));

  /** The recipe as it stands; a ready one exactly as it ships. */
  readonly recipe: TrainingRecipe = $derived(this.changed ? recipeOf(this.#form) : this.#base.recipe);

  /** Takes a ready recipe. */
  choose(name: string): void {
    this.#base = presetOf(name) ?? this.#base;
    this.#put(formOf(this.#base.recipe));
  }

  /** Writes one field. */
  write(field: RecipeField, text: string): void {
    if (text !== this.#form.texts[field]) {
      this.#put({ ...this.#form, texts: { ...this.#form.texts, [field]: text } });
    }
  }

  /** Chooses; a schedule and an optimizer bring the values with which they begin. */
  set(choice: Partial<RecipeChoices>): void {
    const { schedule, optimizer, ...rest } = choice;
    let form: RecipeForm = { ...this.#form, choices: { ...this.#form.choices, ...rest } };
    if (schedule !== undefined) form = withSchedule(form, schedule);
    if (optimizer !== undefined) form = withOptimizer(form, optimizer);
    this.#put(form);
  }

  /** Takes what was remembered. */
  restore(name: string, form: RecipeForm): void {
    this.#base = presetOf(name) ?? FIRST;
    this.#form = form;
  }

  /** What is wrong with the fields for a dataset; empty when it can start. */
  errorsFor(input: RecipeInput): RecipeErrors {
    return errorsOf(this.#form, input);
  }

  #put(form: RecipeForm): void {
    this.#form = form;
    this.#onchange();
  }
}

/** Steps of one epoch: the smaller rest is a step of its own, but for a rest of one image, which joins the step before. */
export function stepsPerEpoch(recipe: Pick<TrainingRecipe, 'batchSize' | 'limit'>, trainImages: number): number {
  const images = Math.min(recipe.limit ?? trainImages, trainImages);
  const steps = Math.ceil(images / recipe.batchSize);
  return images % recipe.batchSize === 1 && steps > 1 ? steps - 1 : steps;
}

function presetOf(name: string): RecipePreset | undefined {
  return RECIPE_PRESETS.find((preset) => preset.name === name);
}
