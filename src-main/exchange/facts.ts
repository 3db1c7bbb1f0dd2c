/**
 * What the tensors of an exported file do not hold, and what an import reads back: the network, its input, its classes and how
 * its input is normalised. JSON under the key `denselab` of the file's metadata.
 */

import { z } from 'zod';
import type { Conversion } from '../contract/conversion.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { InputShape, ModelSpec } from '../contract/model.ts';
import { conversionSettings } from '../datasets/layout.ts';
import { parseModelSpec } from '../model/spec.ts';
import { parseStrict } from '../model/strict.ts';
import { CHECKPOINT_FORMAT } from '../trainer/checkpoint.ts';
import { parseDescription, type CheckpointDescription } from '../trainer/description.ts';

const KEY = 'denselab';
/** Version of the facts that is written; a newer one is refused. */
const VERSION = 1;

/** Everything about a network but its weights. */
export interface NetworkFacts {
  readonly model: ModelSpec;
  readonly input: InputShape;
  readonly classNames: readonly string[];
  /** Per channel, in units of 0 to 255. */
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
  /** How source images became the network's input; absent where it is not known. */
  readonly conversion?: Conversion;
}

const schema = z.strictObject({
  version: z.literal(VERSION),
  model: z.unknown(),
  input: z.strictObject({ height: z.int().min(1), width: z.int().min(1), channels: z.int().min(1) }),
  classNames: z.array(z.string()).min(2),
  mean: z.array(z.number()),
  standardDeviation: z.array(z.number().min(0)),
  conversion: conversionSettings.exactOptional(),
});

/** The metadata of an exported file. */
export function encodeFacts({
  model,
  input,
  dataset: { classNames, mean, standardDeviation, conversion },
}: CheckpointDescription): Readonly<Record<string, string>> {
  const facts: z.infer<typeof schema> = {
    version: VERSION,
    model,
    input,
    classNames: [...classNames],
    mean: [...mean],
    standardDeviation: [...standardDeviation],
    ...(conversion === undefined ? {} : { conversion }),
  };
  return { [KEY]: JSON.stringify(facts) };
}

/**
 * Reads the facts of an exported file back, or those of a checkpoint; null for a file of other software.
 * @throws DenseLabError `weights-invalid` or `checkpoint-damaged` naming the field, or a version that is newer; `model-invalid`
 */
export function decodeFacts(metadata: Readonly<Record<string, string>>): NetworkFacts | null {
  if (metadata['format'] === CHECKPOINT_FORMAT) {
    const { model, input, dataset } = parseDescription(parseJson(metadata['description'] ?? ''));
    const { contentHash: _hash, ...rest } = dataset;
    return { model, input, ...rest };
  }
  const text = metadata[KEY];
  if (text === undefined) return null;
  const { version: _version, ...facts } = parseStrict(schema, parseJson(text), {
    code: 'weights-invalid',
    subject: "The file's description",
    version: VERSION,
  });
  for (const [name, values] of [
    ['mean', facts.mean] as const,
    ['standardDeviation', facts.standardDeviation] as const,
  ]) {
    if (values.length !== facts.input.channels) throw invalid(`${name} is not one number for each channel`);
  }
  return { ...facts, model: parseModelSpec(facts.model) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
}

function invalid(reason: string): DenseLabError {
  return new DenseLabError(
    'weights-invalid',
    `The file's description cannot be read: ${reason}.`,
    'Export the network again.',
  );
}
