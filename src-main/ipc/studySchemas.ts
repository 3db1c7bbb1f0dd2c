/** What the requests that experiment with networks accept. */

import { z } from 'zod';
import type { RequestInput } from '../contract/requests.ts';
import { WHAT_IF_LIMITS, type StudyRequests } from '../contract/study.ts';

/** Id of a run. */
export const id = z.number().int().positive();
/** Name of a layer or a unit. */
export const layerName = z.string().min(1).max(200);
/** Fields that name a checkpoint. */
export const inspectedCheckpoint = { run: id, epoch: z.number().int().min(0).max(1e6).exactOptional() };

const { bits, changes } = WHAT_IF_LIMITS;
const change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cut'), source: layerName, reader: layerName }),
  z.strictObject({ kind: z.literal('drop'), unit: layerName }),
  z.strictObject({ kind: z.literal('quantise'), bits: z.number().int().min(bits.least).max(bits.most) }),
]);

/** Parsers by request. */
export const STUDY_SCHEMAS: { readonly [N in keyof StudyRequests]: z.ZodType<RequestInput<N>> } = {
  'inspect/gradients': z.strictObject({ run: id }),
  'inspect/probe': z.strictObject(inspectedCheckpoint),
  'inspect/similarity': z.strictObject({
    a: z.strictObject(inspectedCheckpoint),
    b: z.strictObject(inspectedCheckpoint),
  }),
  'inspect/whatIf': z.strictObject({ ...inspectedCheckpoint, changes: z.array(change).min(1).max(changes) }),
};
