/** What a worker is told: one message with everything, then at most a request to stop. */

import { z } from 'zod';
import { LEAST_SEARCH, MOST_SEARCH } from '../contract/rates.ts';
import type { TimedCase } from '../contract/forecast.ts';
import type { ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { DeviceWish } from '../contract/run.ts';
import { assertNever } from '../contract/errors.ts';
import { validateRecipe } from '../model/recipe.ts';
import { parseModelSpec } from '../model/spec.ts';
import { parseStrict } from '../model/strict.ts';
import { parseDeviceWish, visibleDevices } from '../tensorflow/devices/choose.ts';
import type { StoredCheckpoint } from './retention.ts';

/** One training, from the first step to the last. Plain JSON. */
export interface TrainingJob {
  /** Absolute; checkpoints go to `checkpoints/` inside. */
  readonly runDirectory: string;
  /** Absolute; the folder of one stored dataset. */
  readonly datasetDirectory: string;
  /** The latest when absent. */
  readonly datasetVersion?: number;
  /** Absolute; where the runtimes and the results of the self-test lie. */
  readonly cacheDirectory: string;
  readonly model: ModelSpec;
  readonly recipe: TrainingRecipe;
  /** TensorFlow's thread pools; part of what makes a result repeatable. */
  readonly threads: { readonly intraOp: number; readonly interOp: number };
  /** Version of DenseLab, for the record. */
  readonly denselab: string;
  /** `auto` when absent. */
  readonly device?: DeviceWish;
  /** When a checkpoint is kept inside an epoch: after so many seconds, and after so many steps; null for never. */
  readonly saving: { readonly seconds: number | null; readonly steps: number | null };
  /** From where a run goes on; null for one that starts. */
  readonly resume: ResumePoint | null;
}

/** From where a run goes on. */
export interface ResumePoint {
  /** The checkpoint to restore, with its SHA-256; null when there is none, which starts again from the beginning. */
  readonly checkpoint: { readonly file: string; readonly sha256: string } | null;
  /** Checkpoints up to that one that are on disk, oldest first. */
  readonly kept: readonly StoredCheckpoint[];
  /** Whether to go on where device or software differ from what the checkpoint was trained with. */
  readonly force: boolean;
}

/** Long epochs lose little, and a checkpoint costs a fraction of a second. */
export const DEFAULT_SAVING: TrainingJob['saving'] = { seconds: 300, steps: null };

/** What the owner sends. */
export type OwnerMessage =
  | { readonly kind: 'train'; readonly job: TrainingJob }
  /** Search a learning rate; nothing is written. */
  | { readonly kind: 'findRate'; readonly job: TrainingJob; readonly steps: number }
  /** Time real steps of networks on noise; nothing is written. */
  | { readonly kind: 'time'; readonly cacheDirectory: string; readonly cases: readonly TimedCase[] }
  /** Stop between two steps, keep a checkpoint, answer `stopped`. */
  | { readonly kind: 'stop' }
  /** The ending event has arrived: exit. */
  | { readonly kind: 'release' };

const MOST_THREADS = 1024;

const jobSchema = z.strictObject({
  runDirectory: z.string().min(1),
  datasetDirectory: z.string().min(1),
  datasetVersion: z.int().min(1).exactOptional(),
  cacheDirectory: z.string().min(1),
  model: z.unknown(),
  recipe: z.unknown(),
  threads: z.strictObject({
    intraOp: z.int().min(1).max(MOST_THREADS),
    interOp: z.int().min(1).max(MOST_THREADS),
  }),
  denselab: z.string().min(1),
  device: z.custom<DeviceWish>(isDeviceWish, 'is no device').exactOptional(),
  saving: z.strictObject({ seconds: z.number().gt(0).nullable(), steps: z.int().min(1).nullable() }),
  resume: z
    .strictObject({
      checkpoint: z.strictObject({ file: z.string().min(1), sha256: z.string() }).nullable(),
      kept: z.array(z.strictObject({ file: z.string().min(1), sha256: z.string(), accuracy: z.number().nullable() })),
      force: z.boolean(),
    })
    .nullable(),
});

const caseSchema = z.strictObject({
  model: z.unknown(),
  input: z.strictObject({
    height: z.int().min(1),
    width: z.int().min(1),
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  classes: z.int().min(2),
  batchSize: z.int().min(1),
  recomputation: z.boolean().nullable(),
  kernels: z.enum(['stock', 'block']),
  precision: z.enum(['float32', 'bfloat16']),
});

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('train'), job: z.unknown() }),
  z.strictObject({ kind: z.literal('findRate'), job: z.unknown(), steps: z.int().min(LEAST_SEARCH).max(MOST_SEARCH) }),
  z.strictObject({ kind: z.literal('time'), cacheDirectory: z.string().min(1), cases: z.array(caseSchema).max(1000) }),
  z.strictObject({ kind: z.literal('stop') }),
  z.strictObject({ kind: z.literal('release') }),
]);

/**
 * Reads a message of the owner.
 * @throws DenseLabError `payload-invalid` naming the field, or `model-invalid` / `recipe-invalid` / `batch-too-large`.
 */
export function parseOwnerMessage(message: unknown): OwnerMessage {
  const parsed = parseStrict(messageSchema, message, { code: 'payload-invalid', subject: 'The message to the worker' });
  switch (parsed.kind) {
    case 'train':
    case 'findRate':
      return { ...parsed, job: parseTrainingJob(parsed.job) };
    case 'time':
      return { ...parsed, cases: parsed.cases.map((each) => ({ ...each, model: parseModelSpec(each.model) })) };
    case 'stop':
    case 'release':
      return parsed;
    default:
      return assertNever(parsed);
  }
}

/** Reads a job; throws as `parseOwnerMessage`. */
export function parseTrainingJob(job: unknown): TrainingJob {
  const parsed = parseStrict(jobSchema, job, { code: 'payload-invalid', subject: 'The training job' });
  return { ...parsed, model: parseModelSpec(parsed.model), recipe: validateRecipe(parsed.recipe) };
}

function isDeviceWish(value: unknown): value is DeviceWish {
  return typeof value === 'string' && parseDeviceWish(value) === value;
}

/**
 * glibc asks for huge pages: a step writes hundreds of megabytes of new maps, and is 4% faster with fewer page faults. Other C
 * libraries do not know the variable.
 */
export const ALLOCATION: Readonly<Record<string, string>> = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

/** What of a job decides how TensorFlow is loaded. */
export type RuntimeChoice = Pick<TrainingJob, 'threads' | 'cacheDirectory' | 'device'>;

/**
 * Environment variables that a worker needs from its first moment: TensorFlow reads them once, when it loads.
 * @param owner the owner's environment, which the worker inherits
 */
export function workerEnvironment(
  { threads, cacheDirectory, device }: RuntimeChoice,
  owner: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads.intraOp),
    TF_NUM_INTEROP_THREADS: String(threads.interOp),
    TF_CPP_MIN_LOG_LEVEL: '1',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    DENSELAB_CACHE: cacheDirectory,
    ...visibleDevices(device ?? 'auto', owner['CUDA_VISIBLE_DEVICES']),
    ...ALLOCATION,
  };
}
