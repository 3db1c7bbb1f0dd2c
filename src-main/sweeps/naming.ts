/** Names of the runs of a sweep: what tells them apart, and no more. */

import { settingTitle } from '../comparison/settings.ts';
import type { SweptValue } from '../contract/sweep.ts';
import { titleOf } from '../model/spec.ts';
import type { SweptRun } from './expand.ts';

/** As many characters as a person may give. */
const LONGEST = 120;

/**
 * `DenseNet-BC (L=22, k=6), learning rate 0.1, seed 2 on Fashion-MNIST`.
 * @param seeded whether the sweep has several seeds
 */
export function sweptName({ model, values, seed }: SweptRun, dataset: string, seeded: boolean): string {
  const settings = values.filter(({ key }) => !key.startsWith('model.')).map(settingWords);
  const facts = [titleOf(model), ...settings, ...(seeded ? [`seed ${String(seed)}`] : [])];
  const name = `${facts.join(', ')} on ${dataset}`;
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`;
}

function settingWords({ key, value }: SweptValue): string {
  const title = settingTitle(key);
  return `${title.charAt(0).toLowerCase()}${title.slice(1)} ${valueWords(value)}`;
}

/** A value in a name: `0.1`, `cosine`, `6-12-24`. */
function valueWords(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(valueWords).join('-');
  return 'kind' in value && typeof value.kind === 'string' ? value.kind : JSON.stringify(value);
}
