/** Several values of one setting as they are typed: a list `6, 12`, or a range `0.01..0.1:4`. */

import { SWEEP_LIMITS, type AxisValues, type SweepValue } from '../../src-main/contract/sweep.ts';
import type { SweepField } from './sweepFields.ts';

/** What a text comes to: values, or the sentence about what is wrong with it. */
export type ReadValues = { readonly values: AxisValues } | { readonly error: string };

type TypedField = Extract<SweepField, { readonly kind: 'typed' }>;

const RANGE = /^(.+?)\.\.(.+?)(?::\s*(\d+))?\s*(log)?$/;

/** Reads what was typed for a field. */
export function readValues(text: string, field: TypedField): ReadValues {
  const range = RANGE.exec(text.trim());
  if (range !== null && field.separator === ',') return readRange(range, field);
  const parts = text
    .split(field.separator === ';' ? /;/ : /[,;\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const values = parts.map((part) => field.read(part));
  if (values.length === 0 || values.includes(null)) return { error: field.sentence };
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  if (distinct.length > SWEEP_LIMITS.values) {
    return { error: `Give ${String(SWEEP_LIMITS.values)} values at most.` };
  }
  return { values: { kind: 'list', values: distinct } };
}

/** All whole numbers of a list or a range: the seeds that a sweep is repeated over. */
export function readSeeds(text: string, field: TypedField): readonly number[] | { readonly error: string } {
  const read = readValues(text, field);
  if ('error' in read) return read;
  const { values } = read;
  const all: readonly SweepValue[] =
    values.kind === 'list'
      ? values.values
      : Array.from({ length: values.count }, (_, index) =>
          Math.round(values.from + ((values.to - values.from) * index) / Math.max(1, values.count - 1)),
        );
  const seeds = all.filter((value) => typeof value === 'number');
  return seeds.length > SWEEP_LIMITS.seeds
    ? { error: `Give ${String(SWEEP_LIMITS.seeds)} seeds at most.` }
    : [...new Set(seeds)];
}

function readRange([, first = '', last = '', typedCount, log]: RegExpExecArray, field: TypedField): ReadValues {
  const [from, to] = [field.read(first), field.read(last)];
  if (typeof from !== 'number' || typeof to !== 'number') return { error: field.sentence };
  if (from === to) return { error: 'Begin and end the range at different values.' };
  const scale = log === undefined ? 'linear' : 'log';
  if (scale === 'log' && Math.min(from, to) <= 0) return { error: 'Only values above 0 have a logarithm.' };
  const every = field.whole && scale === 'linear' ? Math.abs(to - from) + 1 : null;
  const count = typedCount === undefined ? every : Number(typedCount);
  if (count === null) return { error: `Say how many values: ${first}..${last}:4.` };
  if (count < 2 || count > SWEEP_LIMITS.values) {
    return { error: `A range has 2 to ${String(SWEEP_LIMITS.values)} values.` };
  }
  return { values: { kind: 'range', from, to, count, scale, whole: field.whole } };
}
