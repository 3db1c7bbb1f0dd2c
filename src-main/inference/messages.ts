/** What is said between a process that holds a network and its owner: one request, one answer, in turn. */

import type { Conversion } from '../contract/conversion.ts';
import type { Failure } from '../contract/errors.ts';
import type { Split } from '../contract/dataset.ts';
import type { Evaluation, ExportFormat } from '../contract/exchange.ts';
import type { InputShape } from '../contract/model.ts';
import type { CheckpointRecord, DeviceWish } from '../contract/run.ts';
import type { Judgement } from './evaluate.ts';
import type { Prediction } from './predict.ts';

/** A checkpoint, and where it lies. */
export interface StoredNetwork {
  /** The run's folder. */
  readonly directory: string;
  readonly checkpoint: CheckpointRecord;
}

/** A version of a dataset, and where it lies. */
export interface StoredVersion {
  readonly directory: string;
  readonly version: number;
}

/** What the owner asks. */
export type NetworkRequest =
  | (StoredNetwork & { readonly kind: 'open'; readonly wish: DeviceWish; readonly cacheDirectory: string })
  /** Of the network that is open. `pixels`: uint8, height x width x channels of its input. */
  | { readonly kind: 'predict'; readonly pixels: Uint8Array }
  /** Every image of a split of a stored dataset, by the network that is open. */
  | { readonly kind: 'judge'; readonly dataset: StoredVersion; readonly split: Split }
  /** An earlier export at `out` is replaced. */
  | (StoredNetwork & { readonly kind: 'export'; readonly format: ExportFormat; readonly out: string });

/** What the process answers. */
export type NetworkAnswer =
  | {
      readonly kind: 'opened';
      readonly input: InputShape;
      readonly classNames: readonly string[];
      readonly conversion?: Conversion;
    }
  | { readonly kind: 'predicted'; readonly prediction: Prediction }
  | { readonly kind: 'judged'; readonly first: number; readonly judgement: Judgement; readonly evaluation: Evaluation }
  | { readonly kind: 'exported'; readonly bytes: number }
  | { readonly kind: 'failed'; readonly error: Failure };
