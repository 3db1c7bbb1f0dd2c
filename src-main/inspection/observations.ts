/** The four observations of the paper on its heat maps (Huang et al. 2017, section 5, "Feature Reuse"), checked on a network. */

import type { ReuseBlock, ReuseObservation } from '../contract/inspect.ts';

/**
 * Weight counts as spread when its effective number of sources, exp(entropy), is at least this share of all of them. It is 1
 * where all weigh the same, and 1/n where one source has all.
 */
const SPREAD = 0.75;
/** More than this share of the layers has to agree. */
const MAJORITY = 0.5;

/** Checks all four. */
export function observeReuse(blocks: readonly ReuseBlock[]): readonly ReuseObservation[] {
  return [layersSpread(blocks), transitionsSpread(blocks), transitionOutputsLeast(blocks), classifierLate(blocks)];
}

function layersSpread(blocks: readonly ReuseBlock[]): ReuseObservation {
  const shares = blocks.flatMap((block) =>
    layersOf(block)
      .filter((column) => column.length > 1)
      .map(effectiveShare),
  );
  const claim = 'All layers spread their weights over many inputs within the same block.';
  if (shares.length === 0) return nothing('layers-spread', claim, 'No layer reads more than one source.');
  const [mean, least] = [meanOf(shares), Math.min(...shares)];
  const finding =
    `Weighed by entropy, a layer uses ${percent(mean)} of its sources on average, and ${percent(least)} at the least; ` +
    `spread means ${percent(SPREAD)} or more on average.`;
  return {
    kind: 'layers-spread',
    holds: mean >= SPREAD,
    claim,
    finding,
    numbers: [
      { name: 'mean effective share of sources', value: mean },
      { name: 'least effective share of sources', value: least },
    ],
  };
}

function transitionsSpread(blocks: readonly ReuseBlock[]): ReuseObservation {
  const shares = blocks.slice(0, -1).map((block) => effectiveShare(lastColumn(block)));
  const claim = 'Transition layers also spread their weights over all layers of the block before.';
  if (shares.length === 0) return nothing('transitions-spread', claim, 'The network has no transition.');
  const least = Math.min(...shares);
  return {
    kind: 'transitions-spread',
    holds: least >= SPREAD,
    claim,
    finding: `Weighed by entropy, the transitions use ${shares.map(percent).join(' and ')} of their sources; spread means ${percent(SPREAD)} or more.`,
    numbers: shares.map((value, at) => ({ name: `effective share of sources, transition ${String(at + 1)}`, value })),
  };
}

function transitionOutputsLeast(blocks: readonly ReuseBlock[]): ReuseObservation {
  const claim = 'Layers of the second and third block give the least weight to the outputs of the transition before.';
  const judged = blocks.slice(1).flatMap((block) => {
    const columns = layersOf(block).filter((column) => column.length > 1);
    if (columns.length === 0) return [];
    const agreeing = columns.filter(([first = NaN, ...others]) => others.every((other) => first < other)).length;
    return [{ index: block.index, agreeing, layers: columns.length }];
  });
  if (judged.length === 0) return nothing('transition-outputs-least', claim, 'No later block has two layers or more.');
  const parts = judged.map(
    ({ index, agreeing, layers }) => `${String(agreeing)} of ${String(layers)} layers of block ${String(index)}`,
  );
  return {
    kind: 'transition-outputs-least',
    holds: judged.every(({ agreeing, layers }) => agreeing / layers > MAJORITY),
    claim,
    finding: `Less weight than any other source has the transition's output in ${parts.join(' and ')}; more than half of each block is asked for.`,
    numbers: judged.map(({ index, agreeing, layers }) => ({
      name: `share of layers with the least weight on the transition, block ${String(index)}`,
      value: agreeing / layers,
    })),
  };
}

function classifierLate(blocks: readonly ReuseBlock[]): ReuseObservation {
  const claim = 'The classifier uses the whole last block, but concentrates on its final feature maps.';
  const last = blocks.at(-1);
  const column = last === undefined ? [] : lastColumn(last);
  if (column.length < 2) return nothing('classifier-late', claim, 'The last block has no layer.');
  const half = Math.floor(column.length / 2);
  const [early, late] = [meanOf(column.slice(0, half)), meanOf(column.slice(-half))];
  const ratio = late / early;
  return {
    kind: 'classifier-late',
    holds: ratio > 1,
    claim,
    finding: `The later half of the sources has ${ratio.toFixed(2)} times the weight of the earlier half.`,
    numbers: [{ name: 'weight of the later half by that of the earlier', value: ratio }],
  };
}

function nothing(kind: ReuseObservation['kind'], claim: string, finding: string): ReuseObservation {
  return { kind, holds: null, claim, finding, numbers: [] };
}

/** Of each layer of a block what it gives to its sources, earliest first. */
function layersOf(block: ReuseBlock): readonly (readonly number[])[] {
  return block.readers.slice(0, -1).map((_, reader) => columnAt(block, reader));
}

/** What the transition or the classifier gives. */
function lastColumn(block: ReuseBlock): readonly number[] {
  return columnAt(block, block.readers.length - 1);
}

function columnAt({ matrix }: ReuseBlock, reader: number): readonly number[] {
  return matrix.flatMap((row) => row[reader] ?? []);
}

/** exp(entropy) of the shares, by their number. */
function effectiveShare(column: readonly number[]): number {
  const total = column.reduce((sum, value) => sum + value, 0);
  const entropy = column.reduce((sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum), 0);
  return Math.exp(entropy) / column.length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}
