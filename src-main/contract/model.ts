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

/** A plain network of 3x3 convolutions, each with BN and ReLU (He et al., CVPR 2016, section 4.2): 6n + 2 layers. */
export interface PlainSpec {
  readonly version: 1;
  readonly family: 'plain';
  /** Pairs of convolutions in each stage; every stage but the first halves the maps and doubles their number. */
  readonly unitsPerStage: readonly number[];
  /** Maps of the stem and of the first stage: 16 in the paper. */
  readonly initialFeatures: number;
}

/**
 * A residual network: ResNet (He et al., CVPR 2016), with pre-activation (He et al., ECCV 2016), wide (Zagoruyko and
 * Komodakis, BMVC 2016) or with stochastic depth (Huang et al., ECCV 2016).
 */
export interface ResNetSpec {
  readonly version: 1;
  readonly family: 'resnet';
  /** `original`: conv-BN-ReLU, ReLU after the addition. `preactivation`: BN-ReLU-conv, and nothing after it. */
  readonly form: 'original' | 'preactivation';
  /** `basic`: 3x3, 3x3. `bottleneck`: 1x1, 3x3, and 1x1 to four times as many maps. */
  readonly unit: 'basic' | 'bottleneck';
  /** Where the shape changes: `A` takes every second pixel and appends zero channels, `B` is a 1x1 convolution. */
  readonly shortcut: 'A' | 'B';
  /** Residual units in each stage; every stage but the first halves the maps and doubles their number. */
  readonly unitsPerStage: readonly number[];
  /** Maps of the stem: 16 in the papers. */
  readonly initialFeatures: number;
  /** How many times more maps the stages have than the stem: the k of Wide ResNet, 1 in the others. */
  readonly widthFactor: number;
  /** Probability of dropping an activation between the convolutions of a unit, in [0, 1). */
  readonly dropoutRate: number;
  /** p_L: probability that the last unit's residual counts in a step, in (0, 1]; 1 without stochastic depth. */
  readonly finalSurvival: number;
}

/** A highway network (Srivastava et al. 2015): each layer mixes what it makes with what it is given. */
export interface HighwaySpec {
  readonly version: 1;
  readonly family: 'highway';
  /** Layers in each stage; the first of every later stage is a plain one that halves the maps and doubles their number. */
  readonly unitsPerStage: readonly number[];
  /** Maps of the stem and of the first stage. */
  readonly initialFeatures: number;
  /** Where every gate's bias begins: below 0, so that a new network passes most of its input on. */
  readonly gateBias: number;
}

/** The small Inception of Zhang et al. (ICLR 2017, figure 3): modules of 1x1 beside 3x3 convolutions. */
export interface InceptionSpec {
  readonly version: 1;
  readonly family: 'inception';
  /** Maps of the stem. */
  readonly initialFeatures: number;
  /** Modules of each stage, first stage first: maps of the 1x1 and of the 3x3 convolution. */
  readonly stageModules: readonly (readonly (readonly [pointwise: number, wide: number])[])[];
  /** Maps of the 3x3/2 convolution beside the 3x3/2 max pool before each stage but the first. */
  readonly downFeatures: readonly number[];
}

/** Any network that DenseLab can build. */
export type ModelSpec = DenseNetSpec | PlainSpec | ResNetSpec | HighwaySpec | InceptionSpec;

/** Shape of one image's activations at a layer, without the batch axis: [height, width, channels], or [features]. */
export type ActivationShape = readonly number[];

/** What a layer does. Convolutions have no bias but in highway gates; the classifier has one. */
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
  | { readonly kind: 'sigmoid' }
  /** Sum of two inputs of one shape. */
  | { readonly kind: 'add' }
  /** Option A of He et al.: every `stride`-th pixel, and zero channels appended up to the output's. */
  | { readonly kind: 'shortcut'; readonly stride: number }
  /** Of made H, gate T and carried x: H · T + x · (1 - T). */
  | { readonly kind: 'highway' }
  /** In training kept whole or made zero, one draw per batch; in evaluation multiplied by `survival`. */
  | { readonly kind: 'stochasticDepth'; readonly survival: number }
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
  /** Where a bias begins, if not at 0. */
  readonly initialValue?: number;
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

/** A dense block, or a stage of another family: what works on maps of one size. */
export interface PlannedBlock {
  /** How layers' names begin, before the index. */
  readonly kind: 'block' | 'stage';
  /** 1-based. */
  readonly index: number;
  /** Dense layers, or units of a stage. */
  readonly layers: number;
  /** L(L+1)/2 direct connections of a block of L layers; elsewhere one per convolution and one per shortcut. */
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
