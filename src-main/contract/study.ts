/** What Inspect finds by experiment: how gradients flowed, what linear probes read, how alike two networks are, what a change does. */

import type { Split } from './dataset.ts';
import type { InspectedCheckpoint } from './inspect.ts';

/** How a layer that learns was moved in one step. */
export interface LayerFlow {
  readonly layer: string;
  /** L2 norm of the loss's gradient by the layer's parameters, before clipping and without weight decay. */
  readonly gradientNorm: number;
  /** L2 norm of what the step added to the parameters over their norm before; null where that was 0. */
  readonly updateRatio: number | null;
}

/** Gradient flow of a run: of every epoch one step, that of its last whole batch. */
export interface GradientFlow {
  readonly run: number;
  /** Layers that learn, in the network's order. */
  readonly layers: readonly string[];
  /** The unit of each layer, `block2/layer5`, and the 1-based number of its block or stage; null outside. */
  readonly units: readonly string[];
  readonly blocks: readonly (number | null)[];
  /** Those that were recorded, rising; none of a run that was not trained here. */
  readonly epochs: readonly number[];
  /** [layer][epoch]. */
  readonly gradientNorm: readonly (readonly number[])[];
  readonly updateRatio: readonly (readonly (number | null)[])[];
}

/** A place on the way through the network, and how well a linear classifier can tell the classes apart there. */
export interface ProbedPlace {
  /** `stem`, `block1`, `stage3`. */
  readonly place: string;
  /** The layer whose maps, averaged over height and width, the classifier reads: as its next reader does, past BN and ReLU. */
  readonly layer: string;
  readonly features: number;
  /** On the images that it was fitted to, and on those that are judged. */
  readonly trainAccuracy: number;
  readonly accuracy: number;
}

/**
 * Linear probes (Alain and Bengio 2016): at each place multinomial logistic regression on standardised averages of the maps,
 * fitted to images of the train split, judged on others.
 */
export interface LinearProbe {
  readonly run: number;
  readonly epoch: number;
  /** Images of the train split that it was fitted to. */
  readonly fittedTo: number;
  /** What it was judged on: `test`, or `validation` where there is no test split. */
  readonly split: Split;
  readonly images: number;
  readonly places: readonly ProbedPlace[];
  /** Accuracy of the network itself on the same images. */
  readonly network: number;
}

/** The layers of a network that are set against another's: what each unit makes. */
export interface ComparedLayers {
  readonly run: number;
  readonly epoch: number;
  readonly units: readonly string[];
  readonly layers: readonly string[];
}

/**
 * Linear CKA (Kornblith et al. 2019, equation 3) between layers of two networks, by the unbiased estimator of HSIC over batches
 * (Nguyen et al. 2021, equations 2 and 3): 1 for representations that differ by a rotation and a scale; near 0, and
 * sometimes just below, for unrelated ones.
 */
export interface LayerSimilarity {
  readonly a: ComparedLayers;
  readonly b: ComparedLayers;
  /** Images that both were shown, of a split of the dataset that A saw. */
  readonly split: Split;
  readonly images: number;
  /** [layer of A][layer of B]; null where a layer's maps are the same for all images. */
  readonly matrix: readonly (readonly (number | null)[])[];
}

/** A change to a network that is tried, never stored. */
export type NetworkChange =
  /** `reader` no longer gets the maps of `source`: nothing of them enters its convolution, not even what BN makes of a zero. */
  | { readonly kind: 'cut'; readonly source: string; readonly reader: string }
  /** Nobody gets the maps of a dense layer; of a residual unit only its shortcut is left. */
  | { readonly kind: 'drop'; readonly unit: string }
  /** Weights of convolutions and of the classifier rounded to signed numbers of so many bits, a scale per output. */
  | { readonly kind: 'quantise'; readonly bits: number };

/** Fewest and most bits of a weight, and most changes at once. */
export const WHAT_IF_LIMITS = { bits: { least: 2, most: 16 }, changes: 64 } as const;

/** How a network does over a split. */
export interface Standing {
  readonly accuracy: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Accuracy by class; null where the split has no image of it. */
  readonly perClass: readonly (number | null)[];
}

/** What changes do. */
export interface WhatIf {
  readonly run: number;
  readonly epoch: number;
  readonly changes: readonly NetworkChange[];
  readonly split: Split;
  readonly images: number;
  readonly before: Standing;
  readonly after: Standing;
  /** Images whose predicted class is another afterwards. */
  readonly changed: number;
  /** Weights that were set to zero, and that were rounded to another value. */
  readonly zeroed: number;
  readonly rounded: number;
}

/** What the Inspect screen asks; part of `Requests`. Whatever needs a pass over images tells `inspection` events. */
export interface StudyRequests {
  /** Needs no TensorFlow. */
  'inspect/gradients': { input: { run: number }; output: GradientFlow };
  /** A minute or so, once per checkpoint: kept on disk. `inspect/cancel` ends it. */
  'inspect/probe': { input: InspectedCheckpoint; output: LinearProbe };
  'inspect/similarity': { input: { a: InspectedCheckpoint; b: InspectedCheckpoint }; output: LayerSimilarity };
  'inspect/whatIf': { input: InspectedCheckpoint & { changes: readonly NetworkChange[] }; output: WhatIf };
}

/** Their names, for the preload's allowlist. */
export const STUDY_REQUEST_NAMES: readonly (keyof StudyRequests)[] = [
  'inspect/gradients',
  'inspect/probe',
  'inspect/similarity',
  'inspect/whatIf',
];
