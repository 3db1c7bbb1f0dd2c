/** The values of an axis: all of a grid, or one by chance. */

import type { AxisValues, SweepAxis, SweepValue } from '../contract/sweep.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { Random } from '../datasets/random.ts';

/** Digits of a value that is computed: enough to tell values apart, few enough to read. */
const DIGITS = 4;

type Range = Extract<AxisValues, { readonly kind: 'range' }>;

/** All values of an axis, each once, in order. */
export function gridValues({ values }: SweepAxis): readonly SweepValue[] {
  const all: readonly SweepValue[] =
    values.kind === 'list'
      ? values.values
      : Array.from({ length: values.count }, (_, index) =>
          valueAt(values, values.count === 1 ? 0 : index / (values.count - 1)),
        );
  return [...new Map(all.map((value) => [JSON.stringify(value), value])).values()];
}

/** One value of an axis, all as likely as each other; of a range, any between its ends. */
export function drawnValue({ values }: SweepAxis, random: Random): SweepValue {
  if (values.kind === 'list') return values.values[random.below(values.values.length)] ?? null;
  return valueAt(values, random.uniform());
}

/** Refuses an axis that has no values, or a range that has no logarithm. @throws DenseLabError `sweep-invalid` */
export function checkAxis({ key, values }: SweepAxis): void {
  if (values.kind === 'list') {
    if (values.values.length > 0) return;
    throw sweepInvalid(`The sweep over ${key} has no values.`, 'Give at least one, or take it out.');
  }
  const { from, to, scale } = values;
  if (scale === 'linear' || (from > 0 && to > 0)) return;
  throw sweepInvalid(
    `The sweep over ${key} goes from ${String(from)} to ${String(to)} in logarithms, which only numbers above 0 have.`,
    'Start above 0, or choose even steps.',
  );
}

/** The complaint about a sweep. */
export function sweepInvalid(message: string, action: string): DenseLabError {
  return new DenseLabError('sweep-invalid', message, action);
}

function valueAt({ from, to, scale, whole }: Range, share: number): number {
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  // The ends are taken as they were written.
  if (share === 0 || share === 1) return whole ? Math.round(share === 0 ? from : to) : share === 0 ? from : to;
  return whole ? Math.round(value) : Number(value.toPrecision(DIGITS));
}
