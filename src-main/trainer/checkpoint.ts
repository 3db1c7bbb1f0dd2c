/** Checkpoints: a run's whole state in one safetensors file, with everything needed to go on from it or to predict with it. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { CheckpointRecord } from '../contract/run.ts';
import { parseDescription, type CheckpointDescription } from './description.ts';
import { writeDurably } from './durable.ts';
import { decodeSafetensors, encodeHeader, elementsOf, SafetensorsError, type StoredTensor } from './safetensors.ts';

/** What a checkpoint's metadata has under `format`. */
export const CHECKPOINT_FORMAT = 'denselab-checkpoint';
const FOLDER = 'checkpoints';

/** A checkpoint in memory; tensors are named as in the layer plan, velocities with `/velocity` appended. */
export interface Checkpoint {
  readonly description: CheckpointDescription;
  readonly tensors: readonly StoredTensor[];
}

/** Path of a checkpoint relative to the run's folder: `checkpoints/epoch-0003.safetensors`. */
export function checkpointFile({
  epoch,
  step,
  epochFinished,
}: Pick<CheckpointDescription, 'epoch' | 'step' | 'epochFinished'>): string {
  const name = `epoch-${String(epoch).padStart(4, '0')}`;
  return `${FOLDER}/${name}${epochFinished ? '' : `-step-${String(step).padStart(8, '0')}`}.safetensors`;
}

/** Whether a checkpoint, by its path, is of the end of an epoch. */
export function isOfFinishedEpoch(file: string): boolean {
  return !/-step-\d+\.safetensors$/.test(file);
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

/** Removes every file of the run's checkpoints that is not among `known` (relative to the run's folder). */
export function removeUnknown(runDirectory: string, known: readonly string[]): void {
  const folder = join(runDirectory, FOLDER);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!known.includes(`${FOLDER}/${name}`)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * Writes a checkpoint: whole, and surely on disk when this returns, or not at all.
 * @throws DenseLabError `disk-full`; older checkpoints are untouched.
 */
export function writeCheckpoint(runDirectory: string, { description, tensors }: Checkpoint): CheckpointRecord {
  const file = checkpointFile(description);
  const header = encodeHeader(tensors, { format: CHECKPOINT_FORMAT, description: JSON.stringify(description) });
  try {
    const written = writeDurably(join(runDirectory, file), [header, ...tensors.map(({ data }) => bytesOf(data))]);
    return { epoch: description.epoch, step: description.step, file, ...written, createdAt: description.createdAt };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'disk-full') throw error;
    throw new DenseLabError(
      'disk-full',
      `The disk is full: the checkpoint of epoch ${String(description.epoch)} could not be written to ${runDirectory}.`,
      'Free some space and resume the run; the checkpoints that were already there are kept.',
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
    if (metadata['format'] !== CHECKPOINT_FORMAT) throw new SafetensorsError('it was not written by DenseLab');
    return { description: parseDescription(parseJson(metadata['description'] ?? '')), tensors };
  } catch (error) {
    if (error instanceof SafetensorsError) throw damaged(path, error.message);
    if (error instanceof DenseLabError) throw damaged(path, error.message);
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SafetensorsError('its description is not JSON');
  }
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
