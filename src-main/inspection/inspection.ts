/** Looking into runs, for window and command line alike: which checkpoint, which image, and what its process says. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_CONVERSION, type Conversion } from '../contract/conversion.ts';
import { SPLITS, type DatasetDetail, type Split } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type {
  ClassActivation,
  FeatureMaps,
  FeatureReuse,
  InspectedImage,
  KeptCheckpoint,
  LayerWeights,
  NetworkMap,
  Occlusion,
  ReuseNorm,
  SeenImage,
  SplitActivity,
  TensorStatistics,
} from '../contract/inspect.ts';
import type { InputShape } from '../contract/model.ts';
import type { CheckpointRecord, RunDetail } from '../contract/run.ts';
import type { LayerSimilarity, LinearProbe, NetworkChange, WhatIf } from '../contract/study.ts';
import { conversionSentence, targetOf } from '../datasets/convert.ts';
import type { ImageDecoder } from '../datasets/decoding.ts';
import { chooseCheckpoint, describeChoice } from '../inference/chooseCheckpoint.ts';
import type { StoredVersion } from '../inference/messages.ts';
import { readPixels } from '../inference/pixels.ts';
import { isOfFinishedEpoch } from '../trainer/checkpoint.ts';
import type { InspectionDesk } from './desk.ts';
import { mapFiles, type MapFile } from './files.ts';
import type { AskedImage, InspectorQuestions, QuestionName, WithSplit } from './messages.ts';

/** What looking needs. */
export interface InspectionParts {
  readonly desk: InspectionDesk;
  readonly decoder: ImageDecoder;
  readonly runFolder: (id: number) => string;
  readonly datasetFolder: (id: string) => string;
  /** @throws DenseLabError `dataset-unknown`, `dataset-version-unknown`, `dataset-damaged` */
  readonly showDataset: (
    id: string,
    version: number,
  ) => Promise<Pick<DatasetDetail, 'name' | 'contentHash' | 'splits'>>;
}

/** A run and the epoch whose checkpoint is meant; the best one when absent. */
export interface Looked {
  readonly run: RunDetail;
  readonly epoch?: number | undefined;
}

/** Looks into runs. Every method throws what is wrong with the checkpoint, the image, the layer or the machine as DenseLabError. */
export class Inspection {
  readonly #parts: InspectionParts;

  constructor(parts: InspectionParts) {
    this.#parts = parts;
  }

  /** The network as a map, its checkpoints, and the splits that images can be taken from. */
  async network(run: RunDetail): Promise<NetworkMap> {
    const { conversion: _, ...described } = await this.#describe({ run });
    return {
      run: run.id,
      title: run.modelTitle,
      ...described,
      checkpoints: this.#kept(run),
      splits: await this.#splits(run),
    };
  }

  /** What the network says of an image. */
  async image(looked: Looked, image: InspectedImage): Promise<SeenImage> {
    const { asked, conversion } = await this.#image(looked, image);
    const shown = await this.#ask(looked, 'show', { image: asked });
    return { ...shown, conversion, network: describeChoice(looked.run, choose(looked)) };
  }

  /** All maps of a layer. */
  async maps(looked: Looked, image: InspectedImage, layer: string): Promise<FeatureMaps> {
    return this.#ask(looked, 'maps', { image: (await this.#image(looked, image)).asked, layer });
  }

  /** All maps of a layer, as files. */
  async files(looked: Looked, image: InspectedImage, layer: string): Promise<readonly MapFile[]> {
    const shown = await this.image(looked, image);
    const asked = { kind: 'pixels', pixels: shown.pixels } as const;
    const maps = await this.#ask(looked, 'maps', { image: asked, layer });
    const { id, classNames } = looked.run;
    return mapFiles(maps, { run: id, network: shown.network, image: shown, classNames });
  }

  /** What a layer's maps do over a split. */
  async activity(looked: Looked, split: Split, layer: string): Promise<SplitActivity> {
    return this.#ask(looked, 'activity', { dataset: await this.#dataset(looked.run), split, layer });
  }

  /** Grad-CAM. */
  async classActivation(
    looked: Looked,
    image: InspectedImage,
    question: { readonly layer: string; readonly class?: number },
  ): Promise<ClassActivation> {
    return this.#ask(looked, 'classActivation', { image: (await this.#image(looked, image)).asked, ...question });
  }

  /** How sure the network is with parts of the image covered. */
  async occlusion(
    looked: Looked,
    image: InspectedImage,
    question: { readonly class?: number; readonly size: number; readonly stride: number },
  ): Promise<Occlusion> {
    return this.#ask(looked, 'occlusion', { image: (await this.#image(looked, image)).asked, ...question });
  }

  /** What a layer has learnt. */
  weights(looked: Looked, layer: string): Promise<LayerWeights> {
    return this.#ask(looked, 'weights', { layer });
  }

  /** Numbers about every learnt tensor. */
  norms(looked: Looked): Promise<readonly TensorStatistics[]> {
    return this.#ask(looked, 'norms', null);
  }

  /** Feature reuse. */
  async reuse(looked: Looked, norm: ReuseNorm): Promise<FeatureReuse> {
    const found = await this.#ask(looked, 'reuse', { norm });
    return { run: looked.run.id, epoch: choose(looked).epoch, ...found };
  }

  /** How well linear classifiers tell the classes apart at each depth. */
  async probe(looked: Looked): Promise<LinearProbe> {
    const found = await this.#ask(looked, 'probe', await this.#testImages(looked.run));
    return { run: looked.run.id, epoch: choose(looked).epoch, ...found };
  }

  /** How alike the layers of two networks find images of the dataset that A saw. */
  async similarity(a: Looked, b: Looked): Promise<LayerSimilarity> {
    const other = { directory: this.#parts.runFolder(b.run.id), checkpoint: choose(b) };
    const found = await this.#ask(a, 'similarity', { ...(await this.#testImages(a.run)), other });
    const named = ({ run, epoch }: Looked) => ({ run: run.id, epoch: choose({ run, epoch }).epoch });
    return { ...found, a: { ...named(a), ...found.a }, b: { ...named(b), ...found.b } };
  }

  /** How the network does with changes, which are not kept. */
  async whatIf(looked: Looked, changes: readonly NetworkChange[]): Promise<WhatIf> {
    const found = await this.#ask(looked, 'whatIf', { ...(await this.#testImages(looked.run)), changes });
    return { run: looked.run.id, epoch: choose(looked).epoch, ...found };
  }

  #ask<K extends QuestionName>(
    looked: Looked,
    kind: K,
    input: InspectorQuestions[K]['input'],
  ): Promise<InspectorQuestions[K]['output']> {
    const { id } = looked.run;
    return this.#parts.desk.ask({ id, directory: this.#parts.runFolder(id) }, choose(looked), kind, input);
  }

  #describe(looked: Looked): Promise<InspectorQuestions['describe']['output']> {
    return this.#ask(looked, 'describe', null);
  }

  #kept(run: RunDetail): readonly KeptCheckpoint[] {
    const best = run.best === null ? null : run.best.epoch;
    return [...run.checkpoints]
      .sort((a, b) => a.step - b.step)
      .map(({ epoch, step, file }) => ({
        epoch,
        step,
        finished: isOfFinishedEpoch(file),
        best: isOfFinishedEpoch(file) && epoch === best,
        present: existsSync(path.join(this.#parts.runFolder(run.id), file)),
      }));
  }

  async #splits(run: RunDetail): Promise<NetworkMap['splits']> {
    try {
      const { splits } = await this.#seen(run);
      const counted = SPLITS.map((split) => [split, splits[split].images] as const);
      return Object.fromEntries(counted.filter(([, images]) => images > 0));
    } catch (error) {
      // The network can be looked at without its images: a dropped file shows as much.
      if (error instanceof DenseLabError) return {};
      throw error;
    }
  }

  /** What a run is judged on: the test split, or the validation split where there is none. */
  async #testImages(run: RunDetail): Promise<WithSplit> {
    const { splits } = await this.#seen(run);
    return { dataset: await this.#dataset(run), split: splits.test.images > 0 ? 'test' : 'validation' };
  }

  async #dataset(run: RunDetail): Promise<StoredVersion> {
    await this.#seen(run);
    return { directory: this.#parts.datasetFolder(run.datasetId), version: run.datasetVersion };
  }

  /** The version that a run saw. @throws DenseLabError `dataset-mismatch` when its content is another now */
  async #seen({ name, datasetId, datasetVersion, datasetHash }: RunDetail): ReturnType<InspectionParts['showDataset']> {
    const detail = await this.#parts.showDataset(datasetId, datasetVersion);
    if (detail.contentHash === datasetHash) return detail;
    throw new DenseLabError(
      'dataset-mismatch',
      `The dataset ${detail.name} is not the one that ${name} saw: its content has changed.`,
      'Show the network a file instead.',
    );
  }

  async #image(
    looked: Looked,
    image: InspectedImage,
  ): Promise<{ readonly asked: AskedImage; readonly conversion: string | null }> {
    if (image.kind === 'stored') {
      const { split, index } = image;
      return { asked: { kind: 'stored', dataset: await this.#dataset(looked.run), split, index }, conversion: null };
    }
    const { input, conversion } = await this.#describe(looked);
    const settings = conversion ?? DEFAULT_CONVERSION;
    const session = this.#parts.decoder.open();
    try {
      const read = await readPixels(session, image.path, input, settings);
      if (!read.ok) {
        const name = path.basename(image.path);
        throw new DenseLabError('image-unreadable', `${name} cannot be shown: ${read.reason}.`, `${read.remedy}.`);
      }
      const told = `${path.basename(image.path)}: ${sentenceOf(input, settings)}`;
      return { asked: { kind: 'pixels', pixels: read.pixels }, conversion: told };
    } finally {
      session.close();
    }
  }
}

function choose({ run, epoch }: Looked): CheckpointRecord {
  return chooseCheckpoint(run, epoch);
}

function sentenceOf({ height, width, channels }: InputShape, conversion: Conversion): string {
  const shape = { height, width, channels: channels === 1 ? 1 : 3 } as const;
  const target = targetOf(shape, { ...conversion, size: null, colour: 'auto' });
  return conversionSentence(target, false, conversion.background);
}
