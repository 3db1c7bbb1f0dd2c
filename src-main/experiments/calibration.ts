/** The calibration of this machine: measured by a worker, kept in the data folder, refused when it is of another machine. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { CalibrationState } from '../contract/forecast.ts';
import { fitCosts, type CostModel, type MeasuredCase } from '../forecasts/cost.ts';
import { parseModelSpec } from '../model/spec.ts';
import { readManifest } from '../tensorflow/locate.ts';
import type { TrainingJob } from '../trainer/job.ts';

/** What times depend on besides the network. */
export interface CalibrationBasis {
  readonly processor: string;
  readonly intraOpThreads: number;
  readonly interOpThreads: number;
  /** Null where it is not installed. */
  readonly tensorflow: string | null;
  /** The folder of the native kernels, which is named by their source; null without. */
  readonly kernels: string | null;
}

/** A calibration as it is kept. */
export interface Calibration {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly measuredAt: string;
  readonly seconds: number;
  readonly basis: CalibrationBasis;
  readonly cases: readonly MeasuredCase[];
}

/** A calibration, and what it says. */
export interface KnownCosts {
  readonly calibration: Calibration;
  readonly costs: CostModel;
  /** What changed since, one sentence; null when it holds. */
  readonly stale: string | null;
}

const positive = z.number().gt(0);
const whole = z.number().int().min(1);
const calibrationSchema = z.object({
  version: z.literal(1),
  measuredAt: z.string(),
  seconds: positive,
  basis: z.object({
    processor: z.string(),
    intraOpThreads: whole,
    interOpThreads: whole,
    tensorflow: z.string().nullable(),
    kernels: z.string().nullable(),
  }),
  cases: z
    .array(
      z.object({
        subject: z.object({
          model: z.unknown().transform(parseModelSpec),
          input: z.object({ height: whole, width: whole, channels: z.union([z.literal(1), z.literal(3)]) }),
          classes: whole,
          batchSize: whole,
          recomputation: z.boolean().nullable(),
          kernels: z.enum(['stock', 'block']),
          precision: z.enum(['float32', 'bfloat16']),
        }),
        timing: z.object({
          stepMilliseconds: positive,
          evaluationMilliseconds: positive,
          evaluationImages: whole,
          preparationSeconds: positive,
        }),
      }),
    )
    .min(1),
}) satisfies z.ZodType<Calibration>;

/** What times here depend on now. */
export function calibrationBasis(cacheDirectory: string, threads: TrainingJob['threads']): CalibrationBasis {
  const manifest = manifestOrNull(cacheDirectory);
  const kernels = manifest?.kernels?.path ?? null;
  return {
    processor: os.cpus()[0]?.model.trim() ?? '',
    intraOpThreads: threads.intraOp,
    interOpThreads: threads.interOp,
    tensorflow: manifest?.tensorflow?.version ?? null,
    kernels: kernels === null ? null : path.basename(path.dirname(kernels)),
  };
}

/** Reads the calibration of a data folder; null where there is none, or one that cannot be read, which is measured again. */
export function readCalibration(home: string, basis: CalibrationBasis): KnownCosts | null {
  try {
    const calibration = calibrationSchema.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
    return { calibration, costs: fitCosts(calibration.cases), stale: whatChanged(calibration.basis, basis) };
  } catch {
    return null;
  }
}

/** Keeps a calibration, whole or not at all. */
export function writeCalibration(home: string, calibration: Calibration): void {
  const file = fileOf(home);
  mkdirSync(home, { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(calibration));
  renameSync(`${file}.part`, file);
}

/** What a window shows of it. */
export function calibrationState(known: KnownCosts | null): CalibrationState {
  if (known === null) return { measuredAt: null, seconds: null, stale: null, fitError: null };
  const { calibration, costs, stale } = known;
  return { measuredAt: calibration.measuredAt, seconds: calibration.seconds, stale, fitError: costs.error };
}

function whatChanged(then: CalibrationBasis, now: CalibrationBasis): string | null {
  if (then.processor !== now.processor) return `It was measured on another processor, ${then.processor}.`;
  if (then.tensorflow !== now.tensorflow)
    return `It was measured with TensorFlow ${then.tensorflow ?? 'of no version'}.`;
  if (then.kernels !== now.kernels) return 'The native kernels have changed since.';
  const threads = then.intraOpThreads === now.intraOpThreads && then.interOpThreads === now.interOpThreads;
  return threads ? null : `It was measured with ${String(then.intraOpThreads)} threads.`;
}

function fileOf(home: string): string {
  return path.join(home, 'calibration.json');
}

function manifestOrNull(cacheDirectory: string) {
  try {
    return readManifest(cacheDirectory);
  } catch {
    return null;
  }
}
