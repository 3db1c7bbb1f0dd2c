/** Comparisons that a person has kept: which runs, and how they were looked at. */

/** What the horizontal axis of a comparison counts; `time` is seconds of training and evaluation, `images` those trained on. */
export const COMPARED_AXES = ['epoch', 'step', 'time', 'images'] as const;
/** One of them. */
export type ComparedAxis = (typeof COMPARED_AXES)[number];

/** Charts of a comparison that can be shown. */
export const COMPARED_PANELS = [
  'accuracy',
  'loss',
  'trainAccuracy',
  'trainLoss',
  'stepLoss',
  'learningRate',
  'gradientNorm',
  'imagesPerSecond',
  'memory',
] as const;
/** One of them. */
export type ComparedPanel = (typeof COMPARED_PANELS)[number];

/** Ways to see a comparison. */
export const COMPARED_VIEWS = ['overlay', 'table', 'parallel'] as const;
/** One of them. */
export type ComparedView = (typeof COMPARED_VIEWS)[number];

/** Shares of what came before in a smoothed line, 0 for none. */
export const COMPARED_SMOOTHINGS = [0, 0.6, 0.8, 0.9, 0.97] as const;

/** A range of one axis of the parallel coordinates; runs outside it fade. */
export interface Brush {
  /** Key of a setting or of a metric: `recipe.learningRate`, `metric.heldOutAccuracy`. */
  readonly key: string;
  /** Numbers from the first to the second are kept, or these words are. */
  readonly kept:
    | { readonly kind: 'range'; readonly range: readonly [number, number] }
    | { readonly kind: 'words'; readonly words: readonly string[] };
}

/** How a comparison is looked at. */
export interface ComparisonLook {
  readonly view: ComparedView;
  readonly axis: ComparedAxis;
  /** The horizontal axis is logarithmic. */
  readonly logAxis: boolean;
  readonly smoothing: number;
  /** A line for each run, or one for each configuration. */
  readonly seeds: 'each' | 'mean';
  /** In the order in which they stand. */
  readonly panels: readonly ComparedPanel[];
  /** Those with a logarithmic vertical axis. */
  readonly logPanels: readonly ComparedPanel[];
  /** Part of the horizontal axis that is shown, in its units; null for all of it. */
  readonly zoom: readonly [number, number] | null;
  readonly brushes: readonly Brush[];
}

/** How a comparison is looked at before anybody has chosen. */
export const USUAL_LOOK: ComparisonLook = {
  view: 'overlay',
  axis: 'epoch',
  logAxis: false,
  smoothing: 0,
  seeds: 'each',
  panels: ['accuracy', 'loss', 'trainAccuracy', 'trainLoss'],
  logPanels: [],
  zoom: null,
  brushes: [],
};

/** A comparison that is kept. */
export interface SavedComparison {
  readonly id: number;
  readonly name: string;
  /** In their order, with the name that each had when it was saved: one that was removed since can still be told of. */
  readonly runs: readonly { readonly id: number; readonly name: string }[];
  readonly look: ComparisonLook;
  /** When it was saved last; ISO 8601, UTC. */
  readonly savedAt: string;
}

/** All that are kept, the latest first; records that cannot be read hide no other. */
export interface SavedComparisonList {
  readonly comparisons: readonly SavedComparison[];
  readonly damaged: readonly { readonly id: number; readonly name: string }[];
}

/** What is kept. With the `id` of one that is there, it takes its place. */
export interface ComparisonToSave {
  readonly id?: number;
  readonly name: string;
  readonly runs: readonly number[];
  readonly look: ComparisonLook;
}
