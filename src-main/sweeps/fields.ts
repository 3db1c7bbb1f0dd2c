/** Settings of a run by their path: `model.growthRate`, `recipe.schedule.factor`. */

import type { ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { SweepValue } from '../contract/sweep.ts';
import { withDepth } from '../model/depth.ts';
import { validateRecipe } from '../model/recipe.ts';
import { defaultInitialFeatures, modelInvalid, parseModelSpec } from '../model/spec.ts';

/** The axis that sets the layers of equal blocks; no field of a spec has this name. */
export const DEPTH_KEY = 'model.depth';

/** A network and how it is trained. */
export interface Configuration {
  readonly model: ModelSpec;
  readonly recipe: TrainingRecipe;
}

/** What a part of a recipe that is off begins with when one of its fields is set. */
const SWITCHED_ON: Readonly<Record<string, object>> = {
  'recipe.augmentation.cutout': { size: 8 },
  'recipe.augmentation.mixup': { alpha: 0.2 },
  'recipe.augmentation.colour': { brightness: 0, contrast: 0, saturation: 0 },
  'recipe.earlyStopping': { patience: 10, minimumChange: 0 },
};

/**
 * The configuration with one setting changed, not yet checked as a whole; null when it has no such setting.
 * @throws DenseLabError `model-invalid` when a depth fits no blocks, or the model is none any more
 */
export function withSetting(before: Configuration, key: string, value: SweepValue): Configuration | null {
  const [part, ...path] = key.split('.');
  if (part === 'model') {
    const model = withModelSetting(before.model, key, path, value);
    return model === null ? null : { ...before, model };
  }
  const recipe = part === 'recipe' ? replaced(before.recipe, 'recipe', path, value) : null;
  // Parts that contradict each other may be set one after the other: `checked` looks at the whole.
  return recipe === null ? null : { ...before, recipe };
}

/** Checks what settings have led to. @throws DenseLabError `model-invalid`, `recipe-invalid`, `batch-too-large` */
export function checked({ model, recipe }: Configuration): Configuration {
  return { model: parseModelSpec(model), recipe: validateRecipe(recipe) };
}

/** Whether a configuration has a setting of this path, whatever its value. */
export function hasSetting({ model, recipe }: Configuration, key: string): boolean {
  if (key === DEPTH_KEY) return model.family !== 'inception';
  const [part, ...path] = key.split('.');
  if (part === 'model') return replaced(model, 'model', path, null) !== null;
  return part === 'recipe' && replaced(recipe, 'recipe', path, null) !== null;
}

/** Paths of all settings of a configuration, for "did you mean". */
export function settingKeys({ model, recipe }: Configuration): readonly string[] {
  return [DEPTH_KEY, ...pathsOf('model', model), ...pathsOf('recipe', recipe)];
}

function withModelSetting(model: ModelSpec, key: string, path: readonly string[], value: SweepValue): ModelSpec | null {
  if (key === DEPTH_KEY) {
    if (typeof value === 'number') return withDepth(model, value);
    throw modelInvalid(`A depth is a whole number, not ${JSON.stringify(value)}.`, 'Write, say, 22 or 40.');
  }
  const changed = replaced(model, 'model', path, value);
  if (changed === null) return null;
  const after = parseModelSpec(changed);
  if (model.family !== 'densenet' || after.family !== 'densenet' || key === 'model.initialFeatures') return after;
  // k0 follows k as in the paper, unless a person chose another one.
  const follows = model.initialFeatures === defaultInitialFeatures(model);
  return follows ? { ...after, initialFeatures: defaultInitialFeatures(after) } : after;
}

/** A copy with the value at a path; null where the path leads nowhere. */
function replaced<T extends object>(whole: T, at: string, path: readonly string[], value: SweepValue): T | null {
  const [field, ...rest] = path;
  if (field === undefined || !Object.hasOwn(whole, field)) return null;
  if (rest.length === 0) return { ...whole, [field]: value };
  const place = `${at}.${field}`;
  const present: unknown = Reflect.get(whole, field);
  const inner = present === null ? SWITCHED_ON[place] : present;
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return null;
  const after = replaced(inner, place, rest, value);
  return after === null ? null : { ...whole, [field]: after };
}

function pathsOf(at: string, value: object): readonly string[] {
  return Object.entries(value).flatMap(([field, inner]: [string, unknown]) => {
    const place = `${at}.${field}`;
    const deeper = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? pathsOf(place, inner) : [];
    return [place, ...deeper];
  });
}
