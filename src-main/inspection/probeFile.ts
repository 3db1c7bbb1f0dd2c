/** Probes that were fitted, kept beside the run: one JSON file for each checkpoint, split and content of the data. */

import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { SPLITS } from '../contract/dataset.ts';
import { writeDurably } from '../trainer/durable.ts';
import { inspectionFile, type ActivityKey } from './activityFile.ts';
import type { Probed } from './probe.ts';

/** Version of how probes are fitted; a file of another is fitted anew. */
const FORMAT = 'denselab-probe-1';

const share = z.number().min(0).max(1);
const stored = z.object({
  format: z.literal(FORMAT),
  probe: z.object({
    fittedTo: z.number(),
    split: z.enum(SPLITS),
    images: z.number(),
    places: z.array(
      z.object({ place: z.string(), layer: z.string(), features: z.number(), trainAccuracy: share, accuracy: share }),
    ),
    network: share,
  }),
});

/** What was kept; null where nothing was, or where it cannot be read: it can be fitted again. */
export function readProbe(key: ActivityKey): Probed | null {
  const path = pathOf(key);
  if (!existsSync(path)) return null;
  try {
    const read = stored.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return read.success ? read.data.probe : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Keeps what was found. */
export function writeProbe(key: ActivityKey, probe: Probed): void {
  writeDurably(pathOf(key), [Buffer.from(JSON.stringify({ format: FORMAT, probe }))]);
}

function pathOf(key: ActivityKey): string {
  return inspectionFile(key, 'probe', 'json');
}
