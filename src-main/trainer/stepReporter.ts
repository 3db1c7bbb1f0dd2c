/** Collects steps into messages: at most 20 a second, with a steady images-per-second. */

import type { TrainerEvent } from '../contract/events.ts';
import type { StepMetric } from '../contract/run.ts';

/** Milliseconds between two messages. */
const INTERVAL = 50;
/** Milliseconds over which the rate is averaged. */
const WINDOW = 5_000;

/** Tells the owner of steps. */
export class StepReporter {
  readonly #emit: (event: TrainerEvent) => void;
  readonly #now: () => number;
  readonly #residentMemory: () => number;
  #residentPeak = 0;
  #pending: StepMetric[] = [];
  #sentAt = -Infinity;
  /** Ends of recent steps, oldest first; the first one only marks where the window starts. */
  #marks: { readonly time: number; readonly images: number }[] = [];

  /**
   * @param now milliseconds of a clock that never runs backwards
   * @param residentMemory bytes of this process that are in memory
   */
  constructor(
    emit: (event: TrainerEvent) => void,
    now: () => number = () => performance.now(),
    residentMemory: () => number = () => process.memoryUsage.rss(),
  ) {
    this.#emit = emit;
    this.#now = now;
    this.#residentMemory = residentMemory;
  }

  /** Training starts, or goes on after a pause such as an evaluation: the time until now counts for no rate. */
  resume(): void {
    this.#marks = [{ time: this.#now(), images: 0 }];
  }

  /** One more step is done; `images` is the size of its batch. */
  record(step: StepMetric, images: number): void {
    const time = this.#now();
    this.#marks.push({ time, images });
    while (this.#marks.length > 2 && time - (this.#marks[1]?.time ?? time) >= WINDOW) this.#marks.shift();
    this.#pending.push(step);
    if (time - this.#sentAt >= INTERVAL) this.flush();
  }

  /** Sends what has not been sent. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const residentBytes = this.#residentMemory();
    this.#residentPeak = Math.max(this.#residentPeak, residentBytes);
    this.#emit({ event: 'steps', steps: this.#pending, imagesPerSecond: this.#rate(), residentBytes });
    this.#pending = [];
    this.#sentAt = this.#now();
  }

  /** Most bytes in memory that were seen since the last call, this moment included. */
  takeResidentPeak(): number {
    const peak = Math.max(this.#residentPeak, this.#residentMemory());
    this.#residentPeak = 0;
    return peak;
  }

  #rate(): number {
    const [first, ...rest] = this.#marks;
    const last = rest.at(-1);
    if (first === undefined || last === undefined || last.time <= first.time) return 0;
    return (1000 * rest.reduce((sum, { images }) => sum + images, 0)) / (last.time - first.time);
  }
}
