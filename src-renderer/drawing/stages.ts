/**
 * Geometry of networks that are built of stages. A bar is a unit, its height the number of maps that it hands on; an arc over
 * it is its shortcut. One path for the bars and one for the arcs of a stage, so that a thousand layers stay a few elements.
 */

import type { LayerPlan, PlannedBlock } from '../../src-main/contract/model.ts';
import { rectangle, round } from './architecturePaths.ts';

/** A stage as paths. */
export interface DrawnStage {
  readonly index: number;
  readonly x: number;
  readonly right: number;
  readonly barsPath: string;
  readonly arcsPath: string;
  /** Lines below the base. */
  readonly captions: readonly string[];
}

/** The whole drawing, in pixels; y grows downwards. */
export interface StageDrawing {
  readonly base: number;
  readonly stages: readonly DrawnStage[];
}

/** Room below the base for three lines of captions. */
const CAPTION_HEIGHT = 54;
const MARGIN = 24;
const GAP = 40;
const WIDEST_STEP = 36;
const BAR_SHARE = 0.7;
/** Units closer than this have no arcs of their own: they would run into one another. */
const FINEST_ARCS = 4;

/** Lays out the stages of a plan for a pane of `width` x `height` pixels. */
export function layOutStages(plan: LayerPlan, pane: { readonly width: number; readonly height: number }): StageDrawing {
  const base = Math.max(80, Math.floor(pane.height - CAPTION_HEIGHT));
  const tallest = Math.max(1, ...plan.blocks.map((block) => block.outputChannels));
  const units = plan.blocks.reduce((sum, block) => sum + block.layers, 0);
  const room = pane.width - 2 * MARGIN - GAP * (plan.blocks.length - 1);
  const step = Math.max(0.5, Math.min(WIDEST_STEP, room / Math.max(1, units)));
  const scale = { base, step, pixelsPerMap: (base * BAR_SHARE) / tallest, shortcuts: hasShortcuts(plan) };
  const width = units * step + GAP * (plan.blocks.length - 1);
  let x = Math.max(MARGIN, Math.floor((pane.width - width) / 2));
  const stages = plan.blocks.map((block) => {
    const stage = drawStage(block, x, scale);
    x = stage.right + GAP;
    return stage;
  });
  return { base, stages };
}

function hasShortcuts({ spec }: LayerPlan): boolean {
  return spec.family === 'resnet' || spec.family === 'highway';
}

function drawStage(
  block: PlannedBlock,
  x: number,
  scale: {
    readonly base: number;
    readonly step: number;
    readonly pixelsPerMap: number;
    readonly shortcuts: boolean;
  },
): DrawnStage {
  const { base, step } = scale;
  const height = block.outputChannels * scale.pixelsPerMap;
  const barWidth = Math.max(0.5, step * 0.5);
  let barsPath = '';
  let arcsPath = '';
  for (let unit = 0; unit < block.layers; unit += 1) {
    const left = x + unit * step;
    barsPath += rectangle(left, base - height, barWidth, height);
    if (scale.shortcuts && step >= FINEST_ARCS) arcsPath += shortcut(left - step / 4, step, base - height);
  }
  const maps = block.outputChannels === 1 ? '1 map' : `${String(block.outputChannels)} maps`;
  return {
    index: block.index,
    x,
    right: x + block.layers * step - (step - barWidth),
    barsPath,
    arcsPath,
    captions: [
      `Stage ${String(block.index)}`,
      `${maps}, ${String(block.height)}×${String(block.width)}`,
      block.layers === 1 ? '1 unit' : `${String(block.layers)} units`,
    ],
  };
}

/** From before a unit to behind it, over its top. */
function shortcut(x: number, step: number, top: number): string {
  const peak = top - Math.min(22, step * 0.8) - 4;
  return `M${round(x)} ${round(top - 2)}C${round(x)} ${round(peak)} ${round(x + step)} ${round(peak)} ${round(x + step)} ${round(top - 2)}`;
}
