/** The less usual settings of a recipe in groups: what each comes to in a few words, and the rows that change it. */

import type { TrainingRecipe } from '../../../src-main/contract/recipe.ts';
import { augmentationWords, optimizerWords, scheduleWords } from '../../../src-main/contract/recipeWords.ts';
import type { RecipeDraft } from '../../state/recipeDraft.svelte.ts';
import { cropFields, optimizerFields, scheduleFields } from '../../state/recipeErrors.ts';
import type { RecipeField } from '../../state/recipeFields.ts';
import type { RecipeChoices } from '../../state/recipeForm.ts';
import { CHOICE_LABELS, FIELD_LABELS } from '../../state/recipeLabels.ts';
import { CHOICE_PATHS, RECIPE_PATHS } from '../../state/sweepFields.ts';
import { formatPlural, formatSetting } from '../../ui/format.ts';

/** One row of a group. */
export type RecipeRow = {
  /** Where the setting lies in a run. */
  readonly path: string;
} & (
  | { readonly kind: 'field'; readonly field: RecipeField; readonly label: string; readonly unit?: string }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly value: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly set: (value: string) => void;
    }
  | {
      readonly kind: 'switch';
      readonly label: string;
      readonly checked: boolean;
      readonly set: (on: boolean) => void;
    }
);

/** Settings that belong together. */
export interface RecipeGroup {
  readonly id: string;
  readonly title: string;
  /** What they come to. */
  readonly words: (recipe: TrainingRecipe) => string;
  readonly rows: readonly RecipeRow[];
  /** What a person should know of what is chosen; null where there is nothing to know. */
  readonly note?: (recipe: TrainingRecipe) => string | null;
}

/** All groups, in the order in which they are shown. */
export function recipeGroups(draft: RecipeDraft): readonly RecipeGroup[] {
  return [
    optimizerGroup(draft),
    scheduleGroup(draft),
    regularisationGroup(draft),
    augmentationGroup(draft),
    stoppingGroup(draft),
    precisionGroup(draft),
    dataGroup(draft),
  ];
}

/** Typed settings of a group. */
export function fieldsOf(group: RecipeGroup): readonly RecipeField[] {
  return group.rows.flatMap((row) => (row.kind === 'field' ? [row.field] : []));
}

function optimizerGroup(draft: RecipeDraft): RecipeGroup {
  const { choices } = draft.form;
  return {
    id: 'optimizer',
    title: 'Optimizer',
    words: ({ optimizer }) => optimizerWords(optimizer),
    rows: [
      choice(draft, 'optimizer'),
      ...optimizerFields(choices).map(field),
      ...(choices.optimizer === 'sgd' ? [onOff(draft, 'nesterov')] : []),
      field('gradientClipping'),
    ],
  };
}

function scheduleGroup(draft: RecipeDraft): RecipeGroup {
  return {
    id: 'schedule',
    title: 'Schedule',
    words: ({ schedule, epochs, warmUpEpochs }) =>
      `${warmUpEpochs === 0 ? '' : `warm-up ${formatSetting(warmUpEpochs)}, `}${scheduleWords(schedule, epochs)}`,
    rows: scheduleFields(draft.form.choices).map(field),
  };
}

function regularisationGroup(draft: RecipeDraft): RecipeGroup {
  const decays = draft.recipe.weightDecay > 0;
  return {
    id: 'regularisation',
    title: 'Regularisation',
    words: (recipe) =>
      [
        recipe.weightDecay === 0 ? 'no decay' : `decay ${formatSetting(recipe.weightDecay)}`,
        ...(recipe.weightDecayOn === 'weights' ? ['weights only'] : []),
        ...(recipe.labelSmoothing === 0 ? [] : [`smoothing ${formatSetting(recipe.labelSmoothing)}`]),
        ...(recipe.classWeights === null ? [] : ['balanced']),
      ].join(', '),
    rows: [
      field('weightDecay'),
      field('labelSmoothing'),
      ...(decays ? [choice(draft, 'weightDecayOn')] : []),
      choice(draft, 'classWeights'),
    ],
  };
}

function augmentationGroup(draft: RecipeDraft): RecipeGroup {
  const { choices } = draft.form;
  return {
    id: 'augmentation',
    title: 'Augmentation',
    words: ({ augmentation }) => augmentationWords(augmentation),
    rows: [
      onOff(draft, 'mirror'),
      choice(draft, 'crop'),
      ...cropFields(choices).map(field),
      onOff(draft, 'colour'),
      ...(choices.colour ? [field('brightness'), field('contrast'), field('saturation')] : []),
      onOff(draft, 'cutout'),
      ...(choices.cutout ? [field('cutoutSize')] : []),
      onOff(draft, 'mixup'),
      ...(choices.mixup ? [field('mixupAlpha')] : []),
    ],
  };
}

function stoppingGroup(draft: RecipeDraft): RecipeGroup {
  return {
    id: 'stopping',
    title: 'Early stopping',
    words: ({ earlyStopping }) =>
      earlyStopping === null ? 'off' : `after ${formatPlural(earlyStopping.patience, 'flat epoch')}`,
    rows: [
      onOff(draft, 'stopping'),
      ...(draft.form.choices.stopping ? [field('stoppingPatience'), field('stoppingChange')] : []),
    ],
  };
}

function precisionGroup(draft: RecipeDraft): RecipeGroup {
  return {
    id: 'precision',
    title: 'Precision and memory',
    words: (recipe) =>
      [
        recipe.precision === 'auto' ? 'the faster one' : recipe.precision,
        ...(recipe.recomputation === null ? [] : [recipe.recomputation ? 'recompute' : 'keep all']),
        ...(recipe.accumulation === 1 ? [] : [formatPlural(recipe.accumulation, 'part')]),
      ].join(', '),
    rows: [choice(draft, 'precision'), choice(draft, 'recomputation'), field('accumulation')],
    note: ({ precision }) =>
      precision === 'float32'
        ? null
        : 'bfloat16 has eight bits: single gradients differ from those in float32 by more than a hundredth, mostly where rounding turns a ReLU over. The loss follows that in float32 closely.',
  };
}

function dataGroup(draft: RecipeDraft): RecipeGroup {
  return {
    id: 'data',
    title: 'Data',
    words: (recipe) =>
      [
        `seed ${String(recipe.seed)}`,
        recipe.normalisation === 'channels' ? 'normalised by channel' : 'divided by 255',
      ].join(', '),
    rows: [field('seed'), choice(draft, 'normalisation')],
  };
}

function field(name: RecipeField): RecipeRow {
  const [label, unit] = FIELD_LABELS[name];
  return { kind: 'field', path: RECIPE_PATHS[name], field: name, label, ...(unit !== undefined && { unit }) };
}

type Switch = { [K in keyof RecipeChoices]: RecipeChoices[K] extends boolean ? K : never }[keyof RecipeChoices];

function choice(draft: RecipeDraft, key: Exclude<keyof RecipeChoices, Switch>): RecipeRow {
  const { title, words } = CHOICE_LABELS[key];
  const options = Object.entries(words).map(([value, label]) => ({ value, label }));
  return {
    kind: 'choice',
    path: CHOICE_PATHS[key],
    label: title,
    value: draft.form.choices[key],
    options,
    set: (value) => {
      const chosen = options.find((option) => option.value === value);
      if (chosen !== undefined) draft.set({ [key]: chosen.value });
    },
  };
}

function onOff(draft: RecipeDraft, key: Switch): RecipeRow {
  const { title } = CHOICE_LABELS[key];
  const { [key]: checked } = draft.form.choices;
  return { kind: 'switch', path: CHOICE_PATHS[key], label: title, checked, set: (on) => draft.set({ [key]: on }) };
}
