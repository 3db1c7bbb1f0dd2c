/**
 * Asks one question at a time, and after each answer only the latest one that has come up meanwhile; so a slider may move as
 * fast as it likes.
 */
export class LatestQuestion<Question> {
  readonly #answer: (question: Question) => Promise<void>;
  #asking = false;
  #next: { readonly question: Question } | null = null;

  /** @param answer never rejects */
  constructor(answer: (question: Question) => Promise<void>) {
    this.#answer = answer;
  }

  /** Asks now, or when the question under way is answered, unless a later one comes before. */
  ask(question: Question): void {
    this.#next = { question };
    if (!this.#asking) void this.#run();
  }

  async #run(): Promise<void> {
    this.#asking = true;
    while (this.#next !== null) {
      const { question } = this.#next;
      this.#next = null;
      await this.#answer(question);
    }
    this.#asking = false;
  }
}
