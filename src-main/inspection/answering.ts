/** Answers questions about one run, in the process that looks into it. */

import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { Split } from '../contract/dataset.ts';
import { openDatasetReader, type DatasetReader } from '../datasets/reader.ts';
import type { StoredVersion } from '../inference/messages.ts';
import { indexOfLargest } from '../inference/predict.ts';
import { measureActivity, type NetworkActivity } from './activity.ts';
import { readActivity, writeActivity } from './activityFile.ts';
import { viewActivity } from './activityView.ts';
import { classActivation, occlusion } from './classActivation.ts';
import type {
  AskedImage,
  DescribedNetwork,
  InspectorAnswer,
  InspectorQuestions,
  Question,
  QuestionName,
  ShownImage,
} from './messages.ts';
import { drawNetwork } from './networkMap.ts';
import { featureMaps, findLayer, type LoadedCheckpoint, type OpenRun } from './openRun.ts';
import type { Following } from './passes.ts';
import { featureReuse } from './reuse.ts';
import { Studies } from './studies.ts';
import { layerWeights, networkNorms } from './weights.ts';

type Input<K extends QuestionName> = InspectorQuestions[K]['input'];
type Output<K extends QuestionName> = InspectorQuestions[K]['output'];

/** Passes over splits as they are going on. */
export interface Progress {
  readonly signal: AbortSignal;
  readonly onProgress: (epoch: number, split: Split, done: number, total: number) => void;
}

/** Answers for one run. */
export class Answering {
  readonly #run: OpenRun;
  readonly #studies: Studies;
  readonly #readers = new Map<string, DatasetReader>();
  readonly #activities = new Map<string, Promise<NetworkActivity>>();

  constructor(run: OpenRun) {
    this.#run = run;
    this.#studies = new Studies(run, (version) => this.#reader(version));
  }

  /** @throws DenseLabError what is wrong with the question, the checkpoint or the machine */
  async answer(question: Question, progress: Progress): Promise<InspectorAnswer> {
    const { number, kind } = question;
    const checkpoint = this.#run.checkpoint(question.checkpoint);
    switch (kind) {
      case 'describe':
        return { kind, number, output: describe(checkpoint) };
      case 'show':
        return { kind, number, output: await this.#show(checkpoint, question.input.image) };
      case 'maps':
        return { kind, number, output: await this.#maps(checkpoint, question.input) };
      case 'activity':
        return { kind, number, output: await this.#activity(checkpoint, question.input, progress) };
      case 'classActivation': {
        const asked = await this.#asked(checkpoint, question.input);
        return { kind, number, output: await classActivation(this.#run, checkpoint, asked, question.input.layer) };
      }
      case 'occlusion': {
        const asked = await this.#asked(checkpoint, question.input);
        return { kind, number, output: await occlusion(this.#run, checkpoint, asked, question.input) };
      }
      case 'weights':
        return { kind, number, output: layerWeights(checkpoint, question.input.layer) };
      case 'norms':
        return { kind, number, output: networkNorms(checkpoint) };
      case 'reuse':
        return { kind, number, output: featureReuse(checkpoint.plan, checkpoint.values, question.input.norm) };
      case 'probe':
      case 'similarity':
      case 'whatIf':
        return this.#studies.answer(question, checkpoint, followed(checkpoint, progress));
      default:
        return assertNever(kind);
    }
  }

  async #show(checkpoint: LoadedCheckpoint, image: AskedImage): Promise<ShownImage> {
    const { pixels, label } = this.#pixelsOf(image);
    const { probabilities } = await this.#run.pass(checkpoint, pixels);
    return { pixels, label, predicted: indexOfLargest(probabilities), probabilities: Array.from(probabilities) };
  }

  async #maps(checkpoint: LoadedCheckpoint, { image, layer }: Input<'maps'>): Promise<Output<'maps'>> {
    findLayer(checkpoint.plan, layer);
    return featureMaps(checkpoint, await this.#run.pass(checkpoint, this.#pixelsOf(image).pixels), layer);
  }

  async #activity(
    checkpoint: LoadedCheckpoint,
    { dataset, split, layer }: Input<'activity'>,
    progress: Progress,
  ): Promise<Output<'activity'>> {
    const { plan, values, record } = checkpoint;
    findLayer(plan, layer);
    const key = `${record.sha256} ${dataset.directory} ${String(dataset.version)} ${split}`;
    const following = followed(checkpoint, progress)(split);
    const known = this.#activities.get(key) ?? this.#measure(checkpoint, dataset, split, following);
    this.#activities.set(key, known);
    // What failed or was cancelled can be asked for again.
    known.catch(() => this.#activities.delete(key));
    return { split, ...viewActivity(plan, values, await known, layer) };
  }

  async #measure(
    checkpoint: LoadedCheckpoint,
    dataset: StoredVersion,
    split: Split,
    following: Following,
  ): Promise<NetworkActivity> {
    const reader = this.#reader(dataset);
    const { contentHash } = reader.detail;
    const key = { directory: this.#run.directory, sha256: checkpoint.record.sha256, split, contentHash };
    const kept = readActivity(key);
    if (kept !== null) return kept;
    const found = await measureActivity(this.#run, checkpoint, reader, split, following);
    writeActivity(key, found);
    return found;
  }

  /** The image, and the class that is asked about: the most probable unless one is named. */
  async #asked(
    checkpoint: LoadedCheckpoint,
    { image, class: wanted }: { readonly image: AskedImage; readonly class?: number },
  ): Promise<{ readonly pixels: Uint8Array; readonly class: number }> {
    const { pixels } = this.#pixelsOf(image);
    const { classes } = checkpoint.plan;
    if (wanted !== undefined && wanted >= classes) {
      throw new DenseLabError(
        'payload-invalid',
        `The network tells ${String(classes)} classes apart; there is no class ${String(wanted)}.`,
        `Choose one from 0 to ${String(classes - 1)}.`,
      );
    }
    const label = wanted ?? indexOfLargest((await this.#run.pass(checkpoint, pixels)).probabilities);
    return { pixels, class: label };
  }

  #pixelsOf(image: AskedImage): { readonly pixels: Uint8Array; readonly label: number | null } {
    if (image.kind === 'pixels') return { pixels: image.pixels, label: null };
    const reader = this.#reader(image.dataset);
    const { height, width, channels, splits } = reader.detail;
    const { images } = splits[image.split];
    if (image.index >= images) {
      throw new DenseLabError(
        'payload-invalid',
        `The ${image.split} split has ${String(images)} images; there is no image ${String(image.index)}.`,
        images === 0 ? 'Choose another split.' : `Choose one from 0 to ${String(images - 1)}.`,
      );
    }
    const pixels = new Uint8Array(height * width * channels);
    reader.gather(image.split, [image.index], pixels);
    return { pixels, label: reader.labels(image.split)[image.index] ?? null };
  }

  #reader({ directory, version }: StoredVersion): DatasetReader {
    const key = `${directory} ${String(version)}`;
    // Single images are read one by one: a split in memory would be paid for by the first of them.
    const reader = this.#readers.get(key) ?? openDatasetReader(directory, version, 0);
    this.#readers.set(key, reader);
    return reader;
  }
}

function followed({ record }: LoadedCheckpoint, { signal, onProgress }: Progress): (split: Split) => Following {
  return (split) => ({ signal, onProgress: (done, total) => onProgress(record.epoch, split, done, total) });
}

function describe({ plan, description }: LoadedCheckpoint): DescribedNetwork {
  const { input, parameters, multiplyAdds } = plan;
  const { classNames, conversion } = description.dataset;
  return { input, classNames, conversion: conversion ?? null, ...drawNetwork(plan), parameters, multiplyAdds };
}
