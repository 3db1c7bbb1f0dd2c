/** A run that is looked into: one TensorFlow session, into which the weights of any of its checkpoints are put. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import type { FeatureMaps } from '../contract/inspect.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import type { CheckpointRecord } from '../contract/run.ts';
import { compileGradients, compileInspection, type GradientModel, type InspectionModel } from '../graph/inspection.ts';
import type { OpenGraph } from '../graph/openNetwork.ts';
import { compileStudy, type StudyModel } from '../graph/study.ts';
import { placeGraph } from '../tensorflow/devices/place.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Data, uint8Tensor, type HostTensor } from '../tensorflow/tensor.ts';
import { readCheckpoint } from '../trainer/checkpoint.ts';
import type { CheckpointDescription } from '../trainer/description.ts';
import { writeState } from '../trainer/state.ts';
import { trainedWeights, type TrainedWeights } from '../trainer/trainedWeights.ts';
import { correlatedLayers } from './slots.ts';
import { RecentlyUsed } from './cache.ts';
import { deriveMaps, layersByName, mapsOf, type Weights } from './derive.ts';
import { measureMaps } from './mapStatistics.ts';
import { comparedUnits, probePlaces } from './studied.ts';

/** Weights of checkpoints, and maps of images, that are kept in memory. */
const CHECKPOINT_BYTES = 256e6;
const MAP_BYTES = 192e6;

/** A checkpoint in memory. */
export interface LoadedCheckpoint extends TrainedWeights {
  readonly record: CheckpointRecord;
  readonly description: CheckpointDescription;
}

/** One image through the network. */
export interface Pass {
  readonly probabilities: Float32Array;
  /** Maps that layers make, by name: [pixels, maps]. */
  readonly made: ReadonlyMap<string, Float32Array>;
}

/** A compiled graph in a session. */
interface Ready<M extends OpenGraph> {
  readonly model: M;
  readonly session: Session;
}

interface Opened<M extends OpenGraph> extends Ready<M> {
  /** Hash of the checkpoint whose weights it holds; empty before the first. */
  weights: string;
}

/** Looks into one run. Graphs are compiled and proven when something first needs them. */
export class OpenRun {
  readonly #directory: string;
  readonly #cacheDirectory: string;
  readonly #checkpoints = new RecentlyUsed<LoadedCheckpoint>(CHECKPOINT_BYTES);
  readonly #passes = new RecentlyUsed<Pass>(MAP_BYTES);
  #inspection: Promise<Opened<InspectionModel>> | null = null;
  #gradients: Promise<Opened<GradientModel>> | null = null;
  #study: Promise<Opened<StudyModel>> | null = null;

  /** @param directory the run's folder. @param cacheDirectory where results of the self-test are kept */
  constructor(directory: string, cacheDirectory: string) {
    this.#directory = directory;
    this.#cacheDirectory = cacheDirectory;
  }

  /** The run's folder. */
  get directory(): string {
    return this.#directory;
  }

  /**
   * The weights of a checkpoint, read and checked once.
   * @throws DenseLabError `checkpoint-missing` when its file is gone, `checkpoint-damaged`, `checkpoint-mismatch`
   */
  checkpoint(record: CheckpointRecord): LoadedCheckpoint {
    const known = this.#checkpoints.get(record.sha256);
    if (known !== undefined) return known;
    const path = join(this.#directory, record.file);
    if (!existsSync(path)) throw gone(record, path);
    const read = readCheckpoint(path, record.sha256);
    const loaded = { record, description: read.description, ...trainedWeights(read, path) };
    this.#checkpoints.set(record.sha256, loaded, record.bytes);
    return loaded;
  }

  /**
   * Calls `ask` with the session that shows maps, which has the weights of a checkpoint until `ask` returns.
   * @throws DenseLabError as `placeGraph`
   */
  async inspect<T>(checkpoint: LoadedCheckpoint, ask: (opened: Ready<InspectionModel>) => T): Promise<T> {
    const { plan, normalisation } = checkpoint;
    const compile = () => compileInspection(plan, normalisation, correlatedLayers(plan));
    // What could not be opened can be tried again.
    this.#inspection ??= this.#open(compile, () => (this.#inspection = null));
    return ask(withWeights(await this.#inspection, checkpoint));
  }

  /** As `inspect`, with the session that differentiates. */
  async differentiate<T>(checkpoint: LoadedCheckpoint, ask: (opened: Ready<GradientModel>) => T): Promise<T> {
    const { plan, normalisation } = checkpoint;
    const compile = () => compileGradients(plan, normalisation);
    this.#gradients ??= this.#open(compile, () => (this.#gradients = null));
    return ask(withWeights(await this.#gradients, checkpoint));
  }

  /** As `inspect`, with the session for experiments over many images. */
  async study<T>(checkpoint: LoadedCheckpoint, ask: (opened: Ready<StudyModel>) => T): Promise<T> {
    const { plan, normalisation } = checkpoint;
    const layersOf = (places: readonly { readonly layer: string }[]) => [...new Set(places.map(({ layer }) => layer))];
    const layers = { probed: layersOf(probePlaces(plan)), compared: layersOf(comparedUnits(plan)) };
    const compile = () => compileStudy(plan, normalisation, layers);
    this.#study ??= this.#open(compile, () => (this.#study = null));
    return ask(withWeights(await this.#study, checkpoint));
  }

  /** Another run, to be set against this one; the caller closes it. */
  beside(directory: string): OpenRun {
    return new OpenRun(directory, this.#cacheDirectory);
  }

  /** Shows one image to the network. @param pixels uint8, height x width x channels of its input */
  async pass(checkpoint: LoadedCheckpoint, pixels: Uint8Array): Promise<Pass> {
    const key = `${checkpoint.record.sha256} ${createHash('sha256').update(pixels).digest('hex')}`;
    const known = this.#passes.get(key);
    if (known !== undefined) return known;
    const pass = await this.inspect(checkpoint, ({ model, session }): Pass => {
      const fetches = [model.probabilities, ...Object.values(model.maps)];
      const [probabilities, ...maps] = session.run({ [model.images]: oneImage(checkpoint.plan, pixels) }, fetches);
      const made = Object.keys(model.maps).map((name, at) => [name, float32Data(maps[at])] as const);
      return { probabilities: float32Data(probabilities), made: new Map(made) };
    });
    const values = [...pass.made.values()].reduce((sum, each) => sum + each.length, 0);
    this.#passes.set(key, pass, values * Float32Array.BYTES_PER_ELEMENT);
    return pass;
  }

  /** Frees the sessions. */
  async close(): Promise<void> {
    for (const opened of [this.#inspection, this.#gradients, this.#study]) (await opened)?.session.close();
  }

  async #open<M extends OpenGraph>(compile: () => M, forget: () => void): Promise<Opened<M>> {
    const model = compile();
    const placed = placeGraph({
      // One image is computed sooner than a GPU starts.
      wish: 'cpu',
      graph: model.graph,
      cacheDirectory: this.#cacheDirectory,
      initialise: () => undefined,
      rehearse: () => undefined,
      signal: new AbortController().signal,
    });
    placed.catch(forget);
    return { model, session: (await placed).session, weights: '' };
  }
}

/** One image as a session takes it. */
export function oneImage({ input }: LayerPlan, pixels: Uint8Array): HostTensor {
  return uint8Tensor([1, input.height, input.width, input.channels], pixels);
}

/**
 * The layer that is meant.
 * @throws DenseLabError `layer-unknown` with names that are like it
 */
export function findLayer(plan: LayerPlan, name: string): PlannedLayer {
  const found = plan.layers.find((layer) => layer.name === name);
  if (found !== undefined) return found;
  const inside = plan.layers.filter((layer) => layer.name.startsWith(`${name}/`)).map((layer) => layer.name);
  throw new DenseLabError(
    'layer-unknown',
    `The network has no layer "${name}".`,
    inside.length > 0 ? `Choose one of ${inside.join(', ')}.` : 'List its layers with: denselab inspect ID --layers',
  );
}

/** All maps of a layer for one image, with their numbers. */
export function featureMaps({ plan, values, record }: LoadedCheckpoint, pass: Pass, name: string): FeatureMaps {
  const layer = findLayer(plan, name);
  const found = mapValues(plan, values, pass, name);
  const [height, width] = layer.outputShape.length === 3 ? layer.outputShape : [1, 1];
  const maps = mapsOf(layer);
  return {
    layer: name,
    epoch: record.epoch,
    height: height ?? 1,
    width: width ?? 1,
    maps,
    values: found,
    ...measureMaps(found, maps),
  };
}

/** The maps of a layer, [pixels, maps]. */
export function mapValues(plan: LayerPlan, weights: Weights, { made }: Pass, name: string): Float32Array {
  return deriveMaps(layersByName(plan), name, weights, (layer) => made.get(layer) ?? new Float32Array(0));
}

function withWeights<M extends OpenGraph>(opened: Opened<M>, { record, values }: LoadedCheckpoint): Ready<M> {
  if (opened.weights === record.sha256) return opened;
  const { model, session } = opened;
  const tensors = model.variables.map(({ name, shape }) => ({
    name,
    shape,
    data: values.get(name) ?? new Float32Array(0),
  }));
  writeState({ compiled: model, session }, tensors);
  opened.weights = record.sha256;
  return opened;
}

function gone({ epoch }: CheckpointRecord, path: string): DenseLabError {
  return new DenseLabError(
    'checkpoint-missing',
    `The checkpoint of epoch ${String(epoch)} is gone: ${path} is not there.`,
    'Choose another epoch of this run.',
  );
}
