import type { DuplicateGroup, Likeness } from '../../src-main/contract/datasetVersion.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';

/** Which groups are shown, and of which version. */
interface Question {
  readonly id: string;
  readonly version: number;
  readonly likeness: Likeness;
  /** Only groups that lie in several splits. */
  readonly across: boolean;
}

const PAGE = 50;

/** Groups of duplicates of one version, page by page. */
export class DuplicateGroups {
  /** Groups in all; null until the first page is read. */
  count: number | null = $state(null);
  failure: Failure | null = $state.raw(null);
  likeness: Likeness = $state('exact');
  across = $state(false);
  #groups: ReadonlyMap<number, DuplicateGroup> = $state.raw(new Map());
  readonly #client: Client;
  readonly #asked = new Set<number>();
  #of: Pick<Question, 'id' | 'version'> | null = null;
  /** Tells answers to an earlier question from those to this one. */
  #view = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Turns to a version; nothing happens when it is the one that is shown. */
  open(id: string, version: number): void {
    if (this.#of?.id === id && this.#of.version === version) return;
    this.#of = { id, version };
    this.#restart();
  }

  /** Shows other groups of the same version. */
  show(likeness: Likeness, across: boolean): void {
    this.likeness = likeness;
    this.across = across;
    this.#restart();
  }

  /** Asks for groups that are not there yet. */
  need(first: number, end: number): void {
    for (let page = Math.floor(first / PAGE); page * PAGE < end; page += 1) {
      if (!this.#asked.has(page)) void this.#read(page);
    }
  }

  /** The group at a position; null while it is on its way. */
  at(position: number): DuplicateGroup | null {
    return this.#groups.get(position) ?? null;
  }

  /** Reads again, after a failure. */
  retry(): void {
    this.#restart();
  }

  #restart(): void {
    this.#view += 1;
    this.#asked.clear();
    this.#groups = new Map();
    this.count = null;
    this.failure = null;
    void this.#read(0);
  }

  async #read(page: number): Promise<void> {
    const of = this.#of;
    if (of === null) return;
    const view = this.#view;
    this.#asked.add(page);
    try {
      const { likeness, across } = this;
      const window = { offset: page * PAGE, limit: PAGE };
      const answer = await this.#client.request('datasets/duplicates', { ...of, likeness, across, ...window });
      if (view !== this.#view) return;
      this.count = answer.groups;
      const groups = new Map(this.#groups);
      answer.page.forEach((group, index) => groups.set(page * PAGE + index, group));
      this.#groups = groups;
    } catch (thrown) {
      if (view === this.#view) this.failure = toFailure(thrown);
    }
  }
}
