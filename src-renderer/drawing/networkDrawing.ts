/**
 * Geometry of the map of a network of any family. A bar is a unit, as high as there are maps behind it: in a dense block below
 * what the block was given, above that what earlier layers made, on top what this layer adds. An arc is a connection. A folded
 * block is one bar.
 */

import { assertNever } from '../../src-main/contract/errors.ts';
import type { MapUnit, NetworkMap } from '../../src-main/contract/inspect.ts';
import { arc, rectangle, type DrawnBar } from './architecturePaths.ts';

/** One bar: a unit, or a folded block. */
export interface NetworkBar extends DrawnBar {
  readonly unit: MapUnit;
  /** The block that is folded into this bar; null for a unit. */
  readonly folded: number | null;
  readonly width: number;
  /** Share of the maps, as paths. */
  readonly given: string;
  readonly earlier: string;
  readonly added: string;
  /** Maps that it stands for. */
  readonly maps: number;
  /** Short name below it; empty for layers of blocks, and where there is no room. */
  readonly label: string;
}

/** A block or stage below the base line. */
export interface NetworkCaption {
  readonly block: number;
  readonly left: number;
  readonly right: number;
  readonly words: string;
}

/** The whole drawing, in pixels; y grows downwards. */
export interface NetworkDrawing {
  readonly width: number;
  readonly height: number;
  readonly base: number;
  readonly bars: readonly NetworkBar[];
  readonly captions: readonly NetworkCaption[];
  /** All connections inside blocks, and how many they are. */
  readonly arcs: string;
  readonly connections: number;
  /** Rise of an arc for each bar that it passes over. */
  readonly lift: number;
}

/** Room below the base line for captions. */
export const NETWORK_FOOT = 44;
const LEFT = 20;
const LEAD = 12;
/** Bars take at most this share of the height above the base; arcs need the rest. */
const BAR_SHARE = 0.5;
const LEAST_STEP = 5;
const WIDEST_STEP = 60;
/** Bars that stand so far apart are named one by one. */
const NAMED_STEP = 26;
const BLOCK_GAP = 12;
const LARGEST_LIFT = 30;

/** Lays a network out for a pane of `width` x `height` pixels; it comes out wider where bars would touch. */
export function layOutNetwork(
  network: NetworkMap,
  pane: { readonly width: number; readonly height: number },
  folded: ReadonlySet<number>,
): NetworkDrawing {
  const shown = network.units.filter(
    (unit, index) => unit.block === null || !folded.has(unit.block) || isFirst(network, index),
  );
  const gaps = shown.filter((unit, index) => index > 0 && unit.block !== shown[index - 1]?.block).length;
  const room = pane.width - 2 * LEFT - gaps * BLOCK_GAP;
  const step = Math.max(LEAST_STEP, Math.min(WIDEST_STEP, room / Math.max(1, shown.length)));
  const base = Math.max(100, pane.height - NETWORK_FOOT);
  const most = Math.max(1, ...network.units.filter(isSpatial).map(heightOf));
  const scale = ((base - LEAD) * BAR_SHARE) / most;
  const bars: NetworkBar[] = [];
  let x = LEFT;
  shown.forEach((unit, layer) => {
    if (layer > 0 && unit.block !== shown[layer - 1]?.block) x += BLOCK_GAP;
    bars.push(drawBar(network, unit, folded, { x, layer, step, base, scale, most }));
    x += step;
  });
  const reached = network.blocks.flatMap(({ connections }) => connections.map((one) => spanOf(bars, one)));
  const lift = Math.min(LARGEST_LIFT, ((base - LEAD - most * scale) / 0.75 - 4) / Math.max(1, ...reached));
  const drawn = network.blocks.filter(({ index }) => !folded.has(index));
  return {
    width: Math.max(pane.width, Math.ceil(x + LEFT)),
    height: base + NETWORK_FOOT,
    base,
    bars,
    captions: captionsOf(network, bars),
    arcs: drawn.flatMap(({ connections }) => connections.map((one) => arcBetween(bars, one, lift))).join(''),
    connections: drawn.reduce((sum, { connections }) => sum + connections.length, 0),
    lift,
  };
}

/** Arcs into a unit from all that it reads, those outside its block as well. */
export function arcsInto({ bars, lift }: Pick<NetworkDrawing, 'bars' | 'lift'>, unit: MapUnit): string {
  return unit.reads.map((source) => arcBetween(bars, { source, reader: unit.name }, lift)).join('');
}

/** Arcs from a unit to all that read it. */
export function arcsOutOf(drawing: Pick<NetworkDrawing, 'bars' | 'lift'>, { name }: MapUnit): string {
  return drawing.bars
    .filter(({ unit, folded }) => folded === null && unit.reads.includes(name))
    .map(({ unit }) => arcBetween(drawing.bars, { source: name, reader: unit.name }, drawing.lift))
    .join('');
}

/** The bar under a place, -1 for none. */
export function barAt({ bars }: NetworkDrawing, x: number): number {
  const at = bars.findIndex((bar, index) => x < (bars[index + 1]?.x ?? bar.x + bar.width + BLOCK_GAP) - 1);
  const bar = bars[at];
  return bar === undefined || x < bar.x - 4 ? -1 : at;
}

function isFirst(network: NetworkMap, index: number): boolean {
  return network.units[index - 1]?.block !== network.units[index]?.block;
}

function isSpatial({ made }: MapUnit): boolean {
  return made.shape.length === 3;
}

function madeBy({ made }: MapUnit): number {
  return made.shape.at(-1) ?? 0;
}

/** Maps behind a unit: of a dense layer all that the next one reads. */
function heightOf(unit: MapUnit): number {
  return unit.kind === 'layer' && unit.reads.length > 1 ? unit.channelsIn + madeBy(unit) : madeBy(unit);
}

interface BarPlace {
  readonly x: number;
  readonly layer: number;
  readonly step: number;
  readonly base: number;
  readonly scale: number;
  readonly most: number;
}

function drawBar(network: NetworkMap, unit: MapUnit, folded: ReadonlySet<number>, place: BarPlace): NetworkBar {
  const { x, layer, step, base, scale, most } = place;
  const block = unit.block !== null && folded.has(unit.block) ? unit.block : null;
  const units = block === null ? [unit] : network.units.filter((one) => one.block === block);
  const isDense = network.blocks.some(({ index, kind }) => kind === 'block' && index === unit.block);
  const added = isDense ? units.reduce((sum, one) => sum + madeBy(one), 0) : madeBy(units.at(-1) ?? unit);
  const below = isDense ? unit.channelsIn : 0;
  const first = isDense ? (network.units.find((one) => one.block === unit.block)?.channelsIn ?? 0) : 0;
  const fit = (maps: number): number => Math.min(maps, most * 1.1) * scale;
  const width = Math.max(2, Math.min(22, step * 0.5));
  const top = base - fit(below + added);
  return {
    ...{
      layer,
      x,
      width,
      top,
      unit,
      folded: block,
      maps: below + added,
      label: step >= NAMED_STEP ? labelOf(unit) : '',
    },
    centre: x + width / 2,
    given: first > 0 ? rectangle(x, base - fit(first), width, fit(first)) : '',
    earlier: below > first ? rectangle(x, base - fit(below), width, fit(below) - fit(first)) : '',
    added: rectangle(x, top, width, fit(below + added) - fit(below)),
  };
}

function labelOf({ kind, name }: MapUnit): string {
  switch (kind) {
    case 'layer':
      return '';
    case 'input':
      return 'image';
    case 'transition':
      return `T${/\d+$/.exec(name)?.[0] ?? ''}`;
    case 'stem':
    case 'head':
      return kind;
    case 'classifier':
      return 'fc';
    default:
      return assertNever(kind);
  }
}

function spanOf(
  bars: readonly NetworkBar[],
  { source, reader }: { readonly source: string; readonly reader: string },
): number {
  const [from, to] = [indexOf(bars, source), indexOf(bars, reader)];
  return from < 0 || to < 0 ? 0 : to - from;
}

function indexOf(bars: readonly NetworkBar[], name: string): number {
  return bars.findIndex(({ unit }) => unit.name === name);
}

/** A connection; from or to the bar of a folded block where one end is inside it; empty within one. */
function arcBetween(
  bars: readonly NetworkBar[],
  { source, reader }: { readonly source: string; readonly reader: string },
  lift: number,
): string {
  const blockOf = (name: string): string => name.split('/')[0] ?? name;
  const find = (name: string): NetworkBar | undefined =>
    bars.find(({ unit }) => unit.name === name) ??
    bars.find(({ unit, folded }) => folded !== null && blockOf(unit.name) === blockOf(name));
  const [from, to] = [find(source), find(reader)];
  return from === undefined || to === undefined || from.layer >= to.layer ? '' : arc(from, to, lift);
}

function captionsOf({ blocks }: NetworkMap, bars: readonly NetworkBar[]): readonly NetworkCaption[] {
  return blocks.flatMap(({ index, kind, units }) => {
    const own = bars.filter(({ unit }) => unit.block === index);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const word = kind === 'stage' ? 'Stage' : 'Block';
    const words = first.folded === null ? `${word} ${index}` : `${word} ${index}, ${units.length} folded`;
    return [{ block: index, left: first.x, right: last.x + last.width, words }];
  });
}
