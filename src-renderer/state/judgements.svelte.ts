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

  /** Images of the version that a run saw, by their positions, in this order. @throws DenseLabError */
  async images({ datasetId, datasetVersion }: RunSummary, images: readonly number[]): Promise<ImagePage> {
    const limit = Math.max(1, images.length);
    return this.#client.request('datasets/images', {
      id: datasetId,
      version: datasetVersion,
      filter: { images },
      offset: 0,
      limit,
    });
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
