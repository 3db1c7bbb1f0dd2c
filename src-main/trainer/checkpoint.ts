/** Checkpoints: a run's whole state in one safetensors file, with everything needed to go on from it or to predict with it. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { InputShape, ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { CheckpointRecord, RunEnvironment, SplitMetrics } from '../contract/run.ts';
import { validateRecipe } from '../model/recipe.ts';
import { parseModelSpec } from '../model/spec.ts';
import { parseStrict } from '../model/strict.ts';
import { writeDurably } from './durable.ts';
import { decodeSafetensors, encodeHeader, elementsOf, SafetensorsError, type StoredTensor } from './safetensors.ts';

/** Version of the description; a reader refuses a newer one. */
const VERSION = 1;
const FORMAT = 'denselab-checkpoint';
const FOLDER = 'checkpoints';

/** What a checkpoint says of itself. */
export interface CheckpointDescription {
  readonly version: typeof VERSION;
  readonly model: ModelSpec;
  readonly recipe: TrainingRecipe;
  readonly input: InputShape;
  readonly dataset: {
    readonly contentHash: string;
    readonly classNames: readonly string[];
    /** Per channel, in units of 0 to 255: what the network's input was normalised with. */
    readonly mean: readonly number[];
    readonly standardDeviation: readonly number[];
  };
  readonly environment: RunEnvironment;
  /** The epoch in which it was written, 1-based. */
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  /** False for one that was written when training was stopped in the middle of an epoch. */
  readonly epochFinished: boolean;
  /** Held-out metrics of the finished epoch; null otherwise. */
  readonly heldOut: SplitMetrics | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A checkpoint in memory; tensors are named as in the layer plan, velocities with `/velocity` appended. */
export interface Checkpoint {
  readonly description: CheckpointDescription;
  readonly tensors: readonly StoredTensor[];
}

const descriptionSchema = z.strictObject({
  version: z.literal(VERSION),
  model: z.unknown(),
  recipe: z.unknown(),
  input: z.strictObject({ height: z.int().min(1), width: z.int().min(1), channels: z.int().min(1) }),
  dataset: z.strictObject({
    contentHash: z.string(),
    classNames: z.array(z.string()),
    mean: z.array(z.number()),
    standardDeviation: z.array(z.number()),
  }),
  environment: z.strictObject({
    device: z.string(),
    deviceReason: z.string().exactOptional(),
    intraOpThreads: z.int(),
    interOpThreads: z.int(),
    tensorflow: z.string(),
    denselab: z.string(),
    node: z.string(),
  }),
  epoch: z.int().min(1),
  step: z.int().min(1),
  epochFinished: z.boolean(),
  heldOut: z.strictObject({ loss: z.number(), accuracy: z.number() }).nullable(),
  createdAt: z.string(),
});

/** Path of a checkpoint relative to the run's folder: `checkpoints/epoch-0003.safetensors`. */
export function checkpointFile({
  epoch,
  step,
  epochFinished,
}: Pick<CheckpointDescription, 'epoch' | 'step' | 'epochFinished'>): string {
  const name = `epoch-${String(epoch).padStart(4, '0')}`;
  return `${FOLDER}/${name}${epochFinished ? '' : `-step-${String(step).padStart(8, '0')}`}.safetensors`;
}

/** Size in bytes of a checkpoint with these tensors, but for its header. */
export function checkpointBytes(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((bytes, { shape }) => bytes + elementsOf(shape) * Float32Array.BYTES_PER_ELEMENT, 0);
}

/**
 * Creates the run's folder and refuses a training whose checkpoints could not be kept.
 * @throws DenseLabError `disk-full`, naming what is needed and what is there.
 */
export function checkSpace(runDirectory: string, neededBytes: number): void {
  mkdirSync(runDirectory, { recursive: true });
  const { bavail, bsize } = statfsSync(runDirectory);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  const [needed, there] = [neededBytes, free].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
  throw new DenseLabError(
    'disk-full',
    `The checkpoints of this run need ${needed ?? ''}, but the disk of ${runDirectory} has only ${there ?? ''} free.`,
    'Free some space, or move the data folder to a larger disk.',
  );
}

/**
 * Writes a checkpoint: whole, and surely on disk when this returns, or not at all.
 * @throws DenseLabError `disk-full`; older checkpoints are untouched.
 */
export function writeCheckpoint(runDirectory: string, { description, tensors }: Checkpoint): CheckpointRecord {
  const file = checkpointFile(description);
  const header = encodeHeader(tensors, { format: FORMAT, description: JSON.stringify(description) });
  try {
    const written = writeDurably(join(runDirectory, file), [header, ...tensors.map(({ data }) => bytesOf(data))]);
    return { epoch: description.epoch, step: description.step, file, ...written, createdAt: description.createdAt };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'disk-full') throw error;
    throw new DenseLabError(
      'disk-full',
      `The disk is full: the checkpoint of epoch ${String(description.epoch)} could not be written to ${runDirectory}.`,
      'Free some space and train again; the checkpoints that were already there are kept.',
      failure.detail,
    );
  }
}

/**
 * Reads a checkpoint and checks all of it.
 * @param sha256 what the file's hash must be, where it is known
 * @throws DenseLabError `checkpoint-damaged` naming the file and what is wrong, `path-missing` when it is not there.
 */
export function readCheckpoint(path: string, sha256?: string): Checkpoint {
  const bytes = readWhole(path);
  if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw damaged(path, 'its content is not what was written (SHA-256 differs)');
  }
  try {
    const { metadata, tensors } = decodeSafetensors(bytes);
    if (metadata['format'] !== FORMAT) throw new SafetensorsError('it was not written by DenseLab');
    return { description: parseDescription(metadata['description'] ?? ''), tensors };
  } catch (error) {
    if (error instanceof SafetensorsError) throw damaged(path, error.message);
    if (error instanceof DenseLabError) throw damaged(path, error.message);
    throw error;
  }
}

function parseDescription(text: string): CheckpointDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SafetensorsError('its description is not JSON');
  }
  const wording = { code: 'checkpoint-damaged', subject: 'its description', version: VERSION } as const;
  const parsed = parseStrict(descriptionSchema, json, wording);
  return { ...parsed, model: parseModelSpec(parsed.model), recipe: validateRecipe(parsed.recipe) };
}

function readWhole(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new DenseLabError(
        'path-missing',
        `The checkpoint ${path} is not there.`,
        'Choose another checkpoint of this run.',
      );
    }
    throw error;
  }
}

function damaged(path: string, reason: string): DenseLabError {
  const action = 'Use an earlier checkpoint of this run.';
  return new DenseLabError('checkpoint-damaged', `The checkpoint ${path} is damaged: ${reason}.`, action);
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
