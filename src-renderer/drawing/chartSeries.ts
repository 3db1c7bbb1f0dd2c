/** The loss of every step, kept small enough to draw: lowest, highest and smoothed value of each group of steps. */

/** A sudden fall of a learning rate that was constant, as opposed to a schedule that falls with every step. */
export interface RateDrop {
  /** First step with the new rate. */
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

const MOST_GROUPS = 2048;
/** Share of the rate before, below which one step makes a drop. */
const DROP = 0.7;

/**
 * A series that grows at its end and never holds more than 2,048 groups: when it would, neighbours join and each group
 * stands for twice as many steps. So drawing a run of a million steps costs what a run of 2,048 does.
 */
export class StepSeries {
  /** Steps in one full group. */
  stride = 1;
  /** Last step of each group. */
  readonly step: number[] = [];
  readonly low: number[] = [];
  readonly high: number[] = [];
  /** Exponential moving average at the last step of the group, without the bias of its start; NaN after a value that is none. */
  readonly smooth: number[] = [];
  readonly learningRate: number[] = [];
  readonly drops: RateDrop[] = [];
  readonly #decay: number;
  #inGroup = 0;
  /** Learning rate of the last step but one. */
  #rateBefore = NaN;
  #sum = 0;
  #weight = 0;

  /** `span`: steps over which the smooth line averages (its time constant). */
  constructor(span: number) {
    this.#decay = Math.exp(-1 / Math.max(1, span));
  }

  /** Takes a step into the average that is not drawn: one before those of the series. */
  average(loss: number): void {
    this.#sum = this.#sum * this.#decay + loss * (1 - this.#decay);
    this.#weight = this.#weight * this.#decay + (1 - this.#decay);
  }

  /** Appends one step. */
  append(step: number, loss: number, learningRate: number): void {
    this.average(loss);
    const before = this.learningRate[this.learningRate.length - 1];
    // A rate that was falling already belongs to a curve, whose end falls by half and more from one step to the next.
    const isDrop = before !== undefined && before === this.#rateBefore && learningRate < before * DROP;
    if (isDrop) this.drops.push({ step, from: before, to: learningRate });
    this.#rateBefore = before ?? learningRate;
    if (this.#inGroup === 0 || this.#inGroup >= this.stride) this.#open();
    const last = this.step.length - 1;
    this.step[last] = step;
    this.low[last] = Math.min(this.low[last] ?? loss, loss);
    this.high[last] = Math.max(this.high[last] ?? loss, loss);
    this.smooth[last] = this.#sum / this.#weight;
    this.learningRate[last] = learningRate;
    this.#inGroup += 1;
  }

  #open(): void {
    if (this.step.length >= MOST_GROUPS) this.#halve();
    this.#inGroup = 0;
    this.step.push(0);
    this.low.push(Infinity);
    this.high.push(-Infinity);
    this.smooth.push(NaN);
    this.learningRate.push(NaN);
  }

  /** Joins neighbours; full groups only, which is why it is called when a new one opens. */
  #halve(): void {
    const half = this.step.length / 2;
    for (let index = 0; index < half; index += 1) {
      const even = index * 2;
      const odd = even + 1;
      this.step[index] = this.step[odd] ?? NaN;
      this.low[index] = Math.min(this.low[even] ?? NaN, this.low[odd] ?? NaN);
      this.high[index] = Math.max(this.high[even] ?? NaN, this.high[odd] ?? NaN);
      this.smooth[index] = this.smooth[odd] ?? NaN;
      this.learningRate[index] = this.learningRate[odd] ?? NaN;
    }
    for (const array of [this.step, this.low, this.high, this.smooth, this.learningRate]) array.length = half;
    this.stride *= 2;
  }
}
