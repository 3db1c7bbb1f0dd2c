import type { DatasetSummary } from '../../src-main/contract/dataset.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import { DenseLabError, toFailure } from '../../src-main/contract/errors.ts';
import { QUICK_RECIPE } from '../../src-main/contract/recipe.ts';
import type { Client } from '../bridge/client.ts';
import { FIRST_CHOICE, specOf } from './architectureChoice.ts';
import type { DatasetsState } from './datasets.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';
import type { RunsState } from './runs.svelte.ts';

const SAMPLE = 'sample:shapes';
/** A minute or so on two cores, and the classes are told apart. */
const EPOCHS = 3;

const CANCELLED = new DenseLabError('cancelled', 'The sample was not made: its import was cancelled.', 'Start again.');

/** A first run without any files: the sample dataset, made where it is missing, and a small DenseNet that really trains on it. */
export class SampleRun {
  /** Whether one is being made. */
  busy = $state(false);
  /** Why it could not be started; null once it is tried again. */
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  readonly #datasets: DatasetsState;
  readonly #runs: RunsState;
  readonly #navigation: Navigation;

  constructor(client: Client, datasets: DatasetsState, runs: RunsState, navigation: Navigation) {
    this.#client = client;
    this.#datasets = datasets;
    this.#runs = runs;
    this.#navigation = navigation;
  }

  /** Makes the dataset if need be, starts the run and shows it. */
  async start(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      const dataset = this.#datasets.list.find(({ source }) => source === SAMPLE)?.id ?? (await this.#make());
      await this.#runs.start({
        dataset,
        model: specOf(FIRST_CHOICE),
        recipe: { ...QUICK_RECIPE, epochs: EPOCHS },
        name: 'Sample run',
      });
      this.#navigation.go('runs');
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** The id of the sample, once it is there. @throws DenseLabError */
  async #make(): Promise<DatasetSummary['id']> {
    const { importId } = await this.#client.request('datasets/import', {
      source: { kind: 'sample', sample: 'shapes' },
    });
    return new Promise((resolve, reject) => {
      const stop = this.#client.on('import', (event) => {
        if (event.importId !== importId || event.phase === 'reading') return;
        stop();
        if (event.phase === 'finished') resolve(event.dataset.id);
        else reject(event.phase === 'failed' ? failed(event.error) : CANCELLED);
      });
    });
  }
}

function failed({ code, message, action, detail }: Failure): DenseLabError {
  return new DenseLabError(code, message, action, detail);
}
