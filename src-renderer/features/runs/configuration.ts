import type { ModelSpec } from '../../../src-main/contract/model.ts';
import { QUICK_RECIPE } from '../../../src-main/contract/recipe.ts';
import { recipeWords } from '../../../src-main/contract/recipeWords.ts';
import type { RunDetail } from '../../../src-main/contract/run.ts';
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

/** What a run was made of, in words and figures. */
export function configurationGroups(detail: RunDetail): readonly ConfigurationGroup[] {
  // What an imported run is stored with besides its network is made up, and says nothing.
  if (detail.status === 'imported') return [modelGroup(detail), originGroup(detail)];
  return [modelGroup(detail), recipeGroup(detail), datasetGroup(detail), environmentGroup(detail)];
}

function modelGroup({ model, modelTitle, parameters, multiplyAdds }: RunDetail): ConfigurationGroup {
  return {
    title: 'Model',
    note: '',
    pairs: [
      { name: 'Network', value: modelTitle },
      ...architecturePairs(model),
      { name: 'Parameters', value: formatCount(parameters) },
      { name: 'Multiply-adds per image', value: formatCount(multiplyAdds) },
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
function recipeGroup({ recipe }: RunDetail): ConfigurationGroup {
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
      { name: 'Classes', value: formatNumber(detail.classNames.length), whole: detail.classNames.join(', ') },
      { name: 'Held out', value: detail.heldOutSplit },
      { name: 'Content', value: `${detail.datasetHash.slice(0, 16)}…`, whole: detail.datasetHash },
    ],
  };
}

function originGroup({ classNames, createdAt }: RunDetail): ConfigurationGroup {
  return {
    title: 'Origin',
    note: 'trained elsewhere',
    pairs: [
      { name: 'Imported', value: formatMoment(createdAt) },
      { name: 'Classes', value: formatNumber(classNames.length), whole: classNames.join(', ') },
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
