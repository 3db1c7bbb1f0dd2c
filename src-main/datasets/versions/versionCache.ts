/** Versions that were looked at last stay open, so that scrolling and paging read nothing twice. */

import type { ImageFilter } from '../../contract/datasetVersion.ts';
import { selectImages, type Searched } from './selection.ts';
import { openVersion, type VersionChoice } from './versionStore.ts';

/** Open versions, and selections of each. */
const MOST_OPEN = 3;
const MOST_SELECTIONS = 8;

interface Open {
  readonly searched: Searched;
  readonly selections: Map<string, Promise<Uint32Array>>;
}

/** Opens versions, the last ones only once. A version never changes; `forget` is for what is around it. */
export class VersionCache {
  /** By folder, version and what the dataset's description says just now; the order of insertion is the order of use. */
  readonly #open = new Map<string, Promise<Open>>();

  /** @throws DenseLabError `dataset-damaged`, `dataset-version-unknown`. */
  async open(choice: VersionChoice & { readonly version: number }): Promise<Searched> {
    return (await this.#opened(choice)).searched;
  }

  /** Positions of the images that match. @throws DenseLabError as `open` */
  async select(choice: VersionChoice & { readonly version: number }, filter: ImageFilter): Promise<Uint32Array> {
    const { searched, selections } = await this.#opened(choice);
    return remembered(selections, JSON.stringify(filter), MOST_SELECTIONS, () => selectImages(searched, filter));
  }

  /** Reads everything about the dataset in a folder anew the next time. */
  forget(directory: string): void {
    for (const key of this.#open.keys()) if (key.startsWith(`${directory}\n`)) this.#open.delete(key);
  }

  #opened(choice: VersionChoice & { readonly version: number }): Promise<Open> {
    const { contentHash, classNames } = choice.stored;
    const key = `${choice.directory}\n${JSON.stringify([choice.version, contentHash, classNames])}`;
    return remembered(this.#open, key, MOST_OPEN, async () => ({
      searched: await openVersion(choice),
      selections: new Map<string, Promise<Uint32Array>>(),
    }));
  }
}

/** The known answer, or a new one; one that fails is not remembered. */
async function remembered<T>(
  known: Map<string, Promise<T>>,
  key: string,
  most: number,
  make: () => Promise<T>,
): Promise<T> {
  const answer = known.get(key) ?? make();
  known.delete(key);
  known.set(key, answer);
  for (const oldest of known.keys()) {
    if (known.size <= most) break;
    known.delete(oldest);
  }
  try {
    return await answer;
  } catch (error) {
    if (known.get(key) === answer) known.delete(key);
    throw error;
  }
}
