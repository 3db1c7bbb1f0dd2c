/** What is summed up over the steps of one epoch. */

/** Sums over the batches of an epoch so far. Plain JSON: a checkpoint in the middle of an epoch holds them. */
export interface EpochTotals {
  /** Loss times images, in nats. */
  readonly lossSum: number;
  /** Right answers. */
  readonly correct: number;
  readonly images: number;
  /** Milliseconds of training and images trained in them, without a process's first step, which compiles kernels. */
  readonly milliseconds: number;
  readonly timedImages: number;
  /** Of `milliseconds`, those spent in the session call. */
  readonly sessionMilliseconds: number;
}

/** Before the first batch. */
export const NO_TOTALS: EpochTotals = {
  lossSum: 0,
  correct: 0,
  images: 0,
  milliseconds: 0,
  timedImages: 0,
  sessionMilliseconds: 0,
};

/** Both together. */
export function addTotals(a: EpochTotals, b: EpochTotals): EpochTotals {
  return {
    lossSum: a.lossSum + b.lossSum,
    correct: a.correct + b.correct,
    images: a.images + b.images,
    milliseconds: a.milliseconds + b.milliseconds,
    timedImages: a.timedImages + b.timedImages,
    sessionMilliseconds: a.sessionMilliseconds + b.sessionMilliseconds,
  };
}
