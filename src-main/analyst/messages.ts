/** What the owner and the analyst say to each other: one request, one answer. */

import { z } from 'zod';
import type { Failure } from '../contract/errors.ts';
import type { FoundDuplicates } from '../datasets/duplicates/duplicates.ts';

const count = z.int().nonnegative();
const request = z.strictObject({
  directory: z.string().min(1),
  dataset: z.strictObject({ images: count, height: count, width: count, channels: count }),
});

/** Whose images to compare. */
export type AnalystRequest = z.infer<typeof request>;

/** What was found, or why nothing was. */
export type AnalystAnswer =
  { readonly ok: true; readonly found: FoundDuplicates } | { readonly ok: false; readonly error: Failure };

/** A message from the owner; null when it is none. */
export function parseAnalystRequest(message: unknown): AnalystRequest | null {
  const parsed = request.safeParse(message);
  return parsed.success ? parsed.data : null;
}

/** The analyst is our own program, so one field tells its answer apart from noise. */
export function isAnalystAnswer(message: unknown): message is AnalystAnswer {
  return typeof message === 'object' && message !== null && 'ok' in message && typeof message.ok === 'boolean';
}
