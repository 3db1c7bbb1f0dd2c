/** What a checkpoint says of itself: a version, and everything that its tensors do not hold. */

import { z } from 'zod';
import type { Conversion } from '../contract/conversion.ts';
import type { InputShape, ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { RunEnvironment, SplitMetrics } from '../contract/run.ts';
import { conversionSettings } from '../datasets/layout.ts';
import { validateRecipe } from '../model/recipe.ts';
import { parseModelSpec } from '../model/spec.ts';
import { parseStrict } from '../model/strict.ts';
import type { EpochTotals } from './totals.ts';

/** Version of the description that is written; a reader refuses a newer one, and reads older ones. */
export const DESCRIPTION_VERSION = 2;
/** The first version lacked the progress inside an epoch and the history before it. */
const FIRST_VERSION = 1;

/** Everything that explains a checkpoint, and with its tensors all that training needs to go on. */
export interface CheckpointDescription {
  readonly version: typeof DESCRIPTION_VERSION;
  readonly model: ModelSpec;
  readonly recipe: TrainingRecipe;
  readonly input: InputShape;
  readonly dataset: {
    readonly contentHash: string;
    readonly classNames: readonly string[];
    /** Per channel, in units of 0 to 255: what the network's input was normalised with. */
    readonly mean: readonly number[];
    readonly standardDeviation: readonly number[];
    /** How source images became the network's input; absent where it is not known. */
    readonly conversion?: Conversion;
  };
  readonly environment: RunEnvironment;
  /** The epoch in which it was written, 1-based. */
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  /** False for one that was written in the middle of an epoch. */
  readonly epochFinished: boolean;
  /** Held-out metrics of the finished epoch; null otherwise. */
  readonly heldOut: SplitMetrics | null;
  /** Held-out metrics of every finished epoch in order: schedules and early stopping are functions of them. */
  readonly history: readonly SplitMetrics[];
  /** Sums of the epoch that is not finished; null otherwise, and in a checkpoint of the first version. */
  readonly unfinished: EpochTotals | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

const splitMetrics = z.strictObject({ loss: z.number(), accuracy: z.number() });

const firstFields = {
  model: z.unknown(),
  recipe: z.unknown(),
  input: z.strictObject({ height: z.int().min(1), width: z.int().min(1), channels: z.int().min(1) }),
  dataset: z.strictObject({
    contentHash: z.string(),
    classNames: z.array(z.string()),
    mean: z.array(z.number()),
    standardDeviation: z.array(z.number()),
    conversion: conversionSettings.exactOptional(),
  }),
  environment: z.strictObject({
    device: z.string(),
    deviceReason: z.string().exactOptional(),
    kernels: z.enum(['stock', 'block']).exactOptional(),
    precision: z.enum(['float32', 'bfloat16']).exactOptional(),
    intraOpThreads: z.int(),
    interOpThreads: z.int(),
    tensorflow: z.string(),
    denselab: z.string(),
    node: z.string(),
  }),
  epoch: z.int().min(0),
  step: z.int().min(0),
  epochFinished: z.boolean(),
  heldOut: splitMetrics.nullable(),
  createdAt: z.string(),
};

const firstSchema = z.strictObject({ version: z.literal(FIRST_VERSION), ...firstFields });
const schema = z.strictObject({
  version: z.literal(DESCRIPTION_VERSION),
  ...firstFields,
  history: z.array(splitMetrics),
  unfinished: z
    .strictObject({
      lossSum: z.number(),
      correct: z.int().min(0),
      images: z.int().min(0),
      milliseconds: z.number().min(0),
      timedImages: z.int().min(0),
      sessionMilliseconds: z.number().min(0),
    })
    .nullable(),
});

/**
 * Reads a description from JSON.
 * @throws DenseLabError `checkpoint-damaged` naming the field, or a version that is newer; codes of model and recipe.
 */
export function parseDescription(json: unknown): CheckpointDescription {
  const wording = { code: 'checkpoint-damaged', subject: 'its description', version: DESCRIPTION_VERSION } as const;
  const parsed = isFirstVersion(json)
    ? upgrade(parseStrict(firstSchema, json, wording))
    : parseStrict(schema, json, wording);
  return { ...parsed, model: parseModelSpec(parsed.model), recipe: validateRecipe(parsed.recipe) };
}

function isFirstVersion(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'version' in json && json.version === FIRST_VERSION;
}

function upgrade(first: z.infer<typeof firstSchema>): z.infer<typeof schema> {
  return { ...first, version: DESCRIPTION_VERSION, history: [], unfinished: null };
}
