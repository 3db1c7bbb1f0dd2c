/** Everything before the first step: dataset, runtime, graph, self-test, initial state. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Split } from '../contract/dataset.ts';
import type { TrainerEvent } from '../contract/events.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { Kernels, Precision, RunEnvironment } from '../contract/run.ts';
import { heldOutSplitOf } from '../datasets/heldOut.ts';
import { openDatasetReader, type DatasetReader } from '../datasets/reader.ts';
import { compileModel, type CompileSettings } from '../graph/compile.ts';
import type { CompiledModel } from '../graph/node.ts';
import { planModel } from '../model/plan.ts';
import { checkBatchFits, checkRecipeFits } from '../model/recipe.ts';
import { openSession, type Session } from '../tensorflow/session.ts';
import { listDevices } from '../tensorflow/devices/list.ts';
import { chooseKernels, kernelsWish } from './blockKernels.ts';
import type { Checkpoint } from './checkpoint.ts';
import { DESCRIPTION_VERSION, type CheckpointDescription } from './description.ts';
import { readEnvironment } from './environment.ts';
import { initialState } from './initialise.ts';
import type { TrainingJob } from './job.ts';
import { placeTraining, type Placement } from './placing.ts';
import { fastestWay, possiblePins, possiblePrecisions, type ComputedWay } from './precision.ts';
import type { StoredTensor } from './safetensors.ts';
import { compileSettings, normalisationOf } from './settings.ts';
import {
  BEGINNING,
  matchTensors,
  readResumable,
  requireSameEnvironment,
  startOf,
  type TrainingStart,
} from './start.ts';
import { writeState } from './state.ts';
import { trainingSubset } from './subset.ts';

/** A training that can take its first step. */
export interface PreparedTraining {
  readonly job: TrainingJob;
  readonly reader: DatasetReader;
  readonly compiled: CompiledModel;
  readonly session: Session;
  /** Positions in the train split of the images to train on, rising. */
  readonly subset: Uint32Array;
  /** `validation` where it has images, else `test`. */
  readonly heldOutSplit: Split;
  readonly environment: RunEnvironment;
  /** What every checkpoint of this run says alike. */
  readonly description: CommonDescription;
  /** How far it has come; the session holds the state of this moment. */
  readonly start: TrainingStart;
  /** Opens the network by TensorFlow's own kernels, its batch not in parts, to look for where numbers end; close it. */
  readonly openInspection: () => Pick<PreparedTraining, 'compiled' | 'session'>;
}

/** What all checkpoints of a run say alike. */
export type CommonDescription = Pick<
  CheckpointDescription,
  'version' | 'model' | 'recipe' | 'input' | 'dataset' | 'environment'
>;

/** What can be known of the data before TensorFlow is loaded. */
interface TrainingData {
  readonly reader: DatasetReader;
  readonly subset: Uint32Array;
  readonly heldOutSplit: Split;
  readonly plan: LayerPlan;
}

type Phase = Extract<TrainerEvent, { readonly event: 'preparing' }>['phase'];

/**
 * Prepares a training, telling each phase; throws the signal's reason when it is aborted between two of them.
 * @throws DenseLabError of every part: `dataset-damaged`, `dataset-empty`, `model-invalid`, `batch-too-large`,
 *   `runtime-missing`, `runtime-broken`, `device-missing`, `kernel-wrong`; of one that goes on also those of `readResumable`
 *   and `requireSameEnvironment`.
 */
export async function prepareTraining(
  job: TrainingJob,
  emit: (event: TrainerEvent) => void,
  signal: AbortSignal,
): Promise<PreparedTraining> {
  const enter = async (phase: Phase): Promise<void> => {
    emit({ event: 'preparing', phase });
    await nextTurn();
    signal.throwIfAborted();
  };
  await enter('dataset');
  const data = openData(job);
  const checkpoint = openCheckpoint(job, data);
  await enter('runtime');
  const runtime = readEnvironment(job);
  await enter('compile');
  const pins = possiblePins(job.device);
  const ways = waysToCompute(job, data, checkpoint, pins);
  await enter('self-test');
  const placementOf = ({ compiled }: ComputedWay): Placement => ({
    wish: job.device ?? 'auto',
    compiled,
    cacheDirectory: job.cacheDirectory,
    job,
    initialise: (opened) => writeState({ compiled, session: opened }, stateOf(job, data, checkpoint, compiled)),
    signal,
  });
  const way = await fastestWay(ways, pins, placementOf);
  const { compiled, kernels, precision } = way;
  const { session, device } = await placeTraining(placementOf(way));
  const environment = environmentOf(
    { ...runtime, device: device.name, deviceReason: device.reason, kernels, precision },
    checkpoint,
    job,
  );
  const { reader, subset, heldOutSplit } = data;
  return {
    job,
    reader,
    subset,
    heldOutSplit,
    compiled,
    session,
    environment,
    description: describe(job, data, environment),
    start: checkpoint === null ? BEGINNING : startOf(checkpoint.description),
    openInspection: () => {
      const inspected = compile(job, data, { kernels: 'stock', precision, inspection: true, accumulation: 1 });
      return { compiled: inspected, session: openSession(inspected.graph, undefined, device.pin) };
    },
  };
}

function openData({ datasetDirectory, datasetVersion, model, recipe }: TrainingJob): TrainingData {
  const reader = openDatasetReader(datasetDirectory, datasetVersion);
  const { detail } = reader;
  checkBatchFits(recipe, detail.splits.train.images);
  checkRecipeFits(recipe, { ...detail, classes: detail.classNames.length });
  const plan = planModel(model, detail, detail.classNames.length);
  const subset = trainingSubset(reader.labels('train'), detail.classNames.length, recipe.limit, recipe.seed);
  return { reader, subset, heldOutSplit: heldOutSplitOf(reader.detail), plan };
}

/** A run that goes on where it was keeps the reason why it was there. */
function environmentOf(found: RunEnvironment, checkpoint: Checkpoint | null, job: TrainingJob): RunEnvironment {
  if (checkpoint === null) return found;
  const { environment } = checkpoint.description;
  if (job.resume?.force === false) requireSameEnvironment(environment, found);
  if (environment.device !== found.device) return found;
  const { deviceReason: _found, ...rest } = found;
  return environment.deviceReason === undefined ? rest : { ...rest, deviceReason: environment.deviceReason };
}

function openCheckpoint({ runDirectory, model, recipe, resume }: TrainingJob, data: TrainingData): Checkpoint | null {
  const checkpoint = resume?.checkpoint ?? null;
  if (checkpoint === null) return null;
  return readResumable(runDirectory, checkpoint, { model, recipe, dataset: data.reader.detail });
}

/** Those that the run has had, when it goes on; they are refused later where they cannot be had any more. */
function kernelsFor(
  { device, resume, cacheDirectory }: TrainingJob,
  { plan }: TrainingData,
  checkpoint: Checkpoint | null,
  precision: Precision,
): Kernels {
  const before =
    checkpoint === null || resume?.force === true ? null : (checkpoint.description.environment.kernels ?? 'stock');
  const wish = before === 'stock' ? 'stock' : kernelsWish();
  // Where several devices are measured the graph must run on each.
  const onCpu = device === 'cpu' || listDevices().devices.length === 1;
  return chooseKernels(plan, { wish, precision, onDevice: onCpu ? 'CPU' : 'other' }, cacheDirectory);
}

/** The state of the first step. */
function stateOf(
  { runDirectory, recipe }: TrainingJob,
  { plan }: TrainingData,
  checkpoint: Checkpoint | null,
  { variables }: CompiledModel,
): readonly StoredTensor[] {
  if (checkpoint === null) return initialState(plan, variables, recipe.seed);
  return matchTensors(runDirectory, checkpoint.tensors, variables);
}

/** Every precision that comes into question, with the best kernels for it. */
function waysToCompute(
  job: TrainingJob,
  data: TrainingData,
  checkpoint: Checkpoint | null,
  pins: readonly string[],
): readonly [ComputedWay, ...ComputedWay[]] {
  const before = job.resume?.force === true ? null : (checkpoint?.description.environment ?? null);
  const [first, ...others] = possiblePrecisions(job.recipe.precision, before, pins).map((precision): ComputedWay => {
    const kernels = kernelsFor(job, data, checkpoint, precision);
    return { precision, kernels, compiled: compile(job, data, { kernels, precision }) };
  });
  if (first === undefined) throw new Error('a run has no precision');
  return [first, ...others];
}

function compile(
  { recipe }: TrainingJob,
  { plan, reader, subset }: TrainingData,
  way: Partial<CompileSettings>,
): CompiledModel {
  const labels = reader.labels('train');
  const settings = compileSettings(
    recipe,
    reader.detail,
    subset.map((image) => labels[image] ?? 0),
  );
  return compileModel(plan, { ...settings, ...way });
}

function describe(
  { model, recipe }: TrainingJob,
  { reader, plan }: TrainingData,
  environment: RunEnvironment,
): CommonDescription {
  const { contentHash, classNames, conversionSettings: conversion } = reader.detail;
  const { height, width, channels } = plan.input;
  return {
    version: DESCRIPTION_VERSION,
    model,
    recipe,
    input: { height, width, channels },
    dataset: {
      ...{ contentHash, classNames, ...normalisationOf(recipe, reader.detail) },
      ...(conversion === null ? {} : { conversion }),
    },
    environment,
  };
}
