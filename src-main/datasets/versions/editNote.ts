/** What was done to make a version, in one sentence. */

import type { DatasetEdit } from '../../contract/datasetVersion.ts';
import { assertNever } from '../../contract/errors.ts';
import { spelled } from '../formats/source.ts';

/** Edits that a note tells one by one. */
const TOLD = 3;

/** `Renamed "ring" to "hoop"; excluded 12 images`. @param classNames of the version that is edited */
export function noteOf(edits: readonly DatasetEdit[], classNames: readonly string[]): string {
  const told = edits.slice(0, TOLD).map((edit) => describe(edit, classNames));
  const more = edits.length - told.length;
  const sentence = [...told, ...(more > 0 ? [`${spelled(more)} more`] : [])].join('; ');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function describe(edit: DatasetEdit, classNames: readonly string[]): string {
  const named = (label: number): string => `"${classNames[label] ?? String(label)}"`;
  switch (edit.kind) {
    case 'renameClass':
      return `renamed ${named(edit.label)} to "${edit.name}"`;
    case 'mergeClasses':
      return `merged ${edit.labels.slice(0, 4).map(named).join(', ')}${edit.labels.length > 4 ? ', ...' : ''} into "${edit.name}"`;
    case 'exclude':
      return `excluded ${images(edit.images)}`;
    case 'excludeClass':
      return `excluded the class ${named(edit.label)}`;
    case 'relabel':
      return `gave ${images(edit.images)} the class ${named(edit.label)}`;
    case 'move':
      return `moved ${images(edit.images)} to ${edit.to}`;
    case 'resplit': {
      const { train, validation, test } = edit.shares;
      const shares = [train, validation, test].map((share) => String(Math.round(share * 1000) / 10)).join('/');
      return `split anew ${shares} by the seed ${String(edit.seed)}${edit.stratified ? ', each class by itself' : ''}`;
    }
    case 'excludeDuplicates':
      return `excluded ${edit.likeness} duplicates${edit.across ? ' across splits' : ''}`;
    default:
      return assertNever(edit);
  }
}

function images(positions: readonly number[]): string {
  return positions.length === 1 ? '1 image' : `${spelled(positions.length)} images`;
}
