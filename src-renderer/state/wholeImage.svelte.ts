import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';
import type { ViewedDataset, ViewedImage } from './datasetPages.svelte.ts';
import { LatestQuestion } from './latestQuestion.ts';

/** An image of the view, and the dataset that it is of. */
interface Question {
  readonly dataset: ViewedDataset;
  readonly image: ViewedImage;
}

/** One image with every pixel that is stored of it, where the grid has it smaller. */
export class WholeImage {
  /** The image that was asked for last, or the one before while that is on its way. */
  shown: ViewedImage | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  readonly #questions = new LatestQuestion<Question>((question) => this.#answer(question));

  constructor(client: Client) {
    this.#client = client;
  }

  /** Shows an image; at once when the grid has all of its pixels. */
  show(dataset: ViewedDataset, image: ViewedImage): void {
    const { height, width } = image.shape;
    if (height === dataset.height && width === dataset.width) this.shown = image;
    else if (this.shown?.index !== image.index) this.#questions.ask({ dataset, image });
  }

  async #answer({ dataset, image }: Question): Promise<void> {
    const { id, version, height, width, channels } = dataset;
    const query = { id, version, filter: { images: [image.index] }, offset: 0, limit: 1 };
    try {
      const { pixels } = await this.#client.request('datasets/images', query);
      this.shown = { ...image, pixels, shape: { height, width, channels }, offset: 0 };
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }
}
