import type { Split } from '../../src-main/contract/dataset.ts';
import type { RunJudgement } from '../../src-main/contract/exchange.ts';
import type { JudgementsState } from './judgements.svelte.ts';

/** Which images of a split Inspect goes through. */
export class ImagePicker {
  /** `all`, `wrong` (by A), `only-a-wrong`, `only-b-wrong`, or `class:3`. */
  which: string = $state('all');
  readonly #judgements: JudgementsState;

  constructor(judgements: JudgementsState) {
    this.#judgements = judgements;
  }

  /** Goes through these from now on. */
  choose(which: string): void {
    this.which = which;
  }

  /** Whether networks are being asked about the split. */
  waiting(runs: readonly number[]): boolean {
    return this.which !== 'all' && runs.some((run) => this.#judgements.of(run).waiting);
  }

  /** Asks the networks about the split, as far as the choice needs that. */
  async learn(runs: readonly number[], split: Split): Promise<void> {
    const unknown = this.#asked(runs).filter((run) => this.#known(run, split) === null);
    for (const run of unknown) await this.#judgements.ask(run, split);
  }

  /** Positions in the split, in its order; null for all of them, and until they are known. */
  matches(runs: readonly number[], split: Split): readonly number[] | null {
    const [a = null, b = null] = this.#asked(runs).map((run) => this.#known(run, split));
    if (this.which === 'all' || a === null) return null;
    const positions = Array.from(a.labels, (_, index) => index);
    const wrong = (judged: RunJudgement, index: number): boolean => judged.labels[index] !== judged.predicted[index];
    if (this.which === 'wrong') return positions.filter((index) => wrong(a, index));
    if (this.which.startsWith('class:')) {
      const label = Number(this.which.slice('class:'.length));
      return positions.filter((index) => a.labels[index] === label);
    }
    if (b === null) return null;
    const [first, second] = this.which === 'only-a-wrong' ? [a, b] : [b, a];
    return positions.filter((index) => wrong(first, index) && !wrong(second, index));
  }

  /** The image before or after, around the end; null where there is none. */
  next(
    runs: readonly number[],
    { split, index, images }: { readonly split: Split; readonly index: number; readonly images: number },
    by: 1 | -1,
  ): number | null {
    const among = this.matches(runs, split);
    if (among === null) return images > 0 ? (index + by + images) % images : null;
    const after = among.filter((position) => (by === 1 ? position > index : position < index));
    const found = by === 1 ? after[0] : after.at(-1);
    return found ?? (by === 1 ? among[0] : among.at(-1)) ?? null;
  }

  #asked(runs: readonly number[]): readonly number[] {
    return this.which.startsWith('only-') ? runs : runs.slice(0, 1);
  }

  #known(run: number, split: Split): RunJudgement | null {
    const { judgement } = this.#judgements.of(run);
    return judgement?.split === split ? judgement : null;
  }
}
