/** The usual augmentations, to choose at once. */

import type { RecipeChoices, RecipeForm } from '../../state/recipeForm.ts';

/** A usual augmentation; `own` is any other. */
export type AugmentationLevel = 'none' | 'standard' | 'resized' | 'own';

type AugmentationChoices = Pick<RecipeChoices, 'mirror' | 'crop' | 'colour' | 'cutout' | 'mixup'>;

const PLAIN: AugmentationChoices = { mirror: false, crop: 'none', colour: false, cutout: false, mixup: false };

/** What each of them chooses. */
export const AUGMENTATION_LEVELS: Readonly<Record<Exclude<AugmentationLevel, 'own'>, AugmentationChoices>> = {
  none: PLAIN,
  standard: { ...PLAIN, mirror: true, crop: 'shift' },
  resized: { ...PLAIN, mirror: true, crop: 'randomResized', colour: true },
};

/** Which of them a form has. */
export function augmentationLevel({ choices }: Pick<RecipeForm, 'choices'>): AugmentationLevel {
  const { mirror, crop, colour, cutout, mixup } = choices;
  const chosen = JSON.stringify({ mirror, crop, colour, cutout, mixup });
  for (const level of ['none', 'standard', 'resized'] as const) {
    if (JSON.stringify(AUGMENTATION_LEVELS[level]) === chosen) return level;
  }
  return 'own';
}
