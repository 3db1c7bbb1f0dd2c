/** What a new run's form remembers over restarts. Everything is read with suspicion: it may be of another version. */

import { QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import type { DeviceWish } from '../../src-main/contract/run.ts';
import type { RecipeField, RecipeTexts } from './recipeFields.ts';
import { formOf, type RecipeChoices, type RecipeForm } from './recipeForm.ts';
import { recall, remember } from './session.ts';
import type { AxisDraft, SweepForm } from './sweepDraft.svelte.ts';

/** What is remembered of the form. */
export interface DraftMemory {
  readonly dataset: string | null;
  /** Its version; null for the newest. */
  readonly version: number | null;
  /** As it was typed; null while the name is made. */
  readonly name: string | null;
  readonly device: DeviceWish;
  /** The model, for `models/describe` to judge. */
  readonly model: unknown;
  /** Name of the ready recipe that the form began with. */
  readonly recipe: string;
  readonly form: RecipeForm;
  readonly sweep: SweepForm;
}

/** A further network of a sweep, for `models/describe` to judge. */
export interface RememberedModel {
  readonly model: unknown;
  readonly fixed: boolean;
}

/** What comes back: networks are not yet known to be any. */
export interface RecalledDraft extends Omit<DraftMemory, 'sweep'> {
  readonly sweep: Omit<SweepForm, 'models'>;
  readonly models: readonly RememberedModel[];
}

const KEY = 'train.draft';
const FALLBACK = formOf(QUICK_RECIPE);

/** Remembers the form. */
export function rememberDraft(draft: DraftMemory): void {
  remember(KEY, JSON.stringify(draft));
}

/** The form as it was left; null when nothing sensible is remembered. */
export function recallDraft(): RecalledDraft | null {
  const stored = parse(recall(KEY) ?? '');
  if (stored === null) return null;
  return {
    dataset: text(get(stored, 'dataset')),
    version: positive(get(stored, 'version')),
    name: text(get(stored, 'name')),
    device: readDevice(get(stored, 'device')),
    model: get(stored, 'model'),
    recipe: text(get(stored, 'recipe')) ?? '',
    form: { texts: readTexts(get(stored, 'form', 'texts')), choices: readChoices(get(stored, 'form', 'choices')) },
    sweep: {
      axes: list(get(stored, 'sweep', 'axes')).flatMap(readAxis),
      random: text(get(stored, 'sweep', 'random')),
      draw: positive(get(stored, 'sweep', 'draw')) ?? 1,
    },
    models: list(get(stored, 'sweep', 'models')).map((model) => ({
      model: get(model, 'model'),
      fixed: get(model, 'fixed') !== false,
    })),
  };
}

/** Whether a value has the fields of an example, each of the same kind; lists must hold what the example's hold. */
export function isLike<T extends object>(value: unknown, example: T): value is T {
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(example)) return false;
  if (Array.isArray(example)) {
    const [first] = example;
    return Object.values(value).every((item) => typeof item === typeof first);
  }
  const keys = Object.keys(example);
  if (keys.length !== Object.keys(value).length) return false;
  return keys.every((key) => {
    const [mine, its] = [get(value, key), get(example, key)];
    if (key === 'family') return mine === its;
    return typeof its === 'object' && its !== null ? isLike(mine, its) : typeof mine === typeof its;
  });
}

/** A device as it is stored; whichever is the fastest where it is none. */
export function readDevice(stored: unknown): DeviceWish {
  const index = typeof stored === 'string' ? /^gpu:(\d{1,3})$/.exec(stored)?.[1] : undefined;
  if (index !== undefined) return `gpu:${Number(index)}`;
  return stored === 'cpu' ? 'cpu' : 'auto';
}

function readTexts(stored: unknown): RecipeTexts {
  const fields = Object.keys(FALLBACK.texts).filter((key): key is RecipeField => key in FALLBACK.texts);
  const texts: Record<RecipeField, string> = { ...FALLBACK.texts };
  for (const field of fields) texts[field] = text(get(stored, field)) ?? texts[field];
  return texts;
}

function readChoices(stored: unknown): RecipeChoices {
  const { choices } = FALLBACK;
  const one = <Key extends keyof RecipeChoices>(key: Key, ...allowed: readonly RecipeChoices[Key][]) =>
    allowed.find((value) => value === get(stored, key)) ?? choices[key];
  return {
    schedule: one('schedule', 'constant', 'step', 'cosine', 'oneCycle', 'plateau'),
    optimizer: one('optimizer', 'sgd', 'adam', 'adamw'),
    nesterov: one('nesterov', true, false),
    weightDecayOn: one('weightDecayOn', 'all', 'weights'),
    classWeights: one('classWeights', 'none', 'balanced'),
    mirror: one('mirror', true, false),
    crop: one('crop', 'none', 'shift', 'randomResized'),
    colour: one('colour', true, false),
    cutout: one('cutout', true, false),
    mixup: one('mixup', true, false),
    stopping: one('stopping', true, false),
    normalisation: one('normalisation', 'channels', 'scale'),
    precision: one('precision', 'float32', 'bfloat16', 'auto'),
    recomputation: one('recomputation', 'auto', 'on', 'off'),
  };
}

function readAxis(stored: unknown): readonly AxisDraft[] {
  const [key, typed] = [text(get(stored, 'key')), text(get(stored, 'text'))];
  const picks = list(get(stored, 'picks')).filter((pick) => typeof pick === 'string');
  return key === null || typed === null ? [] : [{ key, text: typed, picks }];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parse(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** The value at a path of keys; undefined where there is none. */
function get(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
