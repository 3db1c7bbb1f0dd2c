/**
 * Geometry of the architecture drawing. The height of a bar is its number of feature maps: below, the maps that the block
 * was given; above them, those of earlier layers; on top, the ones that this layer adds. An arc is a direct connection.
 * One path per shade and block, so that a network of 250 layers stays a few dozen elements.
 */

import type { LayerPlan, PlannedBlock } from '../../src-main/contract/model.ts';
import { fitCaptions } from './architectureCaptions.ts';
import { arc, rectangle, round, type DrawnBar } from './architecturePaths.ts';
import { growthRateOf, partsOf, type PartAddress } from './architectureStages.ts';

/** How a network is fitted: into the pane, or with each map as a line of its own. */
export type ArchitectureScale = 'fit' | 'every-map';

/** A dense block as paths. */
export interface DrawnBlock {
  readonly index: number;
  readonly x: number;
  readonly right: number;
  readonly bars: readonly DrawnBar[];
  readonly inputPath: string;
  readonly earlierPath: string;
  readonly addedPath: string;
  readonly arcsPath: string;
  /** Lines below the base that fit the width, the first one the name. */
  readonly captions: readonly string[];
}

/** A transition, or the pooling in front of the classifier (`index` 0). */
export interface DrawnTransition {
  readonly index: number;
  readonly centre: number;
  readonly path: string;
  readonly wires: string;
}

/** A part that can be pointed at: everything between `left` and `right`. */
export interface DrawnPart {
  readonly address: PartAddress;
  readonly left: number;
  readonly right: number;
}

/** The whole drawing, in pixels; y grows downwards. */
export interface ArchitectureDrawing {
  readonly width: number;
  readonly height: number;
  /** How far everything but the paper is moved to the right, so that a small network stands in the middle. */
  readonly left: number;
  /** The line on which every bar stands. */
  readonly base: number;
  readonly barWidth: number;
  readonly pixelsPerMap: number;
  readonly growthRate: number;
  /** How far an arc rises for each layer that it passes over. */
  readonly lift: number;
  readonly stem: { readonly x: number; readonly top: number; readonly wires: string };
  readonly blocks: readonly DrawnBlock[];
  readonly transitions: readonly DrawnTransition[];
  /** One short line for each class, at most ten. */
  readonly logits: { readonly x: number; readonly lines: readonly number[] };
  readonly parts: readonly DrawnPart[];
}

/** What is emphasised while a part is pointed at: empty paths where it has none. */
export interface ArchitectureHighlight {
  /** Connections that it reads. */
  readonly arcs: string;
  /** The maps that it adds. */
  readonly added: string;
}

/** Room below the base for three lines of captions. */
export const CAPTION_HEIGHT = 54;
const LEAD_HEIGHT = 36;
const IMAGE_RIGHT = 46;
const STEM_X = 62;
const STEM_WIDTH = 9;
const BLOCKS_LEFT = 92;
const TRANSITION_WIDTH = 46;
const HEAD_WIDTH = 84;
const WIDEST_STEP = 36;
const MAP_STEP = 20;
const MAP_PIXELS = 3;
const LARGEST_LIFT = 32;
/** Bars take at most this share of the height above the base; arcs need the rest. */
const BAR_SHARE = 0.54;
const TALLEST_MAP = 6;
/** Pixels between bars below which arcs run into one another. */
const FINEST_ARCS = 3;

/** Lays out a plan for a pane of `width` x `height` pixels; `every-map` may come out larger than the pane. */
export function layOutArchitecture(
  plan: LayerPlan,
  pane: { readonly width: number; readonly height: number },
  scale: ArchitectureScale,
): ArchitectureDrawing {
  const measures = measure(plan, pane, scale);
  const blocks: DrawnBlock[] = [];
  const transitions: DrawnTransition[] = [];
  let x = BLOCKS_LEFT;
  for (const block of plan.blocks) {
    const drawn = drawBlock(block, x, measures);
    blocks.push(drawn);
    const next = plan.blocks[block.index];
    transitions.push(drawTransition(block, next, drawn.right, measures));
    x = drawn.right + TRANSITION_WIDTH;
  }
  const last = blocks.at(-1)?.right ?? BLOCKS_LEFT;
  const stemTop = measures.base - (plan.blocks[0]?.inputChannels ?? 0) * measures.pixelsPerMap;
  return {
    width: Math.max(pane.width, last + HEAD_WIDTH),
    left: Math.max(0, Math.floor((pane.width - last - HEAD_WIDTH) / 2)),
    height: measures.base + CAPTION_HEIGHT,
    base: measures.base,
    barWidth: measures.barWidth,
    pixelsPerMap: measures.pixelsPerMap,
    growthRate: measures.growthRate,
    lift: measures.lift,
    stem: { x: STEM_X, top: stemTop, wires: stemWires(measures.base) },
    blocks: blocks.map((block) => ({ ...block, captions: captionsOf(plan.blocks[block.index - 1], block) })),
    transitions,
    logits: { x: last + 46, lines: logitLines(plan.classes, measures.base) },
    parts: locateParts(plan, blocks, measures, last),
  };
}

/** Emphasis of the part at `index`; empty when it is out of range or reads no single connections. */
export function highlightPart(drawing: ArchitectureDrawing, index: number): ArchitectureHighlight {
  const address = drawing.parts[index]?.address;
  if (address?.kind !== 'layer') return { arcs: '', added: '' };
  const block = drawing.blocks[address.block - 1];
  const target = block?.bars[address.layer];
  if (block === undefined || target === undefined) return { arcs: '', added: '' };
  const sources = block.bars.slice(0, address.layer);
  const height = drawing.growthRate * drawing.pixelsPerMap;
  return {
    arcs: sources.map((source) => arc(source, target, drawing.lift)).join(''),
    added: rectangle(target.x, target.top, drawing.barWidth, height),
  };
}

/** Index of the part under a point of the whole drawing, -1 between parts. */
export function partAt(drawing: ArchitectureDrawing, x: number): number {
  return drawing.parts.findIndex(({ left, right }) => x - drawing.left >= left && x - drawing.left < right);
}

interface Measures {
  readonly base: number;
  readonly step: number;
  readonly barWidth: number;
  readonly pixelsPerMap: number;
  readonly growthRate: number;
  readonly lift: number;
  /** Arcs are drawn between every so many layers: all, unless bars stand too close for arcs to be told apart. */
  readonly stride: number;
  /** Whether separators between the maps of different layers are wide enough to be seen. */
  readonly separated: boolean;
}

function measure(
  plan: LayerPlan,
  pane: { readonly width: number; readonly height: number },
  scale: ArchitectureScale,
): Measures {
  const growthRate = growthRateOf(plan);
  const tallest = Math.max(1, ...plan.blocks.map((block) => block.outputChannels));
  const span = Math.max(1, ...plan.blocks.map((block) => block.layers));
  if (scale === 'every-map') {
    const bars = tallest * MAP_PIXELS;
    const lift = Math.min(LARGEST_LIFT, 320 / span);
    const base = Math.max(pane.height - CAPTION_HEIGHT, Math.ceil(bars + arcRise(span, lift) + LEAD_HEIGHT));
    return {
      base,
      step: MAP_STEP,
      barWidth: 9,
      pixelsPerMap: MAP_PIXELS,
      growthRate,
      lift,
      stride: 1,
      separated: true,
    };
  }
  const base = Math.max(120, Math.floor(pane.height - CAPTION_HEIGHT));
  const pixelsPerMap = Math.min(TALLEST_MAP, ((base - LEAD_HEIGHT) * BAR_SHARE) / tallest);
  const bars = plan.blocks.reduce((sum, block) => sum + block.layers + 1, 0);
  const fixed = BLOCKS_LEFT + TRANSITION_WIDTH * (plan.blocks.length - 1) + HEAD_WIDTH;
  const step = Math.max(1.5, Math.min(WIDEST_STEP, (pane.width - fixed) / Math.max(1, bars)));
  const lift = liftOf(base - tallest * pixelsPerMap, span);
  const barWidth = step >= 6 ? Math.min(14, Math.round(step * 0.45)) : Math.max(1, step * 0.6);
  const stride = Math.ceil(FINEST_ARCS / step);
  return { base, step, barWidth, pixelsPerMap, growthRate, lift, stride, separated: growthRate * pixelsPerMap >= 4 };
}

function arcRise(span: number, lift: number): number {
  return 0.75 * (span * lift + 4);
}

/** How far an arc rises for each layer that it passes over, so that the longest stays below the lead line. */
function liftOf(highest: number, span: number): number {
  const room = Math.max(8, highest - LEAD_HEIGHT);
  return Math.min(LARGEST_LIFT, (room / 0.75 - 4) / span);
}

function drawBlock(block: PlannedBlock, x: number, measures: Measures): DrawnBlock {
  const { base, step, barWidth, pixelsPerMap, growthRate } = measures;
  const input = block.inputChannels * pixelsPerMap;
  const added = growthRate * pixelsPerMap;
  const bars: DrawnBar[] = [];
  let inputPath = '';
  let earlierPath = '';
  let addedPath = '';
  for (let layer = 0; layer <= block.layers; layer += 1) {
    const left = measures.step >= 6 ? Math.round(x + layer * step) : x + layer * step;
    const top = base - input - layer * added;
    bars.push({ layer, x: left, centre: left + barWidth / 2, top });
    inputPath += rectangle(left, base - input, barWidth, input);
    if (layer > 0) addedPath += rectangle(left, top, barWidth, added);
    earlierPath += earlierMaps(left, layer - 1, measures, base - input);
  }
  const drawn = bars.filter(({ layer }) => (block.layers - layer) % measures.stride === 0);
  const arcs = drawn.flatMap((target) =>
    drawn.filter(({ layer }) => layer < target.layer).map((source) => arc(source, target, measures.lift)),
  );
  const right = (bars.at(-1)?.x ?? x) + barWidth;
  return {
    index: block.index,
    x,
    right,
    bars,
    inputPath,
    earlierPath,
    addedPath,
    arcsPath: arcs.join(''),
    captions: [],
  };
}

/** The maps of `count` earlier layers, above `bottom`: one rectangle each, or one in all where gaps would not be seen. */
function earlierMaps(x: number, count: number, measures: Measures, bottom: number): string {
  const added = measures.growthRate * measures.pixelsPerMap;
  if (count <= 0) return '';
  if (!measures.separated) return rectangle(x, bottom - count * added, measures.barWidth, count * added);
  let path = '';
  for (let layer = 1; layer <= count; layer += 1) {
    path += rectangle(x, bottom - layer * added + 1, measures.barWidth, added - 1);
  }
  return path;
}

function drawTransition(
  block: PlannedBlock,
  next: PlannedBlock | undefined,
  x: number,
  { base, pixelsPerMap }: Measures,
): DrawnTransition {
  const left = x + 14;
  const right = left + (next === undefined ? 16 : 18);
  const tall = base - block.outputChannels * pixelsPerMap;
  const short =
    next === undefined
      ? base - Math.min(60, block.outputChannels * pixelsPerMap)
      : base - next.inputChannels * pixelsPerMap;
  const wire = base - (next === undefined ? 30 : 20);
  return {
    index: next === undefined ? 0 : block.index,
    centre: (left + right) / 2,
    path: `M${round(left)} ${round(tall)}L${round(right)} ${round(short)}V${round(base)}H${round(left)}Z`,
    wires: `M${round(x)} ${base - 19.5}H${round(left)}M${round(right)} ${wire + 0.5}H${round(x + TRANSITION_WIDTH)}`,
  };
}

function stemWires(base: number): string {
  return `M${String(IMAGE_RIGHT)} ${String(base - 16.5)}H${String(STEM_X)}M${String(STEM_X + STEM_WIDTH)} ${String(base - 7.5)}H${String(BLOCKS_LEFT)}`;
}

function logitLines(classes: number, base: number): readonly number[] {
  const count = Math.min(10, classes);
  return Array.from({ length: count }, (_, line) => base - 4 - 6 * line);
}

function locateParts(
  plan: LayerPlan,
  blocks: readonly DrawnBlock[],
  { step }: Measures,
  last: number,
): readonly DrawnPart[] {
  return partsOf(plan).map((address) => {
    switch (address.kind) {
      case 'stem':
        return { address, left: STEM_X - 8, right: BLOCKS_LEFT - 4 };
      case 'layer': {
        const bar = blocks[address.block - 1]?.bars[address.layer];
        const centre = bar?.centre ?? 0;
        return { address, left: centre - step / 2, right: centre + step / 2 };
      }
      case 'transition': {
        const left = (blocks[address.index - 1]?.right ?? 0) + 12;
        return { address, left, right: left + 22 };
      }
      case 'classifier':
        return { address, left: last + 12, right: last + HEAD_WIDTH };
    }
  });
}

function captionsOf(block: PlannedBlock | undefined, drawn: DrawnBlock): readonly string[] {
  return block === undefined ? [] : fitCaptions(block, drawn.right - drawn.x + TRANSITION_WIDTH - 26);
}
