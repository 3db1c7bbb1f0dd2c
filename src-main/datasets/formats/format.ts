/** What a dataset format is to the search for datasets: one entry in the table of `prepare.ts`. */

import type { FoundDataset } from '../../contract/conversion.ts';
import type { DatasetFormat } from '../../contract/dataset.ts';
import type { ImageDecoder } from '../decoding.ts';
import type { PreparedSource, PrepareOptions } from './source.ts';
import type { SourceTree } from './sourceTree.ts';

/** A dataset that was found, and the way to read it. */
export interface FoundSource extends FoundDataset {
  /** Real paths of the files that it is made of; of its folder where there are many. */
  readonly uses: readonly string[];
  /** Another reading of files that are found already (coarse labels, extra images): taken only when it is chosen. */
  readonly isVariant: boolean;
  /** Understands it without reading its pixels; throws what its reader throws. */
  prepare(options: PrepareOptions): Promise<PreparedSource>;
}

/** One way of storing images with labels on a disk. */
export interface SourceFormat {
  readonly format: DatasetFormat;
  /**
   * The datasets of this format in a tree, judged by what the files hold. Never throws for what is in a file: a dataset that looks
   * damaged is found, and `prepare` says what is wrong with it.
   * @param earlier what formats further up in the table have found
   */
  find(tree: SourceTree, decoder: ImageDecoder, earlier: readonly FoundSource[]): Promise<readonly FoundSource[]>;
}

/** The name of a dataset in `ImportRequest.choice`: where it lies inside the source. */
export function choiceOf(inside: string): string {
  return inside === '' ? '.' : inside;
}
