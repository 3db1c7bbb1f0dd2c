/** What can be done with the datasets of one data folder. */

import type { ImportPreview, PreviewRequest } from '../contract/conversion.ts';
import type { DatasetDetail, DatasetList, DatasetSummary, ImagePage, ImportRequest } from '../contract/dataset.ts';
import type { DatasetEdit, DuplicatePage, ImageFilter, Likeness } from '../contract/datasetVersion.ts';
import type { ExportOptions } from './exporting/exportVersion.ts';
import type { ImportProgress } from './importing.ts';
import type { PageWindow } from './pages.ts';

/** How an import is watched and ended. */
export interface ImportOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** The datasets of one data folder; methods that take `idOrName` throw `dataset-unknown` when nothing has it. */
export interface DatasetStore {
  /** Oldest first; a damaged dataset hides no other. */
  list(): Promise<DatasetList>;
  /** The latest version unless another is named. @throws DenseLabError also `dataset-damaged`, `dataset-version-unknown`. */
  show(idOrName: string, version?: number): Promise<DatasetDetail>;
  /** Folder of a dataset, for `openDatasetReader`. */
  directoryOf(id: string): string;
  /**
   * Imports; when it fails or is cancelled nothing is left behind.
   * @throws DenseLabError with any code of a dataset, `disk-full`, `cancelled`.
   */
  import(request: ImportRequest, options: ImportOptions): Promise<DatasetDetail>;
  /**
   * What an import would make of a source; stores nothing.
   * @throws DenseLabError as `import`.
   */
  preview(request: PreviewRequest, signal: AbortSignal): Promise<ImportPreview>;
  /** @throws DenseLabError also `dataset-name-taken`, `usage`. */
  rename(idOrName: string, name: string): Promise<DatasetSummary>;
  /** Takes a dataset out of the list, damaged or not; `restore` brings it back. */
  setAside(id: string): Promise<void>;
  restore(id: string): Promise<DatasetSummary>;
  /** Deletes everything that is set aside; for the owner of the folder when it starts and quits. */
  purgeSetAside(): Promise<void>;
  /** Deletes a dataset for good, damaged or not. */
  remove(idOrName: string): Promise<void>;
  /** Images of a version that match. @throws DenseLabError also `dataset-damaged`, `dataset-version-unknown`. */
  images(idOrName: string, query: ImageQuery): Promise<ImagePage>;
  /** Positions of images of a version that match; reads no pixels. @throws as `images` */
  positions(idOrName: string, query: ImageQuery): Promise<Uint32Array>;
  /** Groups of duplicates; none while they are not found. @throws as `images` */
  duplicates(idOrName: string, query: DuplicateQuery): Promise<DuplicatePage>;
  /**
   * Finds the duplicates of all versions, unless they are found already.
   * @throws DenseLabError `cancelled`, and what the finder throws
   */
  findDuplicates(idOrName: string, signal: AbortSignal): Promise<void>;
  /**
   * Writes a version where a person wants it; the folder or file that was made.
   * @throws DenseLabError as `exportVersion`
   */
  export(idOrName: string, version: number | undefined, options: ExportOptions): Promise<string>;
  /** Makes the next version. @throws DenseLabError as `editVersion` */
  edit(idOrName: string, version: number, edits: readonly DatasetEdit[]): Promise<DatasetDetail>;
  /** Deletes the latest version; shows the one before. @throws DenseLabError as `undoVersion` */
  undoEdit(idOrName: string, version: number, usedVersions: readonly number[]): Promise<DatasetDetail>;
}

/** Which images to show. */
export interface ImageQuery extends PageWindow {
  /** The latest when absent. */
  readonly version?: number | undefined;
  readonly filter: ImageFilter;
  /** Longest edge of the pixels; as they are stored when absent. */
  readonly edge?: number | undefined;
}

/** Which groups of duplicates to show. */
export interface DuplicateQuery extends PageWindow {
  readonly version: number;
  readonly likeness: Likeness;
  /** Only groups with images of several splits. */
  readonly across: boolean;
}
