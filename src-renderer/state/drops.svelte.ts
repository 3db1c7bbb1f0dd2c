import { untrack } from 'svelte';

/** Who takes files that are dropped on the window. */
export interface DropTaker {
  /** What dropping does: `Drop to add`. */
  readonly title: string;
  readonly take: (paths: readonly string[]) => void;
}

/** A screen takes drops while it is shown; the datasets take those that nobody else wants. */
export class DropState {
  #takers: readonly DropTaker[] = $state.raw([]);

  /** The last one that asked for drops; null when none has. */
  readonly taker: DropTaker | null = $derived(this.#takers.at(-1) ?? null);

  /** Takes drops from now on, in an effect as a rule; returns the function that ends it. */
  register(taker: DropTaker): () => void {
    this.#takers = [...untrack(() => this.#takers), taker];
    return () => {
      this.#takers = this.#takers.filter((other) => other !== taker);
    };
  }
}
