/** What the JSON columns hold. */

import { z } from 'zod';
import type { Split } from '../contract/dataset.ts';
import type { ErrorCode, Failure } from '../contract/errors.ts';
import type { StoredForecast } from '../contract/forecast.ts';
import type { ModelSpec } from '../contract/model.ts';
import { completeRecipe, type TrainingRecipe } from '../contract/recipe.ts';
import type { RunEnvironment, RunOrigin, RunStatus } from '../contract/run.ts';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null for a run of a log. Written by this app from a checked spec; whoever builds the network checks it again. */
export const storedModel = z.custom<ModelSpec>(isObject, 'no object').nullable();
/** Null where it is not known. Written by this app from a checked recipe; whoever trains with it checks it again. Fields that came later are added. */
export const storedRecipe = z.preprocess(
  (stored) => (isObject(stored) ? completeRecipe(stored) : stored),
  z.custom<TrainingRecipe>(isObject, 'no object').nullable(),
);
/** Names of the classes, by label. */
export const storedClassNames = z.array(z.string());
/** What trained the network. */
export const storedEnvironment: z.ZodType<RunEnvironment> = z.object({
  device: z.string(),
  deviceReason: z.string().exactOptional(),
  kernels: z.enum(['stock', 'block']).exactOptional(),
  precision: z.enum(['float32', 'bfloat16']).exactOptional(),
  intraOpThreads: z.number(),
  interOpThreads: z.number(),
  tensorflow: z.string(),
  denselab: z.string(),
  node: z.string(),
});
/** What was foretold of a run. */
export const storedForecast: z.ZodType<StoredForecast> = z.object({
  secondsPerEpoch: z.number(),
  source: z.enum(['measured', 'calibrated', 'estimated']),
});
/** Why a run failed. */
export const storedFailure: z.ZodType<Failure> = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string', 'no code'),
  message: z.string(),
  action: z.string(),
  detail: z.string().exactOptional(),
});
/** The state of a run. */
export const storedStatus: z.ZodType<RunStatus> = z.enum([
  'queued',
  'preparing',
  'running',
  'paused',
  'finished',
  'stopped',
  'failed',
  'interrupted',
  'imported',
]);
/** Where a run was trained. */
export const storedOrigin: z.ZodType<RunOrigin> = z.enum(['here', 'weights', 'bundle', 'log']);
/** A part of a dataset. */
export const storedSplit: z.ZodType<Split> = z.enum(['train', 'validation', 'test']);

/** Tags of a run. */
export const storedTags = z.array(z.string());
