/** How a source is called before it has a name. */

import type { ImportSource } from '../../../../src-main/contract/dataset.ts';
import { formatPlural } from '../../../ui/format.ts';

/** Last part of the path, and how many others there are: `roses-17.zip and 2 others`. */
export function sourceTitle(source: ImportSource): string {
  if (source.kind === 'sample') return 'Shapes-10';
  const [first = '', ...others] = source.paths;
  const name = first.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
  return others.length === 0 ? name : `${name} and ${formatPlural(others.length, 'other')}`;
}
