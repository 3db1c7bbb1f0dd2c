import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { Forecast } from '../../src-main/contract/forecast.ts';
import type { RunRequest } from '../../src-main/contract/run.ts';
import type { Client } from '../bridge/client.ts';
import { LatestQuestion } from './latestQuestion.ts';

/** What the run that is being prepared will take on this machine. */
export class RunForecast {
  /** The last one that was valid, while the next is on its way. */
  shown: Forecast | null = $state.raw(null);
  /** Why there is none; what a person can mend stands at its field as well. */
  failure: Failure | null = $state.raw(null);
  readonly #questions: LatestQuestion<RunRequest>;

  constructor(client: Client) {
    this.#questions = new LatestQuestion(async (request) => {
      try {
        this.shown = await client.request('runs/forecast', request);
        this.failure = null;
      } catch (thrown) {
        this.shown = null;
        this.failure = toFailure(thrown);
      }
    });
  }

  /** Asks about a run. */
  ask(request: RunRequest): void {
    this.#questions.ask(request);
  }
}
