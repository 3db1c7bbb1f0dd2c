/** What a run bundle says of itself: a zip with `denselab-run.json`, `curves.csv`, and checkpoints as they lie in the folder of the run. */

import { z } from 'zod';
import type { RunDetail } from '../../contract/run.ts';
import { parseModelSpec } from '../../model/spec.ts';
import { parseStrict } from '../../model/strict.ts';
import { validateRecipe } from '../../model/recipe.ts';
import {
  storedEnvironment,
  storedFailure,
  storedForecast,
  storedOrigin,
  storedSplit,
  storedTags,
} from '../../runs/stored.ts';

/** Name of the description inside a bundle. */
export const MANIFEST = 'denselab-run.json';
/** Name of the curves inside a bundle. */
export const CURVES = 'curves.csv';
/** Version that is written; a newer one is refused. */
export const BUNDLE_VERSION = 1;
/** Bytes of the description at most. */
export const LONGEST_MANIFEST = 16 << 20;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
const time = z.iso.datetime();
const count = z.int().min(0);
const checkpoint = z.strictObject({
  epoch: count,
  step: count,
  file: z.string().regex(/^checkpoints\/epoch-\d{4,9}(-step-\d{8,12})?\.safetensors$/, 'must be a checkpoint of a run'),
  bytes: count,
  sha256,
  createdAt: time,
});
/** JSON has no NaN: null stands for it. */
const measured = z.number().nullable();

const schema = z.strictObject({
  format: z.literal('denselab-run'),
  version: z.literal(BUNDLE_VERSION),
  denselab: z.string().max(100),
  exportedAt: time,
  run: z.strictObject({
    name: z.string().min(1).max(200),
    origin: storedOrigin,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    epochs: count,
    stepsPerEpoch: count,
    heldOutSplit: storedSplit,
    modelTitle: z.string().max(200),
    parameters: count.nullable(),
    multiplyAdds: count.nullable(),
    model: z.unknown(),
    recipe: z.unknown(),
    deviceWish: z.string().max(40).nullable(),
    environment: storedEnvironment.nullable(),
    test: z.strictObject({ loss: measured, accuracy: measured }).nullable(),
    error: storedFailure.nullable(),
    notes: z.string().max(100_000),
    tags: storedTags,
    /** What was foretold of it where it was trained; bundles of earlier versions do not say. */
    forecast: storedForecast.nullable().default(null),
  }),
  dataset: z.strictObject({
    name: z.string().max(200),
    version: count,
    contentHash: z.string().regex(/^([0-9a-f]{64})?$/, 'must be a SHA-256 in hex'),
    classNames: z.array(z.string()).max(65_536),
    /** Of the network's input, and what it was normalised with; null where there is no checkpoint. */
    input: z.strictObject({ height: count, width: count, channels: count }).nullable(),
    mean: z.array(z.number()),
    standardDeviation: z.array(z.number()),
  }),
  checkpoints: z.array(checkpoint).max(1000),
  curves: z.strictObject({ bytes: count, sha256 }),
});

/** The description of a bundle. */
export interface Manifest extends Omit<z.infer<typeof schema>, 'run'> {
  readonly run: Omit<z.infer<typeof schema>['run'], 'model' | 'recipe'> & Pick<RunDetail, 'model' | 'recipe'>;
}

/**
 * Reads a description.
 * @throws DenseLabError `bundle-invalid` naming the field, or that it is of a newer version; `model-invalid`, `recipe-invalid`
 */
export function parseManifest(json: unknown): Manifest {
  const wording = { code: 'bundle-invalid', subject: 'The run bundle', version: BUNDLE_VERSION } as const;
  const { run, ...rest } = parseStrict(schema, json, wording);
  const model = run.model === null ? null : parseModelSpec(run.model);
  return { ...rest, run: { ...run, model, recipe: run.recipe === null ? null : validateRecipe(run.recipe) } };
}
