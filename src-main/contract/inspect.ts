/** What a network has learnt, as the Inspect screen and the command line show it. Maps are float32, row-major, [height, width, maps]. */

import type { Split } from './dataset.ts';
import type { ActivationShape, InputShape, LayerOperation } from './model.ts';

/** Weights of a run at one of its kept checkpoints. */
export interface InspectedCheckpoint {
  readonly run: number;
  /** The best by held-out accuracy when absent; the newest where that is not kept. */
  readonly epoch?: number;
}

/** A checkpoint that a run keeps, as a place on the scrubber. */
export interface KeptCheckpoint {
  readonly epoch: number;
  readonly step: number;
  /** Whether it was written at the end of its epoch. */
  readonly finished: boolean;
  readonly best: boolean;
  /** False when its file is gone from the disk. */
  readonly present: boolean;
}

/** The part of the input that one value of a layer can depend on. */
export interface ReceptiveField {
  /** Pixels of the input, computed from the windows on the way; more than the input has where padding is seen too. */
  readonly height: number;
  readonly width: number;
  /** Pixels of the input from one value to the next. */
  readonly stride: number;
}

/** Neighbouring maps of a layer that were made in one place. */
export interface MapOrigin {
  /** The unit, and the layer inside it, that made them; `input` for the image itself. */
  readonly unit: string;
  readonly layer: string;
  /** Position among the layer's own maps, and how many there are. */
  readonly first: number;
  readonly count: number;
}

/** One layer of a unit: the place of one set of feature maps. */
export interface MapLayer {
  /** Address of its maps: `block2/layer5/relu1`. */
  readonly name: string;
  readonly operation: LayerOperation;
  readonly inputs: readonly string[];
  /** [height, width, maps], or [features]. */
  readonly shape: ActivationShape;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly receptiveField: ReceptiveField;
  /** In the order of its maps, which they cover. BN, ReLU and pooling hand maps on, they do not make them. */
  readonly origins: readonly MapOrigin[];
}

/** What goes past a unit's convolutions: nothing; its input as it is, cut and padded, or projected; or gated. */
export type Bypass = 'none' | 'identity' | 'padded' | 'projected' | 'gated';

/** What is drawn as one bar of the map of the network. */
export interface MapUnit {
  /** `input`, `stem`, `block2/layer5`, `transition1`, `stage2/unit3`, `head`, `classifier`, ... */
  readonly name: string;
  readonly kind: 'input' | 'stem' | 'layer' | 'transition' | 'head' | 'classifier';
  /** 1-based number of its block or stage; null outside. */
  readonly block: number | null;
  readonly layers: readonly MapLayer[];
  /** Maps that it reads, of all units together. */
  readonly channelsIn: number;
  /** What it makes itself: of a dense layer the k new maps. */
  readonly made: { readonly layer: string; readonly shape: ActivationShape };
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Of what it makes. */
  readonly receptiveField: ReceptiveField;
  /** Units of which it reads maps, in the order of the maps. */
  readonly reads: readonly string[];
  readonly bypass: Bypass;
}

/** A dense block, or a stage of another family. */
export interface MapBlock {
  readonly kind: 'block' | 'stage';
  /** 1-based. */
  readonly index: number;
  readonly units: readonly string[];
  /** Which unit reads which; of a dense block of L layers all L(L+1)/2. */
  readonly connections: readonly { readonly source: string; readonly reader: string }[];
}

/** A run's network, layer by layer. */
export interface NetworkMap {
  readonly run: number;
  readonly title: string;
  readonly input: InputShape;
  readonly classNames: readonly string[];
  readonly units: readonly MapUnit[];
  readonly blocks: readonly MapBlock[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** By step. */
  readonly checkpoints: readonly KeptCheckpoint[];
  /** Splits of the version that the run saw; none where it is gone or has changed. */
  readonly splits: Readonly<Partial<Record<Split, number>>>;
}

/** An image to look at. `index`: position in its split, from 0. */
export type InspectedImage =
  | { readonly kind: 'stored'; readonly split: Split; readonly index: number }
  | { readonly kind: 'file'; readonly path: string };

/** What the network is shown, and what it says. */
export interface SeenImage {
  /** uint8, height x width x channels of the input: after the conversion. */
  readonly pixels: Uint8Array;
  /** How a file became these pixels, in one sentence; null for a stored image. */
  readonly conversion: string | null;
  /** Its class; null where nobody said. */
  readonly label: number | null;
  /** Most probable class. */
  readonly predicted: number;
  /** By class; sum 1. */
  readonly probabilities: readonly number[];
  /** `Epoch 3 of 8, the best by validation accuracy.` */
  readonly network: string;
}

/** Numbers about each map of one image, one per map. */
export interface MapStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly least: Float32Array;
  readonly most: Float32Array;
  /** Mean absolute value. */
  readonly strength: Float32Array;
  /** Share of values that are exactly 0. */
  readonly zeros: Float32Array;
}

/** All maps of one layer for one image. */
export interface FeatureMaps {
  readonly layer: string;
  /** Of the checkpoint. */
  readonly epoch: number;
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  /** [height, width, maps]. */
  readonly values: Float32Array;
  readonly statistics: MapStatistics;
  /** Over all maps: L2 norm, mean, standard deviation, share of zeros, limits. */
  readonly overall: {
    readonly norm: number;
    readonly mean: number;
    readonly standardDeviation: number;
    readonly zeros: number;
    readonly least: number;
    readonly most: number;
  };
}

/** Images that are kept for each map: those that activate it the most. */
export const TOP_IMAGES = 9;
/** Maps of one layer whose values over a split correlate at least so much are duplicates. */
export const DUPLICATE_CORRELATION = 0.99;

/** What a layer's maps do over a whole split. */
export interface SplitActivity {
  readonly split: Split;
  readonly layer: string;
  readonly images: number;
  readonly maps: number;
  /** Limits of each map over all images and pixels. */
  readonly least: Float32Array;
  readonly most: Float32Array;
  /** 1 for a map that is never active: after a ReLU never above 0, elsewhere never changing. */
  readonly dead: Uint8Array;
  /** For each map the earlier map of the layer of which it is a duplicate, or -1. Dead maps are none. */
  readonly duplicateOf: Int32Array;
  /** Pearson's correlation with that map over all images and pixels, before a ReLU; 0 where there is none. */
  readonly correlation: Float32Array;
  /** `TOP_IMAGES` for each map (fewer in a smaller split), largest first: position in the split, and the map's maximum. */
  readonly top: {
    readonly perMap: number;
    readonly images: Uint32Array;
    readonly values: Float32Array;
  };
}

/**
 * Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): ReLU of the maps' sum, each weighted by the mean gradient of the
 * class's logit. Maps that several layers read count with all that read them.
 */
export interface ClassActivation {
  readonly layer: string;
  readonly epoch: number;
  readonly class: number;
  readonly height: number;
  readonly width: number;
  /** [height, width], from 0 up, not rescaled. */
  readonly values: Float32Array;
  /** Weight of each map. */
  readonly weights: Float32Array;
}

/** How sure the network still is with a part of the image covered (Zeiler and Fergus 2014, section 4.2). */
export interface Occlusion {
  readonly epoch: number;
  readonly class: number;
  /** Edge of the grey square and distance from one place to the next, pixels. */
  readonly size: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns]: probability of the class with the square in the middle there; parts outside the image cover nothing. */
  readonly probabilities: Float32Array;
  /** Probability with nothing covered. */
  readonly uncovered: number;
}

/** Numbers about one learnt tensor. */
export interface TensorStatistics {
  /** `block2/layer5/conv1/weights`. */
  readonly name: string;
  readonly layer: string;
  readonly role: 'weights' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance';
  readonly shape: readonly number[];
  readonly mean: number;
  readonly standardDeviation: number;
  readonly least: number;
  readonly most: number;
  /** Sum of absolute values, and root of the sum of squares. */
  readonly l1: number;
  readonly l2: number;
}

/** One learnt tensor. */
export interface LearntTensor extends TensorStatistics {
  /** Convolutions [kernelHeight, kernelWidth, in, out]; linear [in, out]; the rest [channels]. */
  readonly values: Float32Array;
  /** Counts in bins of equal width from `least` to `most`. */
  readonly histogram: readonly number[];
  /** L2 norm of each output's weights; of other tensors each absolute value. */
  readonly filterNorms: Float32Array;
}

/** What a layer has learnt; no tensors in a layer that learns nothing. */
export interface LayerWeights {
  readonly layer: string;
  readonly epoch: number;
  readonly tensors: readonly LearntTensor[];
}

/**
 * How weights of a slice become one number. `mean`: mean |W|. `l1`: sum of |W| divided by the number of maps read, which is
 * larger by the number of weights that each map has. Neither accounts for BN's gamma.
 */
export const REUSE_NORMS = ['mean', 'l1'] as const;
/** How weights become one number. */
export type ReuseNorm = (typeof REUSE_NORMS)[number];

/** Weights inside one dense block (Huang et al. 2017, figure 5). */
export interface ReuseBlock {
  /** 1-based. */
  readonly index: number;
  /** Units that make maps: the block's input, then its layers. Rows. */
  readonly sources: readonly string[];
  /** Units that read them: the block's layers, then the transition or the classifier. Columns. */
  readonly readers: readonly string[];
  /** [source][reader]; null where the reader comes before the source. */
  readonly matrix: readonly (readonly (number | null)[])[];
}

/** One of the paper's four observations (section 5, "Feature Reuse"), checked on this network. */
export interface ReuseObservation {
  readonly kind: 'layers-spread' | 'transitions-spread' | 'transition-outputs-least' | 'classifier-late';
  /** Null where the network has nothing to check it on. */
  readonly holds: boolean | null;
  /** The paper's, then what is found here, with its numbers. */
  readonly claim: string;
  readonly finding: string;
  readonly numbers: readonly { readonly name: string; readonly value: number }[];
}

/** Feature reuse of one checkpoint. */
export interface FeatureReuse {
  readonly run: number;
  readonly epoch: number;
  readonly norm: ReuseNorm;
  readonly blocks: readonly ReuseBlock[];
  readonly observations: readonly ReuseObservation[];
}

/** Feature reuse of one minus that of another network of the same blocks. */
export interface ReuseDifference {
  readonly a: FeatureReuse;
  readonly b: FeatureReuse;
  /** A minus B. */
  readonly blocks: readonly ReuseBlock[];
}

/** What of a stored or dropped image is looked at, and with which weights. */
export interface InspectionRequest extends InspectedCheckpoint {
  readonly image: InspectedImage;
}

/** What the Inspect screen asks; part of `Requests`. */
export interface InspectRequests {
  /** Needs no TensorFlow. */
  'inspect/network': { input: { run: number }; output: NetworkMap };
  /** The first answer of a run takes seconds: its network is opened. Then tens of milliseconds. */
  'inspect/image': { input: InspectionRequest; output: SeenImage };
  'inspect/maps': { input: InspectionRequest & { layer: string }; output: FeatureMaps };
  /** Once per checkpoint and split one pass over all images; progress comes as `inspection` events. Kept on disk. */
  'inspect/activity': { input: InspectedCheckpoint & { split: Split; layer: string }; output: SplitActivity };
  /** Ends passes over splits of a run; they fail as `cancelled`. */
  'inspect/cancel': { input: { run: number }; output: null };
  /** Of the most probable class when none is named. */
  'inspect/classActivation': { input: InspectionRequest & { layer: string; class?: number }; output: ClassActivation };
  'inspect/occlusion': {
    input: InspectionRequest & { class?: number; size: number; stride: number };
    output: Occlusion;
  };
  'inspect/weights': { input: InspectedCheckpoint & { layer: string }; output: LayerWeights };
  /** Every learnt tensor of the network. */
  'inspect/norms': { input: InspectedCheckpoint; output: readonly TensorStatistics[] };
  'inspect/reuse': { input: InspectedCheckpoint & { norm: ReuseNorm }; output: FeatureReuse };
  'inspect/reuseDifference': {
    input: { a: InspectedCheckpoint; b: InspectedCheckpoint; norm: ReuseNorm };
    output: ReuseDifference;
  };
  /** Asks for a folder, and writes a layer's maps there: npy, PNG, JSON. Null when the dialog was closed. */
  'inspect/export': { input: InspectionRequest & { layer: string }; output: { path: string | null } };
}

/** Progress of a pass over a split; pushed as `inspection`. */
export interface InspectionEvent {
  readonly run: number;
  readonly epoch: number;
  readonly split: Split;
  /** Images. */
  readonly done: number;
  readonly total: number;
}
