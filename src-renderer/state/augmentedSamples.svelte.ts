import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { RequestInput, RequestOutput } from '../../src-main/contract/requests.ts';
import type { Client } from '../bridge/client.ts';
import { LatestQuestion } from './latestQuestion.ts';

type Question = RequestInput<'datasets/augmented'>;

/** One image as the network would get it, several times. */
export class AugmentedSamples {
  /** The newest samples; older ones stay while the next are on their way. */
  shown: RequestOutput<'datasets/augmented'> | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  asking = $state(false);
  readonly #client: Client;
  readonly #questions = new LatestQuestion<Question>((question) => this.#answer(question));
  #last: Question | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Asks for samples; of questions that come while one is answered, only the last is asked. */
  ask(question: Question): void {
    this.#last = question;
    this.asking = true;
    this.#questions.ask(question);
  }

  /** Asks the last question again, for other samples. */
  again(): void {
    if (this.#last !== null) this.ask(this.#last);
  }

  async #answer(question: Question): Promise<void> {
    try {
      this.shown = await this.#client.request('datasets/augmented', question);
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    if (question === this.#last) this.asking = false;
  }
}
