/** All datasets of one data folder. */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportPreview, PreviewRequest } from '../contract/conversion.ts';
import { DEFAULT_CONVERSION } from '../contract/conversion.ts';
import type { DatasetDetail, DatasetList, DatasetSummary, ImagePage, ImportRequest } from '../contract/dataset.ts';
import type { DatasetEdit, DuplicatePage } from '../contract/datasetVersion.ts';
import type { Failure } from '../contract/errors.ts';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { DatasetStore, DuplicateQuery, ImageQuery, ImportOptions } from './datasetStore.ts';
import type { ImageDecoder } from './decoding.ts';
import { readDuplicates, writeDuplicates } from './duplicates/duplicatesFile.ts';
import { exportVersion, type ExportOptions } from './exporting/exportVersion.ts';
import { findDuplicates, type DuplicateFinder } from './duplicates/findDuplicates.ts';
import type { PreparedSource } from './formats/source.ts';
import { throwIfCancelled } from './formats/source.ts';
import { Intake } from './intake.ts';
import { readDetail, summaryOf, syncFolder, writeDetail } from './layout.ts';
import { checkedName, chooseName, folderName, isTaken, nameTaken } from './names.ts';
import { readPage } from './pages.ts';
import { removeStale } from './staging.ts';
import type { Staging } from './staging.ts';
import type { StoredDataset } from './layout.ts';
import { VersionCache } from './versions/versionCache.ts';
import { readVersion, versionNumbers } from './versions/versionFiles.ts';
import { describeVersion, editVersion, showDuplicates, undoVersion } from './versions/versionStore.ts';
import type { WrittenContent } from './writer.ts';

export type { DatasetStore, ImportOptions } from './datasetStore.ts';

const REMOVED = '.removed-';

/** What a store works with. */
export interface StoreTools {
  readonly decoder: ImageDecoder;
  /** In this process when absent. */
  readonly findDuplicates?: DuplicateFinder;
}

/**
 * Opens the datasets of a data folder (makes `<home>/datasets`), and removes what crashed imports have left.
 * @throws DenseLabError `home-unwritable`.
 */
export async function openDatasetStore(home: string, tools: StoreTools): Promise<DatasetStore> {
  const root = join(home, 'datasets');
  try {
    await mkdir(root, { recursive: true });
    await removeStale(root);
  } catch (error) {
    throw new DenseLabError(
      'home-unwritable',
      `DenseLab cannot write to its data folder ${home}.`,
      'Change its permissions, or choose another folder with --home.',
      String(error),
    );
  }
  return new FolderStore(root, tools);
}

class FolderStore implements DatasetStore {
  readonly #root: string;
  readonly #intake: Intake;
  /** Names are chosen one after another, so that no two datasets get the same. */
  #lastNaming: Promise<unknown> = Promise.resolve();
  readonly #versions = new VersionCache();

  readonly #findDuplicates: DuplicateFinder;

  constructor(root: string, { decoder, findDuplicates: finder = findDuplicates }: StoreTools) {
    this.#root = root;
    this.#intake = new Intake(root, decoder);
    this.#findDuplicates = finder;
  }

  async list(): Promise<DatasetList> {
    const datasets: DatasetSummary[] = [];
    const damaged: { id: string; failure: Failure }[] = [];
    for (const id of await this.#ids()) {
      try {
        datasets.push(await this.#latest(id));
      } catch (error) {
        damaged.push({ id, failure: toFailure(error) });
      }
    }
    datasets.sort((one, other) => compare(one.createdAt, other.createdAt) || compare(one.id, other.id));
    return { datasets, damaged };
  }

  async show(idOrName: string, version?: number): Promise<DatasetDetail> {
    const choice = await this.#choose(idOrName, version);
    return describeVersion(await this.#versions.open(choice), choice.stored);
  }

  directoryOf(id: string): string {
    return join(this.#root, id);
  }

  async import(request: ImportRequest, options: ImportOptions): Promise<DatasetDetail> {
    try {
      return await this.#import(request, options);
    } catch (error) {
      // The first failure of a cancelled import may be that of a file which was closed under it.
      throwIfCancelled(options.signal);
      throw asDenseLabError(error);
    }
  }

  async preview(request: PreviewRequest, signal: AbortSignal): Promise<ImportPreview> {
    try {
      return await this.#intake.preview(request, signal);
    } catch (error) {
      throwIfCancelled(signal);
      throw asDenseLabError(error);
    }
  }

  async rename(idOrName: string, name: string): Promise<DatasetSummary> {
    return this.#oneAfterAnother(async () => {
      const id = await this.#resolve(idOrName);
      const clean = checkedName(name);
      const others = (await this.list()).datasets.filter((dataset) => dataset.id !== id);
      if (isTaken(clean, others)) throw nameTaken(clean);
      const renamed = { ...(await this.#read(id)), name: clean };
      await writeDetail(this.directoryOf(id), renamed);
      this.#versions.forget(this.directoryOf(id));
      return this.#latest(id);
    });
  }

  async setAside(id: string): Promise<void> {
    const known = await this.#resolve(id);
    await rename(this.directoryOf(known), join(this.#root, `${REMOVED}${known}`));
    this.#versions.forget(this.directoryOf(known));
    await syncFolder(this.#root);
  }

  async restore(id: string): Promise<DatasetSummary> {
    return this.#oneAfterAnother(async () => {
      const aside = join(this.#root, `${REMOVED}${id}`);
      if (!isId(id) || !(await exists(aside))) throw unknown(id);
      const dataset = await this.#read(`${REMOVED}${id}`);
      const name = chooseName(undefined, dataset.name, (await this.list()).datasets);
      if (name !== dataset.name) await writeDetail(aside, { ...dataset, name });
      await rename(aside, this.directoryOf(id));
      await syncFolder(this.#root);
      return this.#latest(id);
    });
  }

  async purgeSetAside(): Promise<void> {
    await this.#intake.clear();
    for (const name of await readdir(this.#root)) {
      if (name.startsWith(REMOVED)) await rm(join(this.#root, name), { recursive: true, force: true });
    }
  }

  async remove(idOrName: string): Promise<void> {
    const id = await this.#resolve(idOrName);
    // Renamed first: a removal that is cut short leaves no half of a dataset in the list.
    await this.setAside(id);
    await rm(join(this.#root, `${REMOVED}${id}`), { recursive: true, force: true });
  }

  async images(idOrName: string, { version, filter, edge, ...window }: ImageQuery): Promise<ImagePage> {
    const choice = await this.#choose(idOrName, version);
    return readPage(await this.#versions.open(choice), await this.#versions.select(choice, filter), window, edge);
  }

  async positions(idOrName: string, { version, filter, offset, limit }: ImageQuery): Promise<Uint32Array> {
    const found = await this.#versions.select(await this.#choose(idOrName, version), filter);
    return found.slice(offset, offset + limit);
  }

  async duplicates(idOrName: string, { version, ...query }: DuplicateQuery): Promise<DuplicatePage> {
    return showDuplicates(await this.#versions.open(await this.#choose(idOrName, version)), query);
  }

  async findDuplicates(idOrName: string, signal: AbortSignal): Promise<void> {
    const { directory, stored } = await this.#choose(idOrName, 1);
    if ((await readDuplicates(directory)) !== null) return;
    await writeDuplicates(directory, await this.#findDuplicates(directory, stored, signal));
    this.#versions.forget(directory);
  }

  async export(idOrName: string, version: number | undefined, options: ExportOptions): Promise<string> {
    return exportVersion(await this.#versions.open(await this.#choose(idOrName, version)), options);
  }

  async edit(idOrName: string, version: number, edits: readonly DatasetEdit[]): Promise<DatasetDetail> {
    if (edits.some(({ kind }) => kind === 'excludeDuplicates')) {
      await this.findDuplicates(idOrName, new AbortController().signal);
    }
    return this.#oneAfterAnother(async () => {
      const choice = await this.#choose(idOrName, version);
      return this.show(choice.stored.id, await editVersion(await this.#versions.open(choice), edits));
    });
  }

  async undoEdit(idOrName: string, version: number, usedVersions: readonly number[]): Promise<DatasetDetail> {
    return this.#oneAfterAnother(async () => {
      const choice = await this.#choose(idOrName, version);
      await undoVersion(choice, usedVersions);
      this.#versions.forget(choice.directory);
      return this.show(choice.stored.id);
    });
  }

  async #import(request: ImportRequest, options: ImportOptions): Promise<DatasetDetail> {
    if (request.name !== undefined) chooseName(request.name, '', (await this.list()).datasets);
    return this.#intake.import(request, options, ({ staging, source, content }) =>
      this.#oneAfterAnother(async () => {
        const name = chooseName(request.name, source.suggestedName, (await this.list()).datasets);
        throwIfCancelled(options.signal);
        const conversionSettings = request.conversion ?? DEFAULT_CONVERSION;
        const described = { ...describe(source), ...content, conversionSettings, id: '', name };
        return this.show((await this.#publish(staging, described)).id);
      }),
    );
  }

  /** Gives the staged files their folder; the first free one of `roses`, `roses-2`, ... */
  async #publish(staging: Staging, dataset: StoredDataset): Promise<StoredDataset> {
    for (let number = 1; ; number++) {
      const id = folderName(dataset.name, number);
      if ((await exists(this.directoryOf(id))) || (await exists(join(this.#root, `${REMOVED}${id}`)))) continue;
      const published = { ...dataset, id };
      await writeDetail(staging.directory, published);
      if (await staging.moveTo(this.directoryOf(id))) return published;
    }
  }

  /** Folders that are datasets, or were meant to be. */
  async #ids(): Promise<string[]> {
    const entries = await readdir(this.#root, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && isId(entry.name)).map((entry) => entry.name);
  }

  /** The id is the folder's name, whatever the description says. */
  async #read(folder: string): Promise<StoredDataset> {
    const id = folder.startsWith(REMOVED) ? folder.slice(REMOVED.length) : folder;
    return { ...(await readDetail(this.directoryOf(folder))), id };
  }

  /** What lists show: the latest version. */
  async #latest(id: string): Promise<DatasetSummary> {
    const stored = await this.#read(id);
    const numbers = await versionNumbers(this.directoryOf(id));
    return summaryOf(await readVersion(this.directoryOf(id), stored, numbers.at(-1) ?? 1));
  }

  async #choose(idOrName: string, version: number | undefined) {
    const id = await this.#resolve(idOrName);
    const directory = this.directoryOf(id);
    const stored = await this.#read(id);
    return { directory, stored, version: version ?? (await versionNumbers(directory)).at(-1) ?? 1 };
  }

  async #resolve(idOrName: string): Promise<string> {
    const ids = await this.#ids();
    if (ids.includes(idOrName)) return idOrName;
    const wanted = idOrName.normalize('NFC').trim().toLowerCase();
    const { datasets } = await this.list();
    const found = datasets.find((dataset) => dataset.name.toLowerCase() === wanted);
    if (found === undefined) throw unknown(idOrName, datasets);
    return found.id;
  }

  async #oneAfterAnother<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#lastNaming.then(task, task);
    this.#lastNaming = result.catch(() => undefined);
    return result;
  }
}

function describe(
  source: PreparedSource,
): Omit<StoredDataset, keyof WrittenContent | 'id' | 'name' | 'conversionSettings'> {
  const { format, height, width, channels, classNames, conversion, splitSeed } = source;
  const createdAt = new Date().toISOString();
  return {
    version: 1,
    format,
    source: source.source,
    createdAt,
    height,
    width,
    channels,
    classNames,
    conversion,
    splitSeed,
  };
}

/** Folder names that `folderName` makes; everything else in the root is not ours to list. */
function isId(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,127}$/.test(name);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unknown(idOrName: string, datasets: readonly DatasetSummary[] = []): DenseLabError {
  const names = datasets.map((dataset) => dataset.name);
  const action =
    names.length === 0
      ? 'Import one first: the sample "sample:shapes" needs no file.'
      : `There are: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}.`;
  return new DenseLabError('dataset-unknown', `There is no dataset named "${idOrName}".`, action);
}

function asDenseLabError(thrown: unknown): DenseLabError {
  if (thrown instanceof DenseLabError) return thrown;
  const { code, message, action, detail } = toFailure(thrown);
  return new DenseLabError(code, message, action, detail);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
