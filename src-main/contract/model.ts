/** Architectures as data: what a person chooses (`ModelSpec`) and what it becomes (`LayerPlan`). */

/** Size of one input image. Pixels are stored height, width, channels (NHWC once batched). */
export interface InputShape {
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: number;
}

/**
 * A network of the DenseNet family (Huang et al., CVPR 2017). Plain JSON, stored with each run.
 * `basic` = no bottleneck, compression 1; `B` = bottleneck; `C` = compression below 1; `BC` = both.
 */
export interface DenseNetSpec {
  /** Version of this format; a reader refuses a newer one. */
  readonly version: 1;
  readonly family: 'densenet';
  /** `cifar`: a bare 3x3 convolution. `imagenet`: 7x7/2 convolution, BN, ReLU, 3x3/2 max pool. */
  readonly stem: 'cifar' | 'imagenet';
  /** Dense layers in each block, first block first. */
  readonly blockLayers: readonly number[];
  /** k: feature maps that each layer adds. */
  readonly growthRate: number;
  /** Whether each layer first reduces its input to 4k maps with a 1x1 convolution. */
  readonly bottleneck: boolean;
  /** θ: share of its maps that a transition keeps, in (0, 1]. */
  readonly compression: number;
  /** k0: feature maps that the stem makes. */
  readonly initialFeatures: number;
  /** Probability of dropping an activation after every convolution but the first, in [0, 1). */
  readonly dropoutRate: number;
}

/** Any network that DenseLab can build. */
export type ModelSpec = DenseNetSpec;

/** Shape of one image's activations at a layer, without the batch axis: [height, width, channels], or [features]. */
export type ActivationShape = readonly number[];

/** What a layer does. Convolutions have no bias; the classifier has one. */
export type LayerOperation =
  | { readonly kind: 'input' }
  | {
      readonly kind: 'convolution';
      readonly kernel: number;
      readonly stride: number;
      /** Zeros added on every side before a VALID convolution (symmetric, as in torch). */
      readonly padding: number;
    }
  | { readonly kind: 'batchNorm'; readonly epsilon: number; readonly movingAverageDecay: number }
  | { readonly kind: 'relu' }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'concat' }
  | { readonly kind: 'averagePool'; readonly size: number; readonly stride: number }
  | { readonly kind: 'maxPool'; readonly size: number; readonly stride: number; readonly padding: number }
  | { readonly kind: 'globalAveragePool' }
  | { readonly kind: 'linear' };

/** One learnt or tracked tensor of a layer. */
export interface PlannedTensor {
  /** Full name, e.g. `block2/layer5/conv1/weights`: graph scope and checkpoint key at once. */
  readonly name: string;
  readonly role: 'weights' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance';
  /** Convolutions [kernelHeight, kernelWidth, in, out]; linear [in, out]; the rest [channels]. */
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

/** One layer of the plan, in an order in which inputs come first. */
export interface PlannedLayer {
  /** `stem/conv`, `block1/layer3/norm1`, `transition1/pool`, `classifier`, ...: frozen, it is a file format. */
  readonly name: string;
  readonly operation: LayerOperation;
  /** Names of the layers that it reads; `concat` keeps their order along the channel axis. */
  readonly inputs: readonly string[];
  readonly outputShape: ActivationShape;
  readonly tensors: readonly PlannedTensor[];
  /** Trainable scalars of this layer. */
  readonly parameters: number;
  /** Multiply-adds for one image, convolutions and linear only. */
  readonly multiplyAdds: number;
}

/** A dense block, for drawing and for counting connections. */
export interface PlannedBlock {
  /** 1-based. */
  readonly index: number;
  readonly layers: number;
  /** L(L+1)/2 direct connections of a block of L layers. */
  readonly connections: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Height and width of the block's maps. */
  readonly height: number;
  readonly width: number;
}

/** The network for one input size and number of classes, layer by layer. */
export interface LayerPlan {
  readonly spec: ModelSpec;
  readonly input: InputShape;
  readonly classes: number;
  readonly layers: readonly PlannedLayer[];
  readonly blocks: readonly PlannedBlock[];
  /** Trainable scalars. */
  readonly parameters: number;
  /** Multiply-adds for one image, convolutions and linear only. */
  readonly multiplyAdds: number;
}

/** A network with a name of the paper's. */
export interface ModelPreset {
  /** As typed on the command line: `densenet-bc-100-12`. */
  readonly name: string;
  /** As written in the paper: `DenseNet-BC (L=100, k=12)`. */
  readonly title: string;
  readonly spec: ModelSpec;
}
