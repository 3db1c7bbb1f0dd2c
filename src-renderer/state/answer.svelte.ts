import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import { LatestQuestion } from './latestQuestion.ts';

/** What a pane asks over and over: the last answer stays in sight until the next one is there. */
export class Answer<Question, Value> {
  value: Value | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  waiting = $state(false);
  readonly #questions: LatestQuestion<Question>;

  constructor(answer: (question: Question) => Promise<Value>) {
    this.#questions = new LatestQuestion(async (question) => {
      this.waiting = true;
      try {
        [this.value, this.failure] = [await answer(question), null];
      } catch (thrown) {
        [this.value, this.failure] = [null, toFailure(thrown)];
      } finally {
        this.waiting = false;
      }
    });
  }

  /** Of several quick calls the last one counts. */
  ask(question: Question): void {
    this.#questions.ask(question);
  }
}
