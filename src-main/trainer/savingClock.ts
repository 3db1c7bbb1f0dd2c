/** When a checkpoint is due inside an epoch. */

import type { TrainingJob } from './job.ts';

/** Counts time and steps since the last checkpoint. */
export class SavingClock {
  readonly #saving: TrainingJob['saving'];
  readonly #now: () => number;
  #savedAt: number;
  #savedStep: number;

  /** @param now milliseconds of a clock that never runs backwards */
  constructor(saving: TrainingJob['saving'], step: number, now: () => number = () => performance.now()) {
    this.#saving = saving;
    this.#now = now;
    this.#savedAt = now();
    this.#savedStep = step;
  }

  /** A checkpoint of this step is on disk. */
  saved(step: number): void {
    this.#savedAt = this.#now();
    this.#savedStep = step;
  }

  /** Whether the state after `step` shall be saved. */
  isDue(step: number): boolean {
    const { seconds, steps } = this.#saving;
    const longAgo = seconds !== null && this.#now() - this.#savedAt >= 1000 * seconds;
    return longAgo || (steps !== null && step - this.#savedStep >= steps);
  }
}
