import type { TrainingRecipe } from '../../src-main/contract/recipe.ts';
import type { RatePreview as RateCurve, RequestInput } from '../../src-main/contract/requests.ts';
import type { Client } from '../bridge/client.ts';
import { LatestQuestion } from './latestQuestion.ts';

/** The learning rate over the run that is being prepared, as the trainer itself computes it. */
export class RatePreview {
  /** The last one that was valid and what it belongs to, while the next is on its way; null before the first. */
  shown: { readonly recipe: TrainingRecipe; readonly curve: RateCurve } | null = $state.raw(null);
  readonly #questions: LatestQuestion<RequestInput<'recipes/preview'>>;

  constructor(client: Client) {
    this.#questions = new LatestQuestion(async (question) => {
      try {
        this.shown = { recipe: question.recipe, curve: await client.request('recipes/preview', question) };
      } catch {
        // What is wrong stands at its field, or is told when the run is started; the last drawing stays.
      }
    });
  }

  /** Asks about a recipe. */
  ask(question: RequestInput<'recipes/preview'>): void {
    this.#questions.ask(question);
  }
}
