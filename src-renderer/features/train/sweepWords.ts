/** How the runs of a sweep are told. */

import type { LeftOut, PlannedRun, SweepValue, SweptValue } from '../../../src-main/contract/sweep.ts';
import type { SweepField } from '../../state/sweepFields.ts';
import { formatSetting } from '../../ui/format.ts';

/** `DenseNet-BC (L=22, k=6), learning rate 0.1, seed 2`: the network, and what is not told by its name. */
export function plannedWords({ modelTitle, values, seed }: PlannedRun, fields: readonly SweepField[]): string {
  const told = values.filter(({ key }) => !TOLD_BY_TITLE.includes(key));
  return [modelTitle, ...told.map((value) => valueWords(value, fields)), `seed ${String(seed)}`].join(', ');
}

/** `DenseNet-BC (L=22, k=12), depth L 23: 23 layers fit no three equal blocks.` */
export function leftOutWords({ modelTitle, values, reason }: LeftOut, fields: readonly SweepField[]): string {
  return `${[modelTitle, ...values.map((value) => valueWords(value, fields))].join(', ')}: ${reason}`;
}

const TOLD_BY_TITLE: readonly string[] = ['model.depth', 'model.growthRate'];

function valueWords({ key, value }: SweptValue, fields: readonly SweepField[]): string {
  const field = fields.find((candidate) => candidate.key === key);
  const title = field?.title ?? key;
  const picked =
    field?.kind === 'picked'
      ? field.options.find((option) => JSON.stringify(option.value) === JSON.stringify(value))?.label
      : undefined;
  return `${title.charAt(0).toLowerCase()}${title.slice(1)} ${picked ?? plainWords(value)}`;
}

function plainWords(value: SweepValue): string {
  if (typeof value === 'number') return formatSetting(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
