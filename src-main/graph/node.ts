/** The compiler's intermediate form: TensorFlow nodes as plain data, with the type and shape of every output known. */

import type { InputShape } from '../contract/model.ts';

/** Element types that the compiler uses. */
export type DataType = 'float32' | 'bfloat16' | 'int32' | 'int64' | 'uint8' | 'bool' | 'resource';

/** Element types that have gradients. */
export type FloatingType = 'float32' | 'bfloat16';

/** Sizes by axis; -1 where the batch size is not known when compiling. */
export type Shape = readonly number[];

/** Type and shape of one output. */
export interface TensorType {
  readonly dataType: DataType;
  readonly shape: Shape;
}

/** One output of a node. */
export interface Tensor extends TensorType {
  readonly node: GraphNode;
  /** Which output of the node. */
  readonly index: number;
}

/** Whether the elements are numbers that have gradients. */
export function isFloating<T extends { readonly dataType: DataType }>(
  tensor: T,
): tensor is T & { readonly dataType: FloatingType } {
  const { dataType } = tensor;
  return dataType === 'float32' || dataType === 'bfloat16';
}

/** The value of an attribute, tagged as in TensorFlow's AttrValue. */
export type Attribute =
  | { readonly kind: 'type'; readonly value: DataType }
  | { readonly kind: 'shape'; readonly value: Shape }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'types'; readonly value: readonly DataType[] }
  | { readonly kind: 'tensor'; readonly value: ConstantValue };

/** A constant: its elements in row-major order. */
export interface ConstantValue extends TensorType {
  readonly data: Float32Array | Int32Array | Uint8Array | readonly number[];
}

/** One operation. Nodes are only made by `scope.ts`, in an order in which inputs come first. */
export interface GraphNode {
  /** Unique, `/`-separated: `block2/layer5/conv1/MatMul`. */
  readonly name: string;
  /** TensorFlow's op name. */
  readonly op: string;
  readonly inputs: readonly Tensor[];
  /** Nodes that must have run first. */
  readonly controlInputs: readonly GraphNode[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly TensorType[];
}

/** Nodes in an order in which inputs come first. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
}

/** State that lives in the session between calls. */
export interface GraphVariable {
  /** Checkpoint key: a tensor's name of the layer plan, the same with its role appended, or `optimizer/steps`. */
  readonly name: string;
  readonly role: 'parameter' | 'movingAverage' | 'velocity' | 'firstMoment' | 'secondMoment' | 'steps';
  /** Shape in checkpoints: as the layer plan says, whatever padding the graph uses inside. */
  readonly shape: Shape;
}

/** Names of nodes to feed and fetch, as TensorFlow takes them (`images`, `loss`, `name:1`). */
export interface CompiledModel {
  readonly graph: Graph;
  readonly input: InputShape;
  readonly classes: number;
  readonly variables: readonly GraphVariable[];
  /**
   * One optimisation step. Feeds: images uint8 [n,h,w,c], labels int32 [n], learningRate float32 [], seed int32 [2]
   * (augmentation and dropout are a function of it), mixup float32 [] (the image's own share of the blend; there with
   * mixup only). Fetches: loss float32 [] (mean cross-entropy with smoothing and class weights, without weight decay),
   * correct int32 [] (images whose own label is the most probable class, also where they are blended), gradientNorm
   * float32 [] (L2, of the loss alone, before clipping). Fetching any runs every update, or fails with nothing changed when
   * loss or gradient are no numbers. With accumulation the images are the last part of the batch, and the fetches are those
   * of the whole batch.
   */
  readonly train: {
    readonly feeds: {
      readonly images: string;
      readonly labels: string;
      readonly learningRate: string;
      readonly seed: string;
      readonly mixup?: string;
    };
    readonly fetches: { readonly loss: string; readonly correct: string; readonly gradientNorm: string };
  };
  /**
   * A part of a batch before its last one: adds to what `train` ends with, and updates the moving averages by the part's
   * own statistics. Null without accumulation.
   */
  readonly accumulate: null | {
    readonly feeds: Omit<CompiledModel['train']['feeds'], 'learningRate'>;
    readonly fetches: { readonly done: string };
  };
  /**
   * Maps of a training step, fed as `train` without the learning rate; null unless asked for. Concatenations, which are kept in
   * pieces, and layers inside a native block are not there.
   */
  readonly inspection: null | {
    /** By layer name of the plan and in its order, float32, padded as the graph has them. */
    readonly layers: Readonly<Record<string, string>>;
    /** The sum of each, float32 [layers]: finite only where all of it is. */
    readonly sums: string;
  };
  /** Evaluation with moving averages. Fetches: lossSum float32 [], correct int32 [], predicted int32 [n]. */
  readonly evaluate: {
    readonly feeds: { readonly images: string; readonly labels: string };
    readonly fetches: { readonly lossSum: string; readonly correct: string; readonly predicted: string };
  };
  /** Prediction with moving averages. Fetches: logits and probabilities float32 [n, classes]. */
  readonly predict: {
    readonly feeds: { readonly images: string };
    readonly fetches: { readonly logits: string; readonly probabilities: string };
  };
  /** Activations by layer name of the plan, with moving averages, float32 [n, ...outputShape]; fed as `predict`. */
  readonly layers: Readonly<Record<string, string>>;
  /**
   * Reading and writing all state at once, float32, in the order of `variables`. Nothing has a value before the first
   * write.
   */
  readonly state: {
    /** Fetch of each variable, in its checkpoint shape. */
    readonly read: readonly string[];
    /** Placeholder of each variable, in its checkpoint shape. */
    readonly feed: readonly string[];
    /** Fetch one node to assign all of `feed`; every feed must be given. */
    readonly write: string;
  };
  /**
   * What the last step of `train` did: all parameters and their gradient of the mean loss, before clipping and without weight
   * decay, float32 [p], and where each layer's lie in them (padded with zeros). Fetch them after a step, on their own.
   */
  readonly flow: {
    readonly parameters: string;
    readonly gradient: string;
    readonly layers: readonly { readonly layer: string; readonly offset: number; readonly size: number }[];
  };
  /** Gradients of the mean loss plus weight decay by parameter name, for tests; fed as `train`. */
  readonly gradients: Readonly<Record<string, string>>;
}
