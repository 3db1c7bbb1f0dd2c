/** What a trained network gives to people and to other software: predictions, and files. */

import type { Split } from './dataset.ts';
import type { InputShape } from './model.ts';

/** What a network can be written as. */
export type ExportFormat = 'savedmodel' | 'safetensors' | 'onnx';

/** All of them, in the order in which they are offered. */
export const EXPORT_FORMATS: readonly ExportFormat[] = ['savedmodel', 'onnx', 'safetensors'];

/** An export that is written. */
export interface ExportedNetwork {
  /** Absolute path of the file, or of the folder of a SavedModel. */
  readonly out: string;
  readonly bytes: number;
  /** The epoch whose weights they are; null for curves, and for a bundle. */
  readonly epoch: number | null;
}

/** What a network says of one image file, or why the file cannot be read. */
export type FilePrediction =
  | {
      readonly ok: true;
      /** Absolute path. */
      readonly file: string;
      /** What the network saw: uint8, height x width x channels of its input. */
      readonly pixels: Uint8Array;
      /** Name of the most probable class. */
      readonly class: string;
      /** By class, in the order of the class names; sum 1. */
      readonly probabilities: readonly number[];
    }
  | { readonly ok: false; readonly file: string; readonly reason: string; readonly remedy: string };

/** How one class fares. */
export interface ClassScore {
  readonly class: string;
  /** Images of the class. */
  readonly images: number;
  /** Share of them that is told right; null where there are none. */
  readonly recall: number | null;
  /** Share of the images that were told to be of the class which are; null where none was. */
  readonly precision: number | null;
}

/** What an evaluation of a split finds. */
export interface Evaluation {
  readonly images: number;
  readonly accuracy: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  readonly perClass: readonly ClassScore[];
  /** Images by true class (row) and predicted class (column), in the order of the class names. */
  readonly confusion: readonly (readonly number[])[];
}

/** What a run's network says of every image of a split, and what that comes to. */
export interface RunJudgement {
  /** Which checkpoint it was: `Epoch 3 of 8, the best by validation accuracy.` */
  readonly network: string;
  readonly split: Split;
  readonly classNames: readonly string[];
  /** Position in the whole version of the split's first image; image i of the arrays is `first + i`. */
  readonly first: number;
  readonly evaluation: Evaluation;
  /** True and most probable class of each image. */
  readonly labels: Uint16Array;
  readonly predicted: Uint16Array;
  /** Probability of the most probable class. */
  readonly confidence: Float32Array;
  /** Cross-entropy of each image in nats. */
  readonly losses: Float32Array;
}

/** Most files of one request. */
export const MOST_PREDICTED = 64;

/** What a run's network says of some files, in their order. */
export interface RunPredictions {
  /** Which checkpoint it was: `Epoch 3 of 8, the best by validation accuracy.` */
  readonly network: string;
  readonly input: InputShape;
  readonly classNames: readonly string[];
  readonly files: readonly FilePrediction[];
}

/** What the curves of a run, or all of it, can be written as. */
export type RunExportFormat = 'bundle' | 'csv' | 'tensorboard';

/** All of them, in the order in which they are offered. */
export const RUN_EXPORT_FORMATS: readonly RunExportFormat[] = ['bundle', 'csv', 'tensorboard'];

/** What a series of a log can be taken for: by epoch, or by step where it says so. */
export const LOG_ROLES = [
  'stepLoss',
  'trainLoss',
  'trainAccuracy',
  'heldOutLoss',
  'heldOutAccuracy',
  'learningRate',
  'gradientNorm',
  'epoch',
  'imagesPerSecond',
  'trainSeconds',
  'evaluationSeconds',
  'residentBytes',
] as const;
/** One of them. */
export type LogRole = (typeof LOG_ROLES)[number];
/** Which tag is taken for what. */
export type LogRoles = Readonly<Partial<Record<LogRole, string>>>;

/** One series of a log. */
export interface LogSeriesSummary {
  readonly tag: string;
  readonly points: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly first: number;
  readonly last: number;
}

/** A file that a run can be made of. */
export type RunFile =
  | {
      readonly kind: 'bundle';
      /** Absolute. */
      readonly path: string;
      readonly bytes: number;
      readonly name: string;
      readonly modelTitle: string;
      readonly datasetName: string;
      /** Whether its dataset is in this data folder. */
      readonly datasetHere: boolean;
      readonly epochs: number;
      readonly checkpoints: number;
      /** ISO 8601, UTC. */
      readonly exportedAt: string;
    }
  | {
      readonly kind: 'log';
      /** Of the file, or of the folder with the files of one run; absolute. */
      readonly path: string;
      readonly format: LogFormat;
      readonly name: string;
      readonly series: readonly LogSeriesSummary[];
      /** What the names of the series suggest. */
      readonly roles: LogRoles;
      /** What cannot be read, each in one sentence; the rest is kept. */
      readonly damage: readonly string[];
    };

/** Who wrote a log. */
export type LogFormat = 'tensorboard' | 'csv';

/** What becomes a run. */
export interface RunImport {
  readonly path: string;
  /** As the file has it when absent. */
  readonly name?: string;
  /** For a log; as its names suggest when absent. */
  readonly roles?: LogRoles;
}
