/** Experiments on a run's network: linear probes, likeness to another network, changes that are tried. */

import { createHash } from 'node:crypto';
import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { Split } from '../contract/dataset.ts';
import { batchOrder } from '../datasets/order.ts';
import type { DatasetReader } from '../datasets/reader.ts';
import type { StoredVersion } from '../inference/messages.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { changeWeights } from './changes.ts';
import type { InspectorAnswer, InspectorQuestions, Question } from './messages.ts';
import type { LoadedCheckpoint, OpenRun } from './openRun.ts';
import { allImages, showImages, type Following, type ShownImages } from './passes.ts';
import { probeNetwork, type Probed } from './probe.ts';
import { readProbe, writeProbe } from './probeFile.ts';
import { LEAST_BATCH, SimilaritySums } from './similarity.ts';
import { changedAnswers, judge, standingOf, type Judged } from './standing.ts';
import { comparedUnits } from './studied.ts';

/** Images that two networks are compared on, at most. */
const COMPARED_IMAGES = 1024;

type StudyName = 'probe' | 'similarity' | 'whatIf';
type Input<K extends StudyName> = InspectorQuestions[K]['input'];
type Output<K extends StudyName> = InspectorQuestions[K]['output'];

/** Answers with experiments. */
export class Studies {
  readonly #run: OpenRun;
  readonly #readerOf: (version: StoredVersion) => DatasetReader;
  /** How networks do as they are. */
  readonly #standings = new Map<string, Promise<Judged>>();

  constructor(run: OpenRun, readerOf: (version: StoredVersion) => DatasetReader) {
    this.#run = run;
    this.#readerOf = readerOf;
  }

  /** @param following of a pass over a split */
  async answer(
    question: Question<StudyName>,
    checkpoint: LoadedCheckpoint,
    following: (split: Split) => Following,
  ): Promise<InspectorAnswer> {
    const { number, kind } = question;
    switch (kind) {
      case 'probe':
        return { kind, number, output: await this.#probe(checkpoint, question.input, following) };
      case 'similarity':
        return { kind, number, output: await this.#similarity(checkpoint, question.input, following) };
      case 'whatIf':
        return { kind, number, output: await this.#whatIf(checkpoint, question.input, following) };
      default:
        return assertNever(kind);
    }
  }

  async #probe(
    checkpoint: LoadedCheckpoint,
    { dataset, split }: Input<'probe'>,
    following: (split: Split) => Following,
  ): Promise<Probed> {
    const reader = this.#readerOf(dataset);
    const { sha256 } = checkpoint.record;
    const key = { directory: this.#run.directory, sha256, split, contentHash: reader.detail.contentHash };
    const kept = readProbe(key);
    if (kept !== null) return kept;
    const found = await probeNetwork(this.#run, checkpoint, allImages(reader, split), following);
    writeProbe(key, found);
    return found;
  }

  async #similarity(
    checkpoint: LoadedCheckpoint,
    { dataset, split, other }: Input<'similarity'>,
    following: (split: Split) => Following,
  ): Promise<Output<'similarity'>> {
    const shown = someImages(this.#readerOf(dataset), split);
    const own = other.directory === this.#run.directory;
    const beside = own ? this.#run : this.#run.beside(other.directory);
    try {
      const opposite = beside.checkpoint(other.checkpoint);
      requireSameInput(checkpoint, opposite);
      const [unitsOfA, unitsOfB] = [comparedUnits(checkpoint.plan), comparedUnits(opposite.plan)];
      const silent = { ...following(split), onProgress: () => undefined };
      const passes = showImages(
        this.#run,
        checkpoint,
        shown,
        ({ products }) => unitsOfA.map(({ layer }) => products[layer] ?? ''),
        following(split),
      );
      const others = showImages(
        beside,
        opposite,
        shown,
        ({ products }) => unitsOfB.map(({ layer }) => products[layer] ?? ''),
        silent,
      );
      const sums = new SimilaritySums();
      for await (const { values } of passes) {
        const { value } = await others.next();
        if (value !== undefined) sums.add(values, value.values);
      }
      const listed = (units: typeof unitsOfA) => ({
        units: units.map(({ unit }) => unit),
        layers: units.map(({ layer }) => layer),
      });
      const images = shown.positions.length;
      return { a: listed(unitsOfA), b: listed(unitsOfB), split, images, matrix: sums.matrix() };
    } finally {
      if (!own) await beside.close();
    }
  }

  async #whatIf(
    checkpoint: LoadedCheckpoint,
    { dataset, split, changes }: Input<'whatIf'>,
    following: (split: Split) => Following,
  ): Promise<Output<'whatIf'>> {
    const { values, zeroed, rounded } = changeWeights(checkpoint.plan, checkpoint.values, changes);
    const shown = allImages(this.#readerOf(dataset), split);
    const before = await this.#standing(checkpoint, dataset, shown, following(split));
    // The session tells weights apart by their hash.
    const sha256 = `${checkpoint.record.sha256} ${createHash('sha256').update(JSON.stringify(changes)).digest('hex')}`;
    const changed = { ...checkpoint, values, record: { ...checkpoint.record, sha256 } };
    const after = await judge(this.#run, changed, shown, following(split));
    const { classes } = checkpoint.plan;
    return {
      changes,
      split,
      images: shown.positions.length,
      before: standingOf(before, classes),
      after: standingOf(after, classes),
      changed: changedAnswers(before, after),
      zeroed,
      rounded,
    };
  }

  #standing(
    checkpoint: LoadedCheckpoint,
    { directory, version }: StoredVersion,
    shown: ShownImages,
    following: Following,
  ): Promise<Judged> {
    const key = [checkpoint.record.sha256, directory, String(version), shown.split].join(' ');
    const standing = this.#standings.get(key) ?? judge(this.#run, checkpoint, shown, following);
    this.#standings.set(key, standing);
    // What failed or was cancelled can be asked for again.
    standing.catch(() => this.#standings.delete(key));
    return standing;
  }
}

/** Images in an order of chance, the same each time: a split may be sorted by class. A rest too small for the estimator is left out. */
function someImages(reader: DatasetReader, split: Split): ShownImages {
  const { positions } = allImages(reader, split);
  const batch = evaluationBatch(reader.detail);
  const wanted = Math.min(COMPARED_IMAGES, positions.length);
  const rest = wanted % batch;
  const count = rest > 1 && rest < LEAST_BATCH && wanted > batch ? wanted - rest : wanted;
  if (Math.min(count, batch) < LEAST_BATCH) {
    throw new DenseLabError(
      'dataset-empty',
      `The ${split} split has too few images to compare layers on: ${String(positions.length)}.`,
      `Compare on a dataset with at least ${String(LEAST_BATCH)} images to test on.`,
    );
  }
  return { reader, split, positions: batchOrder(1, 1, positions.length).subarray(0, count) };
}

function requireSameInput(a: LoadedCheckpoint, b: LoadedCheckpoint): void {
  const [own, other] = [a, b].map(({ plan: { input } }) => [input.height, input.width, input.channels].join('x'));
  if (own === other) return;
  throw new DenseLabError(
    'not-inspectable',
    `The networks cannot be shown the same images: one reads ${own ?? ''}, the other ${other ?? ''}.`,
    'Choose two runs with inputs of one size.',
  );
}
