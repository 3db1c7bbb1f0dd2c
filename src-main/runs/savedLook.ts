/** What may be said of how a comparison is looked at: from the window, and from the database. */

import { z } from 'zod';
import {
  COMPARED_AXES,
  COMPARED_PANELS,
  COMPARED_VIEWS,
  type Brush,
  type ComparisonLook,
} from '../contract/savedComparison.ts';

const panels = z
  .array(z.enum(COMPARED_PANELS))
  .max(COMPARED_PANELS.length)
  .refine((list) => new Set(list).size === list.length, 'a chart is there twice');
const range = z
  .tuple([z.number().finite(), z.number().finite()])
  .refine(([low, high]) => low <= high, 'a range ends before it begins');
const brush: z.ZodType<Brush> = z.strictObject({
  key: z.string().min(1).max(200),
  kept: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('range'), range }),
    z.strictObject({ kind: z.literal('words'), words: z.array(z.string().max(1000)).max(100) }),
  ]),
});

/** A whole look; strict, so that nothing else is kept in the database. */
export const comparisonLook: z.ZodType<ComparisonLook> = z.strictObject({
  view: z.enum(COMPARED_VIEWS),
  axis: z.enum(COMPARED_AXES),
  logAxis: z.boolean(),
  smoothing: z.number().min(0).lt(1),
  seeds: z.enum(['each', 'mean']),
  panels,
  logPanels: panels,
  zoom: range.nullable(),
  brushes: z.array(brush).max(100),
});
