import type { NetworkChange } from '../../../../src-main/contract/study.ts';
import { unitTitle } from '../pointing.ts';

/** `Block 2` for what is inside it, and short words for the units between; the names of groups of rows. */
export function groupName(unit: string): string {
  const [first = ''] = unit.split('/');
  const words = first.replace(/(\d+)$/, ' $1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A change in words. */
export function changeWords(change: NetworkChange): string {
  switch (change.kind) {
    case 'cut':
      return `${unitTitle(change.reader)} without ${unitTitle(change.source)}`;
    case 'drop':
      return `No ${unitTitle(change.unit)}`;
    case 'quantise':
      return `Weights of ${String(change.bits)} bits`;
  }
}
