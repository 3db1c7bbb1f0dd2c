/** Reading of run requests that come from another process. */

import { z } from 'zod';
import type { DeviceWish, RunRequest } from '../contract/run.ts';
import { validateRecipe } from '../model/recipe.ts';
import { parseModelSpec } from '../model/spec.ts';

/** A device as a person may ask for it. */
export const deviceWish = z.custom<DeviceWish>(
  (value) => typeof value === 'string' && /^(auto|cpu|gpu:\d{1,3})$/.test(value),
  'is no device',
);

/** What a person may call a run or a dataset. */
export const givenName = z.string().trim().min(1, 'a name is needed').max(120, 'a name has at most 120 characters');

/**
 * A request, strict; model and recipe are checked by their own parsers, so that window and command line say the same.
 * @param dataset what names the dataset
 */
export function runRequestSchema(dataset: z.ZodType<string, string>): z.ZodType<RunRequest> {
  return z.strictObject({
    dataset,
    datasetVersion: z.number().int().min(1).max(1e6).exactOptional(),
    model: z.unknown().transform(parseModelSpec),
    recipe: z.unknown().transform(validateRecipe),
    name: givenName.exactOptional(),
    device: deviceWish.exactOptional(),
  });
}
