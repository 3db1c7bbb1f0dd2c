/** What is said between the process that looks into a run and its owner. Questions are numbered, and answered as they are done. */

import type { Conversion } from '../contract/conversion.ts';
import type { Split } from '../contract/dataset.ts';
import type { Failure } from '../contract/errors.ts';
import type {
  ClassActivation,
  FeatureMaps,
  FeatureReuse,
  LayerWeights,
  MapBlock,
  MapUnit,
  Occlusion,
  ReuseNorm,
  SplitActivity,
  TensorStatistics,
} from '../contract/inspect.ts';
import type { InputShape } from '../contract/model.ts';
import type { LayerSimilarity, LinearProbe, NetworkChange, WhatIf } from '../contract/study.ts';
import type { CheckpointRecord } from '../contract/run.ts';
import type { StoredNetwork, StoredVersion } from '../inference/messages.ts';

/** Pixels, or where they lie. */
export type AskedImage =
  | { readonly kind: 'pixels'; readonly pixels: Uint8Array }
  | { readonly kind: 'stored'; readonly dataset: StoredVersion; readonly split: Split; readonly index: number };

/** What a checkpoint says of its network. */
export interface DescribedNetwork {
  readonly input: InputShape;
  readonly classNames: readonly string[];
  readonly conversion: Conversion | null;
  readonly units: readonly MapUnit[];
  readonly blocks: readonly MapBlock[];
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** What the network says of an image. */
export interface ShownImage {
  readonly pixels: Uint8Array;
  readonly label: number | null;
  readonly predicted: number;
  readonly probabilities: readonly number[];
}

interface WithImage {
  readonly image: AskedImage;
}

/** Images of a stored dataset. */
export interface WithSplit {
  readonly dataset: StoredVersion;
  readonly split: Split;
}

/** Everything that can be asked of one checkpoint. */
export interface InspectorQuestions {
  describe: { input: null; output: DescribedNetwork };
  show: { input: WithImage; output: ShownImage };
  maps: { input: WithImage & { readonly layer: string }; output: FeatureMaps };
  activity: {
    input: WithSplit & { readonly layer: string };
    output: SplitActivity;
  };
  classActivation: { input: WithImage & { readonly layer: string; readonly class?: number }; output: ClassActivation };
  occlusion: {
    input: WithImage & { readonly class?: number; readonly size: number; readonly stride: number };
    output: Occlusion;
  };
  weights: { input: { readonly layer: string }; output: LayerWeights };
  norms: { input: null; output: readonly TensorStatistics[] };
  reuse: { input: { readonly norm: ReuseNorm }; output: Omit<FeatureReuse, 'run' | 'epoch'> };
  probe: { input: WithSplit; output: Omit<LinearProbe, 'run' | 'epoch'> };
  similarity: {
    input: WithSplit & { readonly other: StoredNetwork };
    output: Pick<LayerSimilarity, 'split' | 'images' | 'matrix'> & {
      readonly a: Omit<LayerSimilarity['a'], 'run' | 'epoch'>;
      readonly b: Omit<LayerSimilarity['b'], 'run' | 'epoch'>;
    };
  };
  whatIf: {
    input: WithSplit & { readonly changes: readonly NetworkChange[] };
    output: Omit<WhatIf, 'run' | 'epoch'>;
  };
}

/** Name of a question. */
export type QuestionName = keyof InspectorQuestions;

/** A numbered question about a checkpoint. */
export type Question<K extends QuestionName = QuestionName> = {
  readonly [N in QuestionName]: {
    readonly kind: N;
    readonly number: number;
    readonly checkpoint: CheckpointRecord;
    readonly input: InspectorQuestions[N]['input'];
  };
}[K];

/** First message: which run it is. Then questions. */
export type InspectorRequest =
  | { readonly kind: 'open'; readonly directory: string; readonly cacheDirectory: string }
  /** Passes over splits end as `cancelled`. */
  | { readonly kind: 'cancel' }
  | Question;

/** The answer to a question by its number. */
export type InspectorAnswer =
  | {
      readonly [N in QuestionName]: {
        readonly kind: N;
        readonly number: number;
        readonly output: InspectorQuestions[N]['output'];
      };
    }[QuestionName]
  | { readonly kind: 'failed'; readonly number: number; readonly error: Failure }
  /** Of a pass over a split. */
  | {
      readonly kind: 'progress';
      readonly epoch: number;
      readonly split: Split;
      readonly done: number;
      readonly total: number;
    };
