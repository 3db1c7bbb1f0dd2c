/** A layer over the whole window that belongs to no screen. */
export type Sheet = 'terms' | 'keys' | 'about' | 'log' | 'settings';

/** Places that the tour goes to, one step each. */
export const TOUR = ['datasets', 'train', 'runs', 'compare', 'inspect'] as const;

/** Which sheet lies over the window; one at a time. */
export class SheetState {
  #open: Sheet | null = $state(null);
  #term: string | null = $state(null);
  #step: number | null = $state(null);

  /** The sheet that is shown; null for none. */
  get open(): Sheet | null {
    return this.#open;
  }

  /** The term that the glossary shows first; null for its first one. */
  get term(): string | null {
    return this.#term;
  }

  /** Shows a sheet, in place of another. */
  show(sheet: Sheet): void {
    this.#open = sheet;
  }

  /** Shows what a term means. */
  explain(term: string | null): void {
    this.#term = term;
    this.#open = 'terms';
  }

  /** The step of the tour that is shown, from 0; null while nobody is shown around. */
  get step(): number | null {
    return this.#step;
  }

  /** Shows the first step. */
  startTour(): void {
    this.#step = 0;
  }

  /** Goes to another step; behind the last the tour is over. */
  moveTour(by: 1 | -1): void {
    const step = Math.max(0, (this.#step ?? 0) + by);
    if (step >= TOUR.length) this.endTour();
    else this.#step = step;
  }

  /** Takes the tour away. */
  endTour(): void {
    this.#step = null;
  }

  /** Takes the sheet away. */
  close(): void {
    this.#open = null;
  }
}
