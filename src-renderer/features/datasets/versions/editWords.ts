/** Edits in words, before they are made. */

import type { DatasetEdit } from '../../../../src-main/contract/datasetVersion.ts';
import { assertNever } from '../../../../src-main/contract/errors.ts';
import { formatPercent, formatPlural } from '../../../ui/format.ts';

/** What an edit will do, in a few words: `exclude 12 images`. */
export function editWords(edit: DatasetEdit, classNames: readonly string[]): string {
  const className = (label: number): string => classNames[label] ?? String(label);
  const images = (positions: readonly number[]): string => formatPlural(positions.length, 'image');
  switch (edit.kind) {
    case 'renameClass':
      return `rename ${className(edit.label)} to ${edit.name}`;
    case 'mergeClasses':
      return `merge ${edit.labels.map(className).join(' and ')} into ${edit.name}`;
    case 'exclude':
      return `exclude ${images(edit.images)}`;
    case 'excludeClass':
      return `exclude class ${className(edit.label)}`;
    case 'relabel':
      return `relabel ${images(edit.images)} ${className(edit.label)}`;
    case 'move':
      return `move ${images(edit.images)} to ${edit.to}`;
    case 'resplit':
      return `split anew ${resplitWords(edit)}`;
    case 'excludeDuplicates':
      return edit.across
        ? `drop training copies of ${edit.likeness} duplicates in other splits`
        : `keep one of each group of ${edit.likeness} duplicates`;
    default:
      return assertNever(edit);
  }
}

function resplitWords({ shares, seed, stratified }: Extract<DatasetEdit, { kind: 'resplit' }>): string {
  const parts = [shares.train, shares.validation, shares.test].map((share) => formatPercent(share, 0)).join(' / ');
  return `${parts} with seed ${String(seed)}${stratified ? ', stratified' : ''}`;
}
