import type { ModelSpec } from '../../../src-main/contract/model.ts';
import { QUICK_RECIPE, type TrainingRecipe } from '../../../src-main/contract/recipe.ts';
import { recipeWords } from '../../../src-main/contract/recipeWords.ts';
import type { RunDetail, RunOrigin } from '../../../src-main/contract/run.ts';
import { environmentPairs } from '../../ui/environmentWords.ts';
import { formatCount, formatMoment, formatNumber, formatPlural, formatSetting } from '../../ui/format.ts';

/** A setting and its value. */
export interface ConfigurationPair {
  readonly name: string;
  readonly value: string;
  /** The value in full, where it is cut. */
  readonly whole?: string;
  /** Set otherwise than by default. */
  readonly set?: boolean;
}

/** Settings that belong together. */
export interface ConfigurationGroup {
  readonly title: string;
  readonly note: string;
  readonly pairs: readonly ConfigurationPair[];
}

const ORIGINS: Readonly<Record<RunOrigin, string>> = {
  here: 'a run of this data folder',
  weights: 'bare weights',
  bundle: 'a run bundle',
  log: 'a log',
};

/** What a run was made of, in words and figures. */
export function configurationGroups(detail: RunDetail): readonly ConfigurationGroup[] {
  const { model, recipe, datasetHash, origin } = detail;
  return [
    ...(model === null ? [] : [modelGroup(detail, model)]),
    ...(recipe === null ? [] : [recipeGroup(recipe)]),
    ...(datasetHash === '' ? [] : [datasetGroup(detail)]),
    ...(origin === 'here' ? [] : [originGroup(detail)]),
    ...(recipe === null ? [] : [environmentGroup(detail)]),
  ];
}

function modelGroup({ modelTitle, parameters, multiplyAdds }: RunDetail, model: ModelSpec): ConfigurationGroup {
  return {
    title: 'Model',
    note: '',
    pairs: [
      { name: 'Network', value: modelTitle },
      ...architecturePairs(model),
      { name: 'Parameters', value: formatCount(parameters ?? 0) },
      { name: 'Multiply-adds per image', value: formatCount(multiplyAdds ?? 0) },
    ],
  };
}

function architecturePairs(model: ModelSpec): readonly ConfigurationPair[] {
  const stem = formatPlural(model.initialFeatures, 'map');
  if (model.family === 'densenet') {
    return [
      { name: 'Layers in each block', value: listed(model.blockLayers) },
      { name: 'Growth rate k', value: formatNumber(model.growthRate) },
      { name: 'Bottleneck', value: model.bottleneck ? 'yes' : 'no' },
      { name: 'Compression θ', value: formatSetting(model.compression) },
      { name: 'Stem', value: `${model.stem}, ${stem}` },
      { name: 'Dropout', value: formatSetting(model.dropoutRate) },
    ];
  }
  const units =
    model.family === 'inception' ? model.stageModules.map((modules) => modules.length) : model.unitsPerStage;
  return [
    { name: 'Units in each stage', value: listed(units) },
    { name: 'Stem', value: stem },
    ...(model.family === 'resnet' ? [{ name: 'Dropout', value: formatSetting(model.dropoutRate) }] : []),
  ];
}

function listed(counts: readonly number[]): string {
  return counts.map((count) => formatNumber(count)).join(', ');
}

/** What differs from the defaults comes first, marked; then the rest. */
function recipeGroup(recipe: TrainingRecipe): ConfigurationGroup {
  const usual = new Map(recipeWords(QUICK_RECIPE).map(({ name, value }) => [name, value]));
  const pairs = recipeWords(recipe).map((pair) => ({ ...pair, set: usual.get(pair.name) !== pair.value }));
  const set = pairs.filter((pair) => pair.set);
  return {
    title: 'Recipe',
    note: set.length === 0 ? 'the defaults' : `${formatPlural(set.length, 'setting')} of its own first`,
    pairs: [...set, ...pairs.filter((pair) => !pair.set)],
  };
}

function datasetGroup(detail: RunDetail): ConfigurationGroup {
  return {
    title: 'Dataset',
    note: '',
    pairs: [
      { name: 'Name', value: detail.datasetName },
      { name: 'Version', value: formatNumber(detail.datasetVersion) },
      ...(detail.datasetId === '' ? [{ name: 'Where', value: 'not in this data folder' }] : []),
      { name: 'Classes', value: formatNumber(detail.classNames.length), whole: detail.classNames.join(', ') },
      { name: 'Held out', value: detail.heldOutSplit },
      { name: 'Content', value: `${detail.datasetHash.slice(0, 16)}…`, whole: detail.datasetHash },
    ],
  };
}

function originGroup({
  origin,
  source,
  modelTitle,
  classNames,
  datasetHash,
  createdAt,
}: RunDetail): ConfigurationGroup {
  return {
    title: 'Origin',
    note: 'trained elsewhere',
    pairs: [
      { name: 'Imported', value: formatMoment(createdAt) },
      { name: 'What', value: origin === 'log' ? modelTitle : ORIGINS[origin] },
      ...(source === null ? [] : [{ name: 'From', value: source }]),
      ...(datasetHash !== '' || classNames.length === 0
        ? []
        : [{ name: 'Classes', value: formatNumber(classNames.length), whole: classNames.join(', ') }]),
    ],
  };
}

function environmentGroup({ environment, createdAt, startedAt, endedAt }: RunDetail): ConfigurationGroup {
  const times = [
    { name: 'Made', value: formatMoment(createdAt) },
    ...(startedAt === null ? [] : [{ name: 'Started', value: formatMoment(startedAt) }]),
    ...(endedAt === null ? [] : [{ name: 'Ended', value: formatMoment(endedAt) }]),
  ];
  if (environment === null) return { title: 'Environment', note: 'known once it has started', pairs: times };
  return {
    title: 'Environment',
    note: 'what really trained it',
    pairs: [...environmentPairs(environment), ...times],
  };
}
