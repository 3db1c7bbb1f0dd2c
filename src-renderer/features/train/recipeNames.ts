/** Names of what can be chosen in a recipe. */

import type { Optimizer, Schedule } from '../../../src-main/contract/recipe.ts';

/** Names of the schedules. */
export const SCHEDULE_NAMES: Readonly<Record<Schedule['kind'], string>> = {
  constant: 'Constant',
  step: 'Steps',
  cosine: 'Cosine',
  oneCycle: 'One cycle',
  plateau: 'On plateaus',
};

/** Names of the optimizers. */
export const OPTIMIZER_NAMES: Readonly<Record<Optimizer['kind'], string>> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
};
