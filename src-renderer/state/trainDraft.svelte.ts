import type { DatasetSummary } from '../../src-main/contract/dataset.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { DenseNetSpec, InputShape, LayerPlan } from '../../src-main/contract/model.ts';
import type { RunRequest } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';
import { adjust, FIRST_CHOICE, shortNameOf, specOf, type ArchitectureChoice } from './architectureChoice.ts';
import type { DatasetsState } from './datasets.svelte.ts';
import { PresetCosts } from './presetCosts.svelte.ts';
import { RecipeDraft } from './recipeDraft.svelte.ts';
import type { RunsState } from './runs.svelte.ts';

interface Question {
  readonly model: DenseNetSpec;
  readonly input: InputShape;
  readonly classes: number;
}

/** The run that is being prepared: on what, which network, how, under which name. */
export class TrainDraft {
  choice: ArchitectureChoice = $state.raw(FIRST_CHOICE);
  /** The network layer by layer; the last one that was valid while the next one is on its way. */
  plan: LayerPlan | null = $state.raw(null);
  /** Why the network cannot be built at this input. */
  planFailure: Failure | null = $state.raw(null);
  starting = $state(false);
  startFailure: Failure | null = $state.raw(null);
  /** Whether Start was pressed with something wrong, so that every sentence is shown. */
  refused = $state(false);
  readonly recipe = new RecipeDraft();
  readonly presets: PresetCosts;
  readonly #client: Client;
  readonly #datasets: DatasetsState;
  readonly #runs: RunsState;
  #datasetId: string | null = $state(null);
  #typedName: string | null = $state(null);
  #asking = false;
  #next: Question | null = null;

  constructor(client: Client, datasets: DatasetsState, runs: RunsState) {
    this.#client = client;
    this.#datasets = datasets;
    this.#runs = runs;
    this.presets = new PresetCosts(client);
  }

  /** What it trains on: the chosen dataset, or else the one that is open. */
  get dataset(): DatasetSummary | null {
    const { list, selected } = this.#datasets;
    return list.find(({ id }) => id === this.#datasetId) ?? selected ?? list[0] ?? null;
  }

  /** Name of the run: as it was typed, or made from network and dataset. */
  get name(): string {
    return this.#typedName ?? this.defaultName;
  }

  get defaultName(): string {
    const dataset = this.dataset;
    return dataset === null ? shortNameOf(this.choice) : `${shortNameOf(this.choice)}, ${dataset.name}`;
  }

  /** Whether nothing that is known here stands against starting. */
  get valid(): boolean {
    const dataset = this.dataset;
    if (dataset === null || this.planFailure !== null) return false;
    return Object.keys(this.recipe.errorsFor(dataset.splits.train.images)).length === 0;
  }

  /** Types a name; an empty one brings the made one back. */
  rename(text: string): void {
    this.#typedName = text === '' ? null : text;
  }

  /** Trains on another dataset. */
  useDataset(id: string): void {
    this.#datasetId = id;
    this.startFailure = null;
  }

  /** Changes the network; a depth that no longer fits gives way to the nearest one. */
  change(change: Partial<ArchitectureChoice>): void {
    this.choice = adjust(this.choice, change);
    this.startFailure = null;
  }

  /** Back to the first network. */
  reset(): void {
    this.choice = FIRST_CHOICE;
  }

  /**
   * Plans the present network for the present dataset. One request is under way at a time, and after it only the latest
   * question is asked; so a slider may move as fast as it likes.
   */
  describe(): void {
    const { dataset } = this;
    if (dataset === null) return;
    const { height, width, channels } = dataset;
    const question = {
      model: specOf(this.choice),
      input: { height, width, channels },
      classes: dataset.classNames.length,
    };
    this.#next = question;
    if (!this.#asking) void this.#ask();
  }

  /** Starts the run and opens it. Returns its number; null when it could not start, with the reason in `startFailure`. */
  async start(): Promise<number | null> {
    const request = this.request;
    this.refused = !this.valid;
    if (this.starting || request === null || !this.valid) return null;
    this.starting = true;
    this.startFailure = null;
    try {
      const id = await this.#runs.start(request);
      this.#typedName = null;
      return id;
    } catch (thrown) {
      this.startFailure = toFailure(thrown);
      return null;
    } finally {
      this.starting = false;
    }
  }

  /** Exactly what Start asks for; null without a dataset. */
  get request(): RunRequest | null {
    const { dataset } = this;
    if (dataset === null) return null;
    return {
      dataset: dataset.id,
      model: specOf(this.choice),
      recipe: this.recipe.recipe,
      name: this.name.trim() || this.defaultName,
    };
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (this.#next !== null) {
      const question = this.#next;
      this.#next = null;
      try {
        this.plan = await this.#client.request('models/describe', question);
        this.planFailure = null;
      } catch (thrown) {
        this.planFailure = toFailure(thrown);
      }
    }
    this.#asking = false;
  }
}
