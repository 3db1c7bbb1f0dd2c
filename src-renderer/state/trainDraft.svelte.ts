import type { DatasetSummary } from '../../src-main/contract/dataset.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { LayerPlan, ModelSpec } from '../../src-main/contract/model.ts';
import { QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import type { RequestInput } from '../../src-main/contract/requests.ts';
import type { DeviceWish, RunDetail, RunRequest } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';
import { FIRST_CHOICE, specOf } from './architectureChoice.ts';
import { DatasetChoice } from './datasetChoice.svelte.ts';
import type { DatasetsState } from './datasets.svelte.ts';
import { isLike, readDevice, recallDraft, rememberDraft, type RememberedModel } from './draftMemory.ts';
import { RunForecast } from './runForecast.svelte.ts';
import { NO_SWEEP, SweepDraft } from './sweepDraft.svelte.ts';
import { sweepFields, type SweepField } from './sweepFields.ts';
import { modelShortName } from './modelGroups.ts';
import { LatestQuestion } from './latestQuestion.ts';
import { PresetCosts } from './presetCosts.svelte.ts';
import { RateFinder } from './rateFinder.svelte.ts';
import { RatePreview } from './ratePreview.svelte.ts';
import { formOf } from './recipeForm.ts';
import { RecipeDraft, stepsPerEpoch } from './recipeDraft.svelte.ts';
import { scheduleFields, type RecipeErrors, type RecipeInput } from './recipeErrors.ts';
import type { RunsState } from './runs.svelte.ts';

/** What came of taking a run's configuration. */
export interface TakenRun {
  readonly taken: boolean;
  readonly note: string | null;
}

/** The run that is being prepared: on what, which network, how, under which name. */
export class TrainDraft {
  /** The network layer by layer; the last one that was valid while the next one is on its way. */
  plan: LayerPlan | null = $state.raw(null);
  /** Why the network cannot be built at this input. */
  planFailure: Failure | null = $state.raw(null);
  starting = $state(false);
  startFailure: Failure | null = $state.raw(null);
  /** Whether Start was pressed with something wrong, so that every sentence is shown. */
  refused = $state(false);
  readonly recipe: RecipeDraft;
  readonly presets: PresetCosts;
  readonly rates: RatePreview;
  readonly finder: RateFinder;
  readonly forecast: RunForecast;
  readonly sweep: SweepDraft;
  readonly #client: Client;
  /** What it is trained on. */
  readonly choice: DatasetChoice;
  readonly #runs: RunsState;
  readonly #plans: LatestQuestion<RequestInput<'models/describe'>>;
  #model: ModelSpec = $state.raw(specOf(FIRST_CHOICE));
  #typedName: string | null = $state(null);
  #device: DeviceWish = $state('auto');
  /** A remembered network, until the presets tell what networks look like. */
  #remembered: unknown = null;
  /** Remembered further networks of a sweep, until then. */
  #rememberedModels: readonly RememberedModel[] = [];

  constructor(client: Client, datasets: DatasetsState, runs: RunsState) {
    this.#client = client;
    this.choice = new DatasetChoice(client, datasets);
    this.#runs = runs;
    this.recipe = new RecipeDraft(() => this.#changed());
    this.presets = new PresetCosts(client);
    this.rates = new RatePreview(client);
    this.finder = new RateFinder(client);
    this.forecast = new RunForecast(client);
    this.sweep = new SweepDraft(client, () => this.#changed());
    this.#plans = new LatestQuestion((question) => this.#plan(question));
    this.#recall();
  }

  /** The network that is chosen. */
  get model(): ModelSpec {
    return this.#model;
  }

  /** What it trains on: the chosen version of the chosen dataset, or else the newest of the one that is open. */
  get dataset(): DatasetSummary | null {
    return this.choice.dataset;
  }

  /** Name of the run: as it was typed, or made from network and dataset. */
  get name(): string {
    return this.#typedName ?? this.defaultName;
  }

  get defaultName(): string {
    const dataset = this.dataset;
    const network = modelShortName(this.#model, this.presets.presets);
    if (this.sweep.active) return sweepName(this, network);
    return dataset === null ? network : `${network}, ${dataset.name}`;
  }

  /** Every setting that a sweep can vary. */
  readonly sweepFields: readonly SweepField[] = $derived.by(() => sweepFields(this.#model, this.recipe.form));

  /** Where it is to be trained. */
  get device(): DeviceWish {
    return this.#device;
  }

  /** What the recipe is checked against; null without a dataset. */
  get input(): RecipeInput | null {
    const { dataset } = this;
    if (dataset === null) return null;
    return { trainImages: dataset.splits.train.images, height: dataset.height, width: dataset.width };
  }

  /** What is wrong with the recipe for the dataset. */
  get errors(): RecipeErrors {
    return this.input === null ? {} : this.recipe.errorsFor(this.input);
  }

  /** Whether nothing that is known here stands against starting. */
  get valid(): boolean {
    return this.input !== null && this.planFailure === null && Object.keys(this.errors).length === 0;
  }

  /** What is wrong with the values of the sweep, by key. */
  get sweepErrors(): Readonly<Record<string, string>> {
    return this.sweep.errors(this.sweepFields);
  }

  /** Types a name; an empty one brings the made one back. */
  rename(text: string): void {
    this.#typedName = text === '' ? null : text;
    this.#changed();
  }

  /** Trains on another dataset, or on a version of it other than the newest. */
  useDataset(id: string, version: number | null = null): void {
    this.choice.choose(id, version);
    this.#changed();
  }

  /** Trains on another device. */
  useDevice(device: DeviceWish): void {
    this.#device = device;
    this.#changed();
  }

  /** Takes another network. */
  useModel(model: ModelSpec): void {
    this.#model = model;
    this.#changed();
  }

  /** Reads the presets, and after them the network that was remembered. */
  async load(): Promise<void> {
    await this.presets.load();
    this.#model = this.#specOf(this.#remembered) ?? this.#model;
    this.#remembered = null;
    const models = this.#rememberedModels.flatMap(({ model, fixed }) => {
      const spec = this.#specOf(model);
      return spec === null ? [] : [{ model: spec, fixed }];
    });
    if (models.length > 0) this.sweep.restore({ ...this.sweep.form, models });
    this.#rememberedModels = [];
  }

  /** A remembered network, if it is like any that is known. */
  #specOf(remembered: unknown): ModelSpec | null {
    const like = this.presets.presets.find(({ spec }) => isLike(remembered, spec));
    return like !== undefined && isLike(remembered, like.spec) ? remembered : null;
  }

  /** Plans the present network for the present dataset. */
  describe(): void {
    const { dataset } = this;
    if (dataset === null) return;
    const { height, width, channels } = dataset;
    this.#plans.ask({ model: this.#model, input: { height, width, channels }, classes: dataset.classNames.length });
  }

  /** Has the learning rate of the present recipe computed, unless something that decides on it is wrong. */
  preview(): void {
    const { input, errors } = this;
    const { recipe, form } = this.recipe;
    const decisive = [...scheduleFields(form.choices), 'epochs', 'batchSize', 'learningRate', 'limit'] as const;
    if (input === null || decisive.some((field) => errors[field] !== undefined)) return;
    const { epochs, learningRate, warmUpEpochs, schedule } = recipe;
    const known = { ...QUICK_RECIPE, epochs, learningRate, warmUpEpochs, schedule };
    this.rates.ask({ recipe: known, stepsPerEpoch: stepsPerEpoch(recipe, input.trainImages) });
  }

  /** Asks what the run takes on this machine, and what the sweep comes to. `basis`: what times are foretold from. */
  foresee(basis: string): void {
    const { request } = this;
    if (request === null || !this.valid) return;
    this.forecast.ask(request);
    if (!this.sweep.active || Object.keys(this.sweepErrors).length > 0) return;
    this.sweep.ask(this.sweep.request(request, this.sweepFields), basis);
  }

  /**
   * Takes the configuration of a run, to be changed and trained again. Returns whether there was one, and what could not be taken, as a
   * sentence.
   */
  take({ model, recipe, name, datasetId, datasetVersion, deviceWish }: RunDetail): TakenRun {
    if (model === null || recipe === null) {
      return { taken: false, note: `How ${name} was trained is not known, so that it cannot be trained again.` };
    }
    this.choice.choose(datasetId, datasetVersion);
    this.#model = model;
    this.#device = readDevice(deviceWish);
    this.#typedName = null;
    this.sweep.restore(NO_SWEEP);
    this.recipe.restore('', formOf(recipe));
    this.#changed();
    const own = Array.isArray(recipe.classWeights);
    return { taken: true, note: own ? 'The weights of single classes are not taken: this form has none.' : null };
  }

  /** Queues the sweep and opens its first run. Returns that run; null when it could not, with the reason in `startFailure`. */
  async queue(): Promise<number | null> {
    const { plan, planning } = this.sweep;
    this.refused = !this.valid || Object.keys(this.sweepErrors).length > 0;
    if (this.starting || this.refused || planning || plan === null || plan.runs.length === 0) return null;
    const requests = plan.runs.map(({ request }) => request);
    return this.#begin(() => this.#runs.queue(requests, this.name.trim() || this.defaultName));
  }

  /** Starts the run and opens it. Returns its number; null when it could not start, with the reason in `startFailure`. */
  async start(): Promise<number | null> {
    const request = this.request;
    this.refused = !this.valid;
    if (this.starting || request === null || !this.valid) return null;
    return this.#begin(() => this.#runs.start(request));
  }

  /** Exactly what Start asks for; null without a dataset. */
  get request(): RunRequest | null {
    const { dataset } = this;
    if (dataset === null) return null;
    return {
      dataset: dataset.id,
      ...(this.choice.version !== null && { datasetVersion: this.choice.version }),
      model: this.#model,
      recipe: this.recipe.recipe,
      name: this.name.trim() || this.defaultName,
      ...(this.#device !== 'auto' && { device: this.#device }),
    };
  }

  async #begin(begin: () => Promise<number>): Promise<number | null> {
    this.starting = true;
    this.startFailure = null;
    try {
      const id = await begin();
      this.#typedName = null;
      this.sweep.restore(NO_SWEEP);
      this.#changed();
      return id;
    } catch (thrown) {
      this.startFailure = toFailure(thrown);
      return null;
    } finally {
      this.starting = false;
    }
  }

  async #plan(question: RequestInput<'models/describe'>): Promise<void> {
    try {
      this.plan = await this.#client.request('models/describe', question);
      this.planFailure = null;
    } catch (thrown) {
      this.planFailure = toFailure(thrown);
    }
  }

  #changed(): void {
    this.startFailure = null;
    rememberDraft({
      dataset: this.choice.id,
      version: this.choice.version,
      name: this.#typedName,
      device: this.#device,
      model: this.#model,
      recipe: this.recipe.base.name,
      form: this.recipe.form,
      sweep: this.sweep.form,
    });
  }

  #recall(): void {
    const remembered = recallDraft();
    if (remembered === null) return;
    if (remembered.dataset !== null) this.choice.choose(remembered.dataset, remembered.version);
    this.#typedName = remembered.name;
    this.#device = remembered.device;
    this.#remembered = remembered.model;
    this.recipe.restore(remembered.recipe, remembered.form);
    this.sweep.restore({ ...remembered.sweep, models: [] });
    this.#rememberedModels = remembered.models;
  }
}

/** `Growth rate k, depth L, on Fashion-MNIST`: what a sweep varies. */
function sweepName({ sweep, sweepFields: fields, dataset }: TrainDraft, network: string): string {
  const varied = sweep.form.axes.flatMap(({ key }) => fields.find((field) => field.key === key)?.title ?? []);
  const words = varied.length === 0 ? network : varied.join(', ');
  return `${words.slice(0, 80)}, ${dataset?.name ?? ''}`;
}
