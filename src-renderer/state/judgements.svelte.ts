import type { ImagePage, Split } from '../../src-main/contract/dataset.ts';
import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { RunJudgement } from '../../src-main/contract/exchange.ts';
import type { RunSummary } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';

/** What a run's network was asked about a whole split. */
export interface Judging {
  readonly waiting: boolean;
  readonly judgement: RunJudgement | null;
  readonly failure: Failure | null;
}

const NOT_ASKED: Judging = { waiting: false, judgement: null, failure: null };

/** What trained networks say of whole splits. */
export class JudgementsState {
  #judged: ReadonlyMap<number, Judging> = $state.raw(new Map());
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** What a run was asked. */
  of(id: number): Judging {
    return this.#judged.get(id) ?? NOT_ASKED;
  }

  /** Has a run's network judge a split; what is known already is given at once by the main process. */
  async ask(id: number, split: Split = 'test'): Promise<void> {
    if (this.of(id).waiting) return;
    this.#tell(id, { ...this.of(id), waiting: true, failure: null });
    try {
      const judgement = await this.#client.request('runs/judge', { id, split });
      this.#tell(id, { waiting: false, judgement, failure: null });
    } catch (thrown) {
      this.#tell(id, { waiting: false, judgement: null, failure: toFailure(thrown) });
    }
  }

  /** Images of the version that a run saw, by their positions: read when `show` is called. */
  shown(): ShownImages {
    return new ShownImages(this.#client);
  }

  /** Takes images out of a dataset, in a new version of it. @returns its number. @throws DenseLabError */
  async exclude({ datasetId, datasetVersion }: RunSummary, images: readonly number[]): Promise<number> {
    const edits = [{ kind: 'exclude', images: [...images].sort((one, other) => one - other) }] as const;
    return (await this.#client.request('datasets/edit', { id: datasetId, version: datasetVersion, edits })).version;
  }

  #tell(id: number, judging: Judging): void {
    this.#judged = new Map([...this.#judged, [id, judging]]);
  }
}

/** Images that a pane shows, by their positions in a version. */
export class ShownImages {
  readonly #client: Client;
  /** Null until they are read. */
  page: ImagePage | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads images in this order; for an effect: what it returns drops an answer that nobody waits for any more. */
  show({ datasetId, datasetVersion }: RunSummary, images: readonly number[]): () => void {
    let current = true;
    const request = {
      ...{ id: datasetId, version: datasetVersion, filter: { images } },
      ...{ offset: 0, limit: Math.max(1, images.length) },
    };
    this.#client.request('datasets/images', request).then(
      (page) => {
        if (current) [this.page, this.failure] = [page, null];
      },
      (thrown: unknown) => {
        if (current) [this.page, this.failure] = [null, toFailure(thrown)];
      },
    );
    return () => {
      current = false;
    };
  }
}
