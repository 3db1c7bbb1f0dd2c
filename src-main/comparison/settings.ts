/** What a run was made of, as a flat list of settings that can be compared one by one. */

import type { RunDetail } from '../contract/run.ts';

/** The value of a setting. */
export type SettingValue = string | number | boolean | null;

/** One setting of one run. */
export interface Setting {
  /** Stable path: `model.growthRate`. */
  readonly key: string;
  readonly value: SettingValue;
}

/** Words for what a person sets; other keys are told as their path. */
const TITLES: Readonly<Record<string, string>> = {
  'model.family': 'Family',
  'model.growthRate': 'Growth rate k',
  'model.compression': 'Compression θ',
  'model.bottleneck': 'Bottleneck',
  'model.blockLayers': 'Layers in each block',
  'model.initialFeatures': 'First maps k0',
  'model.dropoutRate': 'Dropout',
  'model.stem': 'Stem',
  'model.form': 'Form',
  'model.unit': 'Unit',
  'model.shortcut': 'Shortcut',
  'model.unitsPerStage': 'Units in each stage',
  'model.widthFactor': 'Width factor',
  'model.finalSurvival': 'Survival of the last unit',
  'model.gateBias': 'Gate bias',
  'model.stageModules': 'Modules of each stage',
  'model.downFeatures': 'Maps of the reductions',
  'recipe.epochs': 'Epochs',
  'recipe.batchSize': 'Batch',
  'recipe.learningRate': 'Learning rate',
  'recipe.warmUpEpochs': 'Warm-up epochs',
  'recipe.schedule.kind': 'Schedule',
  'recipe.schedule.milestones': 'Milestones',
  'recipe.schedule.factor': 'Factor of the schedule',
  'recipe.optimizer.kind': 'Optimizer',
  'recipe.optimizer.momentum': 'Momentum',
  'recipe.optimizer.nesterov': 'Nesterov',
  'recipe.weightDecay': 'Weight decay',
  'recipe.weightDecayOn': 'What decays',
  'recipe.labelSmoothing': 'Label smoothing',
  'recipe.classWeights': 'Class weights',
  'recipe.gradientClipping': 'Gradient clipping',
  'recipe.accumulation': 'Accumulation',
  'recipe.augmentation.mirror': 'Mirror',
  'recipe.augmentation.crop.kind': 'Crop',
  'recipe.augmentation.crop.pixels': 'Shift in pixels',
  'recipe.augmentation.cutout.size': 'Cutout in pixels',
  'recipe.augmentation.mixup.alpha': 'Mixup alpha',
  'recipe.normalisation': 'Normalisation',
  'recipe.precision': 'Precision',
  'recipe.recomputation': 'Recomputation',
  'recipe.seed': 'Seed',
  'recipe.limit': 'Train images',
  'dataset.name': 'Dataset',
  'dataset.version': 'Dataset version',
  'dataset.content': 'Dataset content',
  'dataset.classes': 'Classes',
  'dataset.heldOut': 'Held out',
  'environment.device': 'Device',
  'environment.kernels': 'Kernels',
  'environment.precision': 'Precision used',
  'environment.tensorflow': 'TensorFlow',
  'environment.denselab': 'DenseLab',
};

/** Settings that are meant to differ, or that change no number that is learnt. */
const TRIVIAL =
  /^(recipe\.seed|recipe\.recomputation|model\.version|environment\.(node|denselab|deviceReason|intraOpThreads|interOpThreads))$/;

/** How a setting is told. */
export function settingTitle(key: string): string {
  return TITLES[key] ?? key.replace(/^(model|recipe|environment)\./, '').replaceAll('.', ' ');
}

/** Whether a difference in this setting is left out of what explains a result. */
export function isTrivial(key: string): boolean {
  return TRIVIAL.test(key);
}

/** All settings of a run by key; lists are one value each, so that `6, 12, 24, 16` is compared as a whole. */
export function settingsOf(run: RunDetail): ReadonlyMap<string, SettingValue> {
  const { datasetName, datasetVersion, datasetHash, classNames, heldOutSplit } = run;
  const dataset = {
    name: datasetName,
    version: datasetVersion,
    content: datasetHash.slice(0, 12),
    classes: classNames.length,
    heldOut: heldOutSplit,
  };
  const { model, recipe, environment } = run;
  // What is not known of a run that was imported is no setting that differs.
  const known = {
    ...(model !== null && { model }),
    ...(recipe !== null && { recipe, environment: environment ?? {} }),
    ...(datasetHash !== '' && { dataset }),
  };
  return new Map(flatten('', known).map(({ key, value }) => [key, value]));
}

/** What makes runs the same but for chance: every setting that is not trivial and not measured on the way. */
export function configurationKey(run: RunDetail): string {
  const settings = [...settingsOf(run)].filter(([key]) => !isTrivial(key) && !key.startsWith('environment.'));
  return JSON.stringify(settings.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function flatten(path: string, value: unknown): readonly Setting[] {
  if (isPlain(value)) {
    return Object.entries(value).flatMap(([name, inner]) => flatten(path === '' ? name : `${path}.${name}`, inner));
  }
  return [{ key: path, value: valueOf(value) }];
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueOf(value: unknown): SettingValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.map(listed).join(', ') : JSON.stringify(value);
}

function listed(item: unknown): string {
  return typeof item === 'number' || typeof item === 'string' ? String(item) : JSON.stringify(item);
}
