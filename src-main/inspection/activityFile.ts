/** Activity that was measured, kept beside the run: one safetensors file for each checkpoint, split and content of the data. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '../contract/dataset.ts';
import { writeDurably } from '../trainer/durable.ts';
import { decodeSafetensors, encodeHeader, SafetensorsError, type StoredTensor } from '../trainer/safetensors.ts';
import type { NetworkActivity } from './activity.ts';

/** Version of what is measured; a file of another is measured anew. */
const FORMAT = 'denselab-activity-1';

/** What a file of something measured is about. */
export interface ActivityKey {
  /** The run's folder. */
  readonly directory: string;
  /** Of the checkpoint. */
  readonly sha256: string;
  readonly split: Split;
  /** Of the dataset's version. */
  readonly contentHash: string;
}

/** What was kept; null where nothing was, or where it cannot be read: it can be measured again. */
export function readActivity(key: ActivityKey): NetworkActivity | null {
  const path = pathOf(key);
  if (!existsSync(path)) return null;
  try {
    const { metadata, tensors } = decodeSafetensors(readFileSync(path));
    return metadata['format'] === FORMAT ? unpack(metadata, tensors) : null;
  } catch (error) {
    if (error instanceof SafetensorsError) return null;
    throw error;
  }
}

/** Keeps what was measured. */
export function writeActivity(key: ActivityKey, activity: NetworkActivity): void {
  const { images, perMap } = activity;
  const tensors = pack(activity);
  const header = encodeHeader(tensors, { format: FORMAT, images: String(images), perMap: String(perMap) });
  const bytes = tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  writeDurably(pathOf(key), [header, ...bytes]);
}

function pathOf(key: ActivityKey): string {
  return inspectionFile(key, 'activity', 'safetensors');
}

/** Where something that was measured over a split is kept. */
export function inspectionFile(
  { directory, sha256, split, contentHash }: ActivityKey,
  kind: string,
  ending: string,
): string {
  const name = createHash('sha256').update(`${sha256} ${split} ${contentHash}`).digest('hex').slice(0, 32);
  return join(directory, 'inspection', `${kind}-${name}.${ending}`);
}

/** Positions of images are exact as float32 up to 2^24. */
function pack({ made, correlations, perMap }: NetworkActivity): readonly StoredTensor[] {
  const tensors: StoredTensor[] = [];
  for (const [name, { high, low }] of made) {
    for (const [end, { images, values }] of [
      ['high', high],
      ['low', low],
    ] as const) {
      const shape = [values.length / perMap, perMap];
      tensors.push({ name: `${name}/${end}/images`, shape, data: Float32Array.from(images) });
      tensors.push({ name: `${name}/${end}/values`, shape, data: values });
    }
  }
  for (const [name, data] of correlations) {
    const maps = Math.sqrt(data.length);
    tensors.push({ name: `${name}/correlations`, shape: [maps, maps], data });
  }
  return tensors;
}

function unpack(metadata: Readonly<Record<string, string>>, tensors: readonly StoredTensor[]): NetworkActivity {
  const data = new Map(tensors.map((tensor) => [tensor.name, tensor.data]));
  const of = (name: string): Float32Array => data.get(name) ?? new Float32Array(0);
  const extremes = (name: string) => ({ images: Uint32Array.from(of(`${name}/images`)), values: of(`${name}/values`) });
  const namesOf = (end: string): string[] =>
    [...data.keys()].filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
  return {
    images: Number(metadata['images']),
    perMap: Number(metadata['perMap']),
    made: new Map(
      namesOf('/high/values').map((name) => [name, { high: extremes(`${name}/high`), low: extremes(`${name}/low`) }]),
    ),
    correlations: new Map(namesOf('/correlations').map((name) => [name, of(`${name}/correlations`)])),
  };
}
