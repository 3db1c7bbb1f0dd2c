/** The way of a source into a staging folder: unpacked, understood, converted, written; or only looked at. */

import type { Conversion, FoundDataset, ImportPreview, PreviewRequest } from '../contract/conversion.ts';
import { DEFAULT_CONVERSION } from '../contract/conversion.ts';
import type { ImportRequest, ImportSource } from '../contract/dataset.ts';
import type { OpenedSource } from './archives/archives.ts';
import { ArchiveShelf } from './archives/archives.ts';
import type { UnpackOptions } from './archives/unpacking.ts';
import type { ImportOptions } from './datasetStore.ts';
import type { ImageDecoder } from './decoding.ts';
import { shareSession } from './decoding.ts';
import type { PreparedSource, PrepareOptions } from './formats/source.ts';
import { throwIfCancelled } from './formats/source.ts';
import { ProgressMeter, writeContent } from './importing.ts';
import { chooseDataset, findDatasets, prepareSource } from './prepare.ts';
import { previewImport } from './preview.ts';
import type { Staging } from './staging.ts';
import { createStaging } from './staging.ts';
import type { WrittenContent } from './writer.ts';

/** Seed of the split and of the sample, when none is given. */
const DEFAULT_SEED = 1;

/** Everything of a dataset but its name and its description. */
export interface StagedImport {
  readonly staging: Staging;
  readonly source: PreparedSource;
  readonly content: WrittenContent;
}

/** Takes sources in. */
export class Intake {
  readonly #root: string;
  readonly #decoder: ImageDecoder;
  readonly #archives: ArchiveShelf;

  /** @param root folder of the datasets; staging folders lie there too */
  constructor(root: string, decoder: ImageDecoder) {
    this.#root = root;
    this.#decoder = decoder;
    this.#archives = new ArchiveShelf(root);
  }

  /**
   * Stores nothing but what an archive unpacks to, for the import that may follow.
   * @throws DenseLabError what the readers throw.
   */
  preview(request: PreviewRequest, signal: AbortSignal): Promise<ImportPreview> {
    const options = { signal, onCounted: () => undefined };
    return this.#opened(request.source, options, true, async ({ source, describe }) => {
      const { found, choice, prepareAs } = await this.#choose({ ...request, source }, signal);
      const prepared = describe(await prepareAs(request.conversion));
      return previewImport({ found, choice, source: prepared, prepareAs }, signal);
    });
  }

  /**
   * Writes all images into a staging folder for `publish`, which moves it; whatever ends it, no staging folder is left.
   * @throws DenseLabError what the readers throw, `disk-full`, `cancelled`.
   */
  import<T>(
    request: ImportRequest,
    { signal, onProgress }: ImportOptions,
    publish: (staged: StagedImport) => Promise<T>,
  ): Promise<T> {
    const counting = new ProgressMeter(request.name ?? titleOf(request), onProgress);
    const onCounted = (found: number, skipped: number): void => counting.report(found, null, skipped);
    const shared = shareSession(this.#decoder, signal);
    return this.#opened(request.source, { signal, onCounted }, false, async (opened) => {
      const options = { ...prepareOptions(request, signal), onCounted, choice: request.choice };
      const source = opened.describe(await prepareSource(opened.source, shared, options));
      throwIfCancelled(signal);
      const staging = await createStaging(this.#root);
      try {
        const meter = new ProgressMeter(request.name ?? source.suggestedName, onProgress);
        const content = await writeContent(source, staging.directory, meter, signal);
        return await publish({ staging, source, content });
      } finally {
        await staging.discard();
      }
    }).finally(() => shared.end());
  }

  /** Removes what a preview has unpacked. */
  clear(): Promise<void> {
    return this.#archives.clear();
  }

  /** The first dataset that is found, or the one that was chosen. */
  async #choose(request: PreviewRequest, signal: AbortSignal): Promise<Choice> {
    const { source, choice } = request;
    const optionsFor = (conversion: Conversion): PrepareOptions => prepareOptions({ ...request, conversion }, signal);
    if (source.kind === 'sample') {
      return {
        found: [],
        choice: '.',
        prepareAs: (conversion) => prepareSource(source, this.#decoder, optionsFor(conversion)),
      };
    }
    const sources = await findDatasets(source.paths, this.#decoder, signal);
    const chosen = chooseDataset(sources, choice ?? sources[0]?.choice, source.paths);
    return {
      found: sources.map(({ choice: name, format, title, images, classNames }) => ({
        choice: name,
        format,
        title,
        images,
        classNames,
      })),
      choice: chosen.choice,
      prepareAs: (conversion) => chosen.prepare(optionsFor(conversion)),
    };
  }

  async #opened<T>(
    given: ImportSource,
    options: Omit<UnpackOptions, 'limits'>,
    keep: boolean,
    task: (opened: OpenedSource) => Promise<T>,
  ): Promise<T> {
    const opened = await this.#archives.open(given, options);
    try {
      return await task(opened);
    } catch (error) {
      throw opened.explain(error);
    } finally {
      await opened.close(keep);
    }
  }
}

interface Choice {
  readonly found: readonly FoundDataset[];
  readonly choice: string;
  prepareAs(conversion: Conversion): Promise<PreparedSource>;
}

function prepareOptions(
  { conversion, splitSeed }: Pick<ImportRequest, 'conversion' | 'splitSeed'>,
  signal: AbortSignal,
): PrepareOptions {
  return {
    conversion: conversion ?? DEFAULT_CONVERSION,
    splitSeed: splitSeed ?? DEFAULT_SEED,
    signal,
    onCounted: () => undefined,
  };
}

/** What an import is called while nothing is known of it. */
function titleOf({ source }: ImportRequest): string {
  if (source.kind === 'sample') return 'shapes-10';
  return source.paths[0]?.split(/[\\/]/).filter(Boolean).at(-1) ?? 'import';
}
