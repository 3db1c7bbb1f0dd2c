import { assertNever } from '../../../src-main/contract/errors.ts';
import type {
  Bypass,
  FeatureMaps,
  InspectedCheckpoint,
  MapOrigin,
  MapUnit,
  NetworkMap,
} from '../../../src-main/contract/inspect.ts';
import { valueAt } from '../../drawing/featureMaps.ts';
import type { InspectSide } from '../../state/inspectSide.svelte.ts';
import {
  formatCount,
  formatDifference,
  formatNumber,
  formatPlural,
  formatSignificant,
  formatSize,
} from '../../ui/format.ts';

/** A place in every map of a layer. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A place in one map. */
export interface MapPoint extends Place {
  readonly map: number;
}

/** What the read-out says of a place: its value in each network, and where the map was made. */
export function pointFacts(
  { map, row, column }: MapPoint,
  layers: readonly (FeatureMaps | null)[],
  network: NetworkMap | null,
): readonly string[] {
  const values = layers.map((maps) => (maps === null || map >= maps.maps ? null : valueAt(maps, map, row, column)));
  const told = values.flatMap((value, index) =>
    value === null ? [] : [`${layers.length > 1 ? `${'AB'[index] ?? ''} ` : ''}${formatSignificant(value, 3)}`],
  );
  const [a = null, b = null] = values;
  const difference = a !== null && b !== null ? [`A minus B ${formatDifference(a - b, 2)}`] : [];
  const [first = null] = layers;
  const statistics = first === null ? [] : [`map mean ${formatSignificant(first.statistics.mean[map] ?? 0, 3)}`];
  const origin = originOf(network, first?.layer ?? '', map);
  return [...told, ...difference, ...statistics, ...(origin === null ? [] : [`made by ${origin.unit}`])];
}

/** Whether a map is dead or alike another over the test images, where that is known. */
export function mapFacts(sides: readonly Pick<InspectSide, 'activity'>[], map: number): readonly string[] {
  return sides.flatMap(({ activity }, index) => {
    const of = sides.length > 1 ? ` in ${'AB'[index] ?? ''}` : '';
    const other = activity?.duplicateOf[map] ?? -1;
    if (activity?.dead[map] === 1) return [`dead${of}: never active over ${formatNumber(activity.images)} test images`];
    return other < 0 ? [] : [`alike map ${other + 1}${of}, r = ${formatNumber(activity?.correlation[map] ?? 0, 3)}`];
  });
}

/** Which unit made a map of a layer. */
export function originOf(network: NetworkMap | null, layer: string, map: number): MapOrigin | null {
  const found = network?.units.flatMap(({ layers }) => layers).find(({ name }) => name === layer);
  let end = 0;
  for (const origin of found?.origins ?? []) {
    end += origin.count;
    if (map < end) return origin;
  }
  return null;
}

/** `Block 2, layer 5` of `block2/layer5`. */
export function unitTitle(name: string): string {
  const words = name.split('/').map(spaced).join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the read-out says of a unit. */
export function unitFacts({
  channelsIn,
  made,
  parameters,
  multiplyAdds,
  receptiveField,
  reads,
}: MapUnit): readonly string[] {
  return [
    `${formatNumber(channelsIn)} maps in`,
    `makes ${formatSize(...made.shape)}`,
    formatPlural(parameters, 'parameter'),
    `${formatCount(multiplyAdds)} MACs`,
    `sees ${formatSize(receptiveField.height, receptiveField.width)} pixels`,
    `reads ${formatPlural(reads.length, 'unit')}`,
  ];
}

/** How what goes past a unit's convolutions is said; empty where nothing does. */
export function bypassWords(bypass: Bypass): string {
  switch (bypass) {
    case 'none':
      return '';
    case 'identity':
      return 'its input goes past it';
    case 'padded':
      return 'its input goes past it, cut and padded';
    case 'projected':
      return 'its input goes past it through a convolution';
    case 'gated':
      return 'its input goes past it through a gate';
    default:
      return assertNever(bypass);
  }
}

/** `layer 5` of `block2/layer5`. */
export function unitWords(name: string): string {
  return spaced(name.split('/').at(-1) ?? name);
}

function spaced(name: string): string {
  return name.replace(/(\d+)$/, ' $1');
}

/** `A` and `B` where there are two networks; no letter for one alone. */
export function sideLetters(sides: number): readonly string[] {
  return sides > 1 ? ['A', 'B'] : [''];
}

/** The checkpoint that a network shows. */
export function checkpointOf({
  run,
  epoch,
}: {
  readonly run: number;
  readonly epoch: number | null;
}): InspectedCheckpoint {
  return { run, ...(epoch !== null && { epoch }) };
}
